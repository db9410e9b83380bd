package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.TestNode.Actor;
import io.weft.node.TestNode.Called;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Signals between the processes of two nodes. */
class PeerSessionTest {
  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));

  private final DirectNetwork network = new DirectNetwork();
  private final TestNode here = new TestNode(network.start("here@test"));
  private final TestNode there = new TestNode(network.start("there@test"));

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  @Test
  void messagesOfOneProcessArriveInOrderByPidNameAndAlias() {
    Actor receiver = there.actor();
    receiver.run(self -> self.register("receiver"));
    Reference alias = receiver.does(self -> self.alias(AliasMode.EXPLICIT_UNALIAS));
    Actor sender = here.actor();
    sender.run(self -> {
      for (int i = 0; i < 300; i += 3) {
        here.node().address(receiver.pid()).tell(new IntTerm(i));
        here.node().address("receiver", "there@test").tell(new IntTerm(i + 1));
        here.node().router().sendToAlias(self.pid(), alias, new IntTerm(i + 2));
      }
    });
    List<Object> expected = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      expected.add(new IntTerm(i));
    }
    List<Object> received = new ArrayList<>();
    while (received.size() < 300) {
      received.add(receiver.next());
    }
    assertEquals(expected, received);
  }

  @Test
  void aCallCrossesAndItsReplyComesBack() {
    Actor server = there.actor();
    server.run(self -> self.register("server"));
    var reply =
        Weft.callTermAsync(
            here.node().address("server", "there@test"),
            Atom.of("question"),
            Duration.ofSeconds(20));
    var called = (Called) server.next();
    assertEquals(Atom.of("question"), called.request());
    called.from().reply(Atom.of("answer"));
    assertEquals(Atom.of("answer"), TestNode.await(reply));
  }

  @Test
  void aNodeAnswersWhoAsksWhetherItIsLetIn() {
    var answer =
        Weft.callTermAsync(
            here.node().address("net_kernel", "there@test"),
            Term.parse("{is_auth, 'here@test'}"),
            Duration.ofSeconds(20));
    assertEquals(Atom.of("yes"), TestNode.await(answer));
  }

  @Test
  void aReplySentToThePidInsteadOfTheAliasIsTakenToo() {
    Actor server = there.actor();
    Actor client = here.actor();
    var result = new CompletableFuture<CallResult<Term>>();
    client.run(self ->
        self.callTerm(here.node().address(server.pid()), Atom.of("q"), null, result::complete));
    var from = (From.Foreign) ((Called) server.next()).from();
    there.node().address(client.pid()).tell(Tuple.of(from.tag(), Atom.of("yes")));
    assertEquals(new CallResult.Ok<Term>(Atom.of("yes")), TestNode.await(result));
  }

  @Test
  void aLinkAcrossBreaksWithTheReason() {
    Actor a = here.trappingActor();
    Actor b = there.actor();
    a.run(self -> self.link(b.pid()));
    a.run(self -> here.node().address(b.pid()).tell(Atom.of("linked")));
    b.next();
    b.run(self -> self.stop(BOOM));
    assertEquals(new Info.Exit(b.pid(), BOOM), a.next());
    awaitNoTraces();
  }

  @Test
  void aLinkToADeadProcessOfThePeerBreaksWithNoproc() {
    Actor a = here.trappingActor();
    Actor b = there.actor();
    b.run(self -> self.stop(BOOM));
    b.endsWith();
    a.run(self -> self.link(b.pid()));
    assertEquals(b.pid(), ((Info.Exit) a.next()).from());
  }

  @Test
  void afterUnlinkNoExitArrivesThoughItWasUnderWay() {
    for (int i = 0; i < 200; i++) {
      Actor a = here.trappingActor();
      Actor b = there.actor();
      a.run(self -> self.link(b.pid()));
      var ended = CompletableFuture.runAsync(() -> b.run(self -> self.stop(BOOM)));
      a.run(self -> self.unlink(b.pid()));
      a.drained(); // an exit may have been in the message queue before
      ended.join();
      b.endsWith();
      awaitWordsOf(b);
      assertEquals(List.of(), a.drained(), "an exit came after unlink");
    }
    awaitNoTraces();
  }

  @Test
  void linkAndUnlinkRacesLeaveBothSidesOfOneMind() {
    for (int i = 0; i < 200; i++) {
      Actor a = here.trappingActor();
      Actor b = there.trappingActor();
      var other =
          CompletableFuture.runAsync(() -> {
            b.run(self -> self.link(a.pid()));
            b.run(self -> self.unlink(a.pid()));
          });
      a.run(self -> self.link(b.pid()));
      a.run(self -> self.unlink(b.pid()));
      other.join();
      b.run(self -> self.stop(BOOM));
      b.endsWith();
      awaitWordsOf(b);
      assertEquals(List.of(), a.drained());
    }
    awaitNoTraces();
  }

  @Test
  void monitorsReportByPidAndByName() {
    Actor a = here.actor();
    Actor b = there.actor();
    b.run(self -> self.register("bee"));
    var name = new Target.ByName(Atom.of("bee"), there.node().name());
    Reference byName = a.does(self -> self.monitor(name));
    a.run(self -> here.node().address(b.pid()).tell(Atom.of("watched")));
    b.next();
    b.run(self -> self.stop(BOOM));
    assertEquals(new Info.Down(byName, name.item(), BOOM), a.next());
    Reference byPid = a.does(self -> self.monitor(new Target.ByPid(b.pid())));
    assertEquals(new Info.Down(byPid, b.pid(), ExitReason.NOPROC), a.next());
    Reference absent = a.does(self -> self.monitor(name));
    assertEquals(new Info.Down(absent, name.item(), ExitReason.NOPROC), a.next());
    awaitNoTraces();
  }

  @Test
  void aCutTellsEveryLinkAndMonitorOnce() {
    Actor a = here.trappingActor();
    Actor b = there.trappingActor();
    a.run(self -> self.link(b.pid()));
    Reference monitor = a.does(self -> self.monitor(new Target.ByPid(b.pid())));
    Actor witness = there.actor();
    a.run(self -> here.node().address(witness.pid()).tell(Atom.of("linked")));
    witness.next();
    network.cut(here.node(), there.node());
    var told = List.of(a.next(), a.next());
    assertTrue(told.contains(new Info.Exit(b.pid(), ExitReason.NOCONNECTION)), told.toString());
    assertTrue(
        told.contains(new Info.Down(monitor, b.pid(), ExitReason.NOCONNECTION)), told.toString());
    assertEquals(new Info.Exit(a.pid(), ExitReason.NOCONNECTION), b.next());
    b.run(self -> self.stop(BOOM));
    b.endsWith();
    assertEquals(List.of(), a.drained());
  }

  @Test
  void anUnreachableNodeIsNoconnection() {
    Actor a = here.trappingActor();
    var nowhere = new io.weft.term.Pid(Atom.of("no@where"), 1, 0, 9);
    a.run(self -> self.link(nowhere));
    assertEquals(new Info.Exit(nowhere, ExitReason.NOCONNECTION), a.next());
    Reference monitor = a.does(self -> self.monitor(new Target.ByPid(nowhere)));
    assertEquals(new Info.Down(monitor, nowhere, ExitReason.NOCONNECTION), a.next());
  }

  @Test
  void demonitorAcrossStopsTheReport() {
    Actor a = here.actor();
    Actor b = there.actor();
    Reference monitor = a.does(self -> self.monitor(new Target.ByPid(b.pid())));
    a.run(self -> self.demonitor(monitor, true));
    b.run(self -> self.stop(BOOM));
    b.endsWith();
    awaitNoTraces();
    assertEquals(List.of(), a.drained());
  }

  /** Waits until whatever the end of a process there had to say to this node has been said. */
  private void awaitWordsOf(Actor dead) {
    Actor watcher = here.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(dead.pid())));
    watcher.next();
  }

  /** Waits until neither side remembers a link or monitor across the connection. */
  private void awaitNoTraces() {
    while (network.session(here.node(), there.node()).size() > 0
        || network.session(there.node(), here.node()).size() > 0) {
      Thread.onSpinWait();
    }
  }
}
