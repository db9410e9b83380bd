package io.weft.examples.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.gen.ChildSpec;
import io.weft.gen.GenServer;
import io.weft.gen.Intensity;
import io.weft.gen.Restart;
import io.weft.gen.Strategy;
import io.weft.gen.Supervisor;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.Request;
import io.weft.node.Slot;
import io.weft.node.Weft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class JavaGuideTest {
  // guide: 4-java
  sealed interface Stock {
    record Add(String what, int pieces) implements Stock {}

    record PiecesOf(String what) implements Stock, Request<Integer> {}
  }

  static Blueprint<Stock> stock() {
    return GenServer.define(
        "stock",
        Stock.class,
        (on, self) -> {
          var pieces = new HashMap<String, Integer>();
          on.cast(Stock.Add.class, add -> pieces.merge(add.what(), add.pieces(), Integer::sum));
          on.call(Stock.PiecesOf.class, of -> pieces.getOrDefault(of.what(), 0));
        });
  }

  // guide: end

  @Test
  void aServerAddsUp() {
    // guide: 4-java
    try (Node node = Node.start(NodeOptions.local())) {
      Address<Stock> stock = node.start(stock());
      stock.tell(new Stock.Add("apple", 2));
      int apples = Weft.call(stock, new Stock.PiecesOf("apple"), Duration.ofSeconds(5));
      assertEquals(2, apples);

      CompletableFuture<Integer> pears =
          Weft.callAsync(stock, new Stock.PiecesOf("pear"), Duration.ofSeconds(5));
      assertEquals(0, pears.join());
    }
    // guide: end
  }

  // guide: 4-java
  sealed interface Cargo {
    record Load(String what) implements Cargo {}

    record Depart(Address<List<String>> harbour) implements Cargo {}
  }

  static Blueprint<Cargo> ship(int room) {
    return Blueprint.straightLine(
        "ship",
        self -> {
          var loaded = new ArrayList<String>();
          while (true) {
            switch (self.receive()) { // blocks a virtual thread
              case Cargo.Load(var what) when loaded.size() < room -> loaded.add(what);
              case Cargo.Load _ -> {} // no room
              case Cargo.Depart(var harbour) -> {
                harbour.tell(List.copyOf(loaded));
                return; // and the process ends
              }
            }
          }
        });
  }

  // guide: end

  @Test
  void aBodyReceivesWhenItLikes() throws Exception {
    try (Node node = Node.start(NodeOptions.local())) {
      var arrived = new CompletableFuture<List<String>>();
      Address<List<String>> harbour =
          node.start(Blueprint.straightLine("harbour", self -> arrived.complete(self.receive())));
      Address<Cargo> ship = node.start(ship(2));
      List.of("tea", "coffee", "sugar").forEach(it -> ship.tell(new Cargo.Load(it)));
      ship.tell(new Cargo.Depart(harbour));
      assertEquals(List.of("tea", "coffee"), arrived.join());
    }
  }

  // guide: 4-java
  static Blueprint<Supervisor.Query> shop(AtomicReference<Slot<Stock>> stock) {
    return Supervisor.define(
        "shop",
        children -> {
          children.strategy(Strategy.ONE_FOR_ONE);
          children.intensity(new Intensity(3, Duration.ofSeconds(5)));
          stock.set(children.add(ChildSpec.of(stock()).restart(Restart.PERMANENT)));
        });
  }

  // guide: end

  @Test
  void whoIsGoneAnswersAtOnce() {
    try (Node node = Node.start(NodeOptions.local())) {
      var stock = new AtomicReference<Slot<Stock>>();
      Address<Supervisor.Query> shop = node.start(shop(stock));
      assertEquals(0, Weft.call(stock.get(), new Stock.PiecesOf("tea"), Duration.ofSeconds(5)));
      node.exit(Objects.requireNonNull(shop.pid()), ExitReason.KILL);
      assertThrows(
          CallException.class,
          () -> {
            while (true) {
              Weft.call(stock.get(), new Stock.PiecesOf("tea"), Duration.ofSeconds(5));
            }
          });
    }
  }
}
