package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static io.weft.gen.Troupe.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.CallResult;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.GenClient;
import io.weft.node.PendingRequest;
import io.weft.node.RequestCollection;
import io.weft.node.Slot;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 2.2: what callers see, however they call. */
class GenServer22CallerTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  private final Troupe troupe = new Troupe();
  private final String here = troupe.nodes.node().name().name();

  @AfterEach
  void close() {
    troupe.close();
  }

  private final LinkedBlockingQueue<Reply<String>> owed = new LinkedBlockingQueue<>();

  /** Answers later what begins with "later", ends with {@code exit:Reason}, else echoes. */
  private Blueprint<Shop> shop() {
    return Shop.blueprint((on, self) -> {
      on.cast(Shop.Note.class, note -> self.stop(reason(note.text())));
      on.callDeferred(
          Shop.Ask.class,
          (ask, reply) -> {
            if (ask.text().startsWith("exit:")) {
              throw new ExitException(reason(ask.text().substring(5)));
            }
            if (ask.text().startsWith("later")) {
              owed.add(reply);
            } else {
              reply.send(ask.text());
            }
          });
    });
  }

  private static ExitReason failureOf(Runnable call) {
    return assertThrows(CallException.class, call::run).reason();
  }

  @Test
  void aTimeoutNamesItself() {
    Address<Shop> shop = troupe.nodes.node().start(shop());
    assertEquals(reason("timeout"), failureOf(() -> Weft.call(shop, new Shop.Ask("later"), SHORT)));
  }

  @Test
  void nobodyIsNoproc() {
    Address<Shop> dead = troupe.nodes.node().start(shop());
    troupe.stop(dead);
    Address<Shop> byPid = troupe.nodes.node().address(pidOf(dead), Shop.Codec.INSTANCE);
    Address<Shop> byName = troupe.nodes.node().address("nobody", here, Shop.Codec.INSTANCE);
    Address<Shop> slot = new Slot<>(troupe.nodes.node(), Shop.Codec.INSTANCE);
    for (Address<Shop> nobody : List.of(dead, byPid, byName, slot)) {
      assertEquals(
          ExitReason.NOPROC, failureOf(() -> Weft.call(nobody, new Shop.Ask("x"), Troupe.LONG)));
    }
  }

  @Test
  void anUnreachableNodeIsNodedown() {
    Address<Shop> far = troupe.nodes.node().address("shop", "far@away", Shop.Codec.INSTANCE);
    assertEquals(
        reason("{nodedown, 'far@away'}"),
        failureOf(() -> Weft.call(far, new Shop.Ask("x"), Troupe.LONG)));
  }

  @Test
  void callingItselfIsCallingSelf() {
    var result = new CompletableFuture<CallResult<Term>>();
    troupe
        .nodes
        .actor()
        .run(self ->
            self.callTerm(
                troupe.nodes.node().address(self.pid()), Atom.OK, null, result::complete));
    assertEquals(reason("calling_self"), failureOf(() -> result.join().orThrow()));
  }

  @Test
  void theEndOfTheServerDuringTheCallIsItsReason() {
    for (String why : List.of("normal", "shutdown", "{shutdown, x}", "{my, [reason]}")) {
      Address<Shop> shop = troupe.nodes.node().start(shop());
      assertEquals(
          reason(why), failureOf(() -> Weft.call(shop, new Shop.Ask("exit:" + why), Troupe.LONG)));
    }
    Address<Shop> killed = troupe.nodes.node().start(shop());
    var call = PendingRequest.send(killed, new Shop.Ask("later"));
    Troupe.await("the call is there", () -> !owed.isEmpty());
    troupe.nodes.node().exit(pidOf(killed), ExitReason.KILL);
    assertEquals(
        ExitReason.KILLED, failureOf(() -> call.await(Troupe.LONG).orElseThrow().orThrow()));
  }

  @Test
  void aCrashIsReasonAndStack() {
    Address<Counter> counter = troupe.nodes.node().start(Counter.blueprint());
    Term why = failureOf(() -> Weft.call(counter, new Counter.Divide(0), Troupe.LONG)).term();
    assertTrue(
        why instanceof Tuple crash
            && crash.arity() == 2
            && crash
                .get(0)
                .equals(Term.parse("{'java.lang.ArithmeticException', <<\"/ by zero\">>}")),
        why.toString());
  }

  @Test
  void aCastToNobodyIsDropped() {
    troupe.nodes.node().address("nobody", here, Shop.Codec.INSTANCE).cast(new Shop.Note("x"));
    troupe.nodes.node().address("nobody", "far@away", Shop.Codec.INSTANCE).cast(new Shop.Note("x"));
  }

  // --- send_request

  @Test
  void aSentRequestIsCheckedUntilItsReplyIsThere() {
    Address<Shop> shop = troupe.nodes.node().start(shop());
    PendingRequest<String> request = PendingRequest.send(shop, new Shop.Ask("later"));
    assertEquals(Optional.empty(), request.check());
    assertEquals(Optional.empty(), request.await(SHORT));
    Troupe.await("it is owed", () -> !owed.isEmpty());
    owed.remove().send("done");
    assertEquals(Optional.of(new CallResult.Ok<>("done")), request.await(Troupe.LONG));
    assertEquals(Optional.of(new CallResult.Ok<>("done")), request.check());
  }

  @Test
  void aSentRequestThatCannotBeAnsweredSaysWhy() {
    Address<Shop> nobody = troupe.nodes.node().address("nobody", here, Shop.Codec.INSTANCE);
    var answer = PendingRequest.send(nobody, new Shop.Ask("x")).await(Troupe.LONG).orElseThrow();
    assertEquals(ExitReason.NOPROC, failureOf(answer::orThrow));
  }

  @Test
  void aResponseThatIsNotReceivedInTimeIsAbandoned() {
    Address<Shop> shop = troupe.nodes.node().start(shop());
    PendingRequest<String> request = PendingRequest.send(shop, new Shop.Ask("later"));
    Troupe.await("it is owed", () -> !owed.isEmpty());
    assertEquals(Optional.empty(), request.receive(SHORT));
    owed.remove().send("too late");
    assertEquals(Optional.empty(), request.await(SHORT));
  }

  @Test
  void aProcessSendsRequestsInOrderAndChecksThem() {
    Address<Shop> shop = troupe.nodes.node().start(shop());
    var sender = troupe.nodes.actor();
    List<PendingRequest<String>> requests =
        sender.does(self -> {
          var sent = new ArrayList<PendingRequest<String>>();
          for (int i = 0; i < 10; i++) {
            sent.add(PendingRequest.send(self, shop, new Shop.Ask("n" + i)));
          }
          return sent;
        });
    for (int i = 0; i < 10; i++) {
      assertEquals(Optional.of(new CallResult.Ok<>("n" + i)), requests.get(i).await(Troupe.LONG));
    }
    assertThrows(
        IllegalStateException.class, () -> sender.run(self -> requests.getFirst().await(SHORT)));
  }

  @Test
  void aCollectionGivesAnswersInTheOrderInWhichTheyCome() {
    Address<Shop> shop = troupe.nodes.node().start(shop());
    Address<Shop> nobody = troupe.nodes.node().address("nobody", here, Shop.Codec.INSTANCE);
    var requests = new RequestCollection<String, String>();
    assertInstanceOf(RequestCollection.NoRequest.class, requests.await(Troupe.LONG));
    requests.add("slow", PendingRequest.send(shop, new Shop.Ask("later")));
    assertInstanceOf(RequestCollection.Timeout.class, requests.await(SHORT));
    requests.add("dead", PendingRequest.send(nobody, new Shop.Ask("x")));
    var first = (RequestCollection.Answer<String, String>) requests.await(Troupe.LONG);
    assertEquals("dead", first.label());
    assertEquals(ExitReason.NOPROC, failureOf(first.result()::orThrow));
    requests.add("fast", PendingRequest.send(shop, new Shop.Ask("fast")));
    assertEquals(
        new RequestCollection.Answer<>("fast", new CallResult.Ok<>("fast")),
        requests.await(Troupe.LONG));
    assertEquals(1, requests.size());
    owed.remove().send("slow");
    assertEquals(
        new RequestCollection.Answer<>("slow", new CallResult.Ok<>("slow")),
        requests.receive(Troupe.LONG));
    assertInstanceOf(RequestCollection.NoRequest.class, requests.receive(Troupe.LONG));
  }

  @Test
  void aCollectionThatIsNotAnsweredInTimeIsAbandoned() {
    Address<Shop> shop = troupe.nodes.node().start(shop());
    var requests = new RequestCollection<Integer, String>();
    requests.add(1, PendingRequest.send(shop, new Shop.Ask("later")));
    assertInstanceOf(RequestCollection.Timeout.class, requests.receive(SHORT));
    assertEquals(0, requests.size());
  }

  // --- many nodes

  @Test
  void multiCallGivesRepliesAndBadNodes() {
    troupe.nodes.node().start(shop().named("shop"));
    var replies =
        GenClient.multiCall(
            troupe.nodes.node(),
            List.of(here, "far@away"),
            "shop",
            Shop.Codec.INSTANCE,
            new Shop.Ask("hello"),
            Troupe.LONG);
    assertEquals(Map.of(Atom.of(here), "hello"), replies.replies());
    assertEquals(List.of(Atom.of("far@away")), replies.badNodes());
    var late =
        GenClient.multiCall(
            troupe.nodes.node(),
            GenClient.allNodes(troupe.nodes.node()),
            "shop",
            Shop.Codec.INSTANCE,
            new Shop.Ask("later"),
            SHORT);
    assertEquals(List.of(Atom.of(here)), late.badNodes());
  }

  @Test
  void abcastReachesTheServersOfOneName() {
    Address<Shop> shop = troupe.nodes.node().start(shop().named("shop"));
    var watch = troupe.watch(shop);
    GenClient.abcast(
        troupe.nodes.node(),
        List.of("far@away", here),
        "shop",
        Shop.Codec.INSTANCE,
        new Shop.Note("told"));
    assertEquals(reason("told"), watch.reason());
  }
}
