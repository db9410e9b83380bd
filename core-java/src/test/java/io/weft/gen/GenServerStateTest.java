package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.Self;
import io.weft.node.Sys;
import io.weft.node.Weft;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 2.5, as far as a server takes part: its state shown, replaced, and taken over. */
class GenServerStateTest {
  private final Troupe troupe = new Troupe();

  @AfterEach
  void close() {
    troupe.close();
  }

  /** The behaviour of a started process, to be asked as the process would. */
  private record Running(GenServer<Shop> server, Self<Shop> self) {}

  private Running start(GenServer.Definition<Shop> definition) {
    var running = new AtomicReference<Running>();
    GenServer<Shop> server =
        GenServer.of(
            Shop.class,
            (on, self) -> {
              Shop.handle(on, new Shop.Handling() {});
              definition.define(on, self);
            });
    Blueprint<Shop> blueprint =
        Blueprint.of(
            "shop",
            () ->
                new Behavior<>() {
                  @Override
                  public void start(Self<Shop> self) throws Exception {
                    server.start(self);
                    running.set(new Running(server, self));
                  }

                  @Override
                  public void message(Self<Shop> self, Shop message) throws Exception {
                    server.message(self, message);
                  }
                });
    troupe.nodes.node().start(blueprint);
    return running.get();
  }

  @Test
  void theStateIsReadAndReplaced() throws Exception {
    var total = new AtomicLong(5);
    Running shop = start((on, self) -> on.state(Long.class, total::get, total::set));
    assertEquals(5L, shop.server().state(shop.self()));
    shop.server().replaceState(shop.self(), 7L);
    assertEquals(7L, total.get());
  }

  @Test
  void aStateOfAnotherTypeIsRefused() {
    var total = new AtomicLong(5);
    Running shop = start((on, self) -> on.state(Long.class, total::get, total::set));
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> shop.server().replaceState(shop.self(), "seven"));
    assertEquals("the state of this server is a java.lang.Long, not seven", refused.getMessage());
    assertEquals(5L, total.get());
  }

  @Test
  void aServerThatShowsNoStateHasNone() {
    Running shop = start((on, self) -> {});
    assertNull(shop.server().state(shop.self()));
    assertThrows(
        UnsupportedOperationException.class, () -> shop.server().replaceState(shop.self(), 1L));
  }

  @Test
  void aServerThatTakesOverBeginsWithTheStateOfTheFormer() throws Exception {
    Running former = start((on, self) -> {});
    var total = new AtomicLong();
    GenServer<Shop> next =
        GenServer.of(
            Shop.class,
            (on, self) -> {
              Shop.handle(on, new Shop.Handling() {});
              on.state(Long.class, total::get, total::set);
            });
    next.codeChange(former.self(), 9L, null);
    assertEquals(9L, total.get());
  }

  @Test
  void aServerThatTakesOverMayMakeSomethingElseOfIt() throws Exception {
    Running former = start((on, self) -> {});
    var text = new AtomicReference<String>("");
    GenServer<Shop> next =
        GenServer.of(
            Shop.class,
            (on, self) -> {
              Shop.handle(on, new Shop.Handling() {});
              on.state(
                  String.class,
                  text::get,
                  text::set,
                  (was, extra) -> text.set(was + " and " + extra));
            });
    next.codeChange(former.self(), 9L, "more");
    assertEquals("9 and more", text.get());
    assertEquals("9 and more", next.state(former.self()));
  }

  @Test
  void sysReadsReplacesAndHandsOnTheStateOfARunningServer() {
    var shop = troupe.nodes.node().start(counting("was"));
    assertEquals(1L, Sys.state(shop).join());
    assertEquals(5L, Sys.replaceState(shop, _ -> 5L).join());
    Sys.changeCode(shop, counting("is"), null).join();
    assertEquals("is 5", Weft.call(shop, new Shop.Ask("?"), Troupe.LONG));
  }

  private static Blueprint<Shop> counting(String version) {
    return Shop.blueprint((on, self) -> {
      var total = new AtomicLong(1);
      on.cast(Shop.Note.class, note -> {});
      on.call(Shop.Ask.class, ask -> version + " " + total);
      on.state(Long.class, total::get, total::set);
    });
  }
}
