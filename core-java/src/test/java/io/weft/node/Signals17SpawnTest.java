package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.TestNode.Actor;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import io.weft.wire.control.Control;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 1.7: processes that one node starts on another, both roles. */
class Signals17SpawnTest {
  private static final String THERE = "there@test";
  private static final Atom PEER = Atom.of("peer@test");
  private static final Pid PEER_PID = new Pid(PEER, 1, 0, 9);
  private static final Reference REQUEST = Reference.of(PEER, 9, 1, 2, 3);
  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));

  private final DirectNetwork network = new DirectNetwork();
  private final TestNode here = new TestNode(network.start("here@test"));
  private final TestNode there = new TestNode(network.start(THERE));
  private final CompletableFuture<Boolean> timeIsUp = new CompletableFuture<>();

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  private static RemoteSpawn boom() {
    return RemoteSpawn.on(THERE, "m", "boom");
  }

  private void provideBoom(Node node) {
    node.functions()
        .provide(
            "m",
            "boom",
            0,
            _ -> {
              throw new ExitException(BOOM);
            });
  }

  /** Asks in the name of the actor; the result joins what it receives. */
  private static Reference ask(Actor actor, RemoteSpawn wish) {
    return actor.does(self -> self.spawnRequest(wish, result -> actor.message(self, result)));
  }

  private static Pid pid(Object result) {
    return assertInstanceOf(SpawnResult.Ok.class, result).pid();
  }

  private static ExitReason failure(Object result) {
    return assertInstanceOf(SpawnResult.Failed.class, result).failure().reason();
  }

  // --- as the one that asks ----------------------------------------------------------------------

  @Test
  void theResultComesBeforeExitAndDownOfTheNewProcess() {
    provideBoom(there.node());
    Actor actor = here.trappingActor();
    for (int i = 0; i < 200; i++) {
      Reference request = ask(actor, boom().link().monitor());
      Pid pid = pid(actor.next());
      assertEquals(new Info.Exit(pid, BOOM), actor.next());
      assertEquals(new Info.Down(request, pid, BOOM), actor.next());
    }
  }

  @Test
  void aFunctionThatIsNotThereStartsAndEndsUndef() {
    Actor actor = here.actor();
    Reference request =
        ask(actor, RemoteSpawn.on(THERE, "nomod", "nofun", IntTerm.of(1)).monitor());
    Pid pid = pid(actor.next());
    Term undef = Term.parse("{undef, [{nomod, nofun, [1], []}]}");
    assertEquals(new Info.Down(request, pid, ExitReason.of(undef)), actor.next());
  }

  @Test
  void theSameHoldsWithinTheNode() {
    provideBoom(here.node());
    Actor actor = here.trappingActor();
    Reference request = ask(actor, RemoteSpawn.on("here@test", "m", "boom").link().monitor());
    Pid pid = pid(actor.next());
    assertEquals(new Info.Exit(pid, BOOM), actor.next());
    assertEquals(new Info.Down(request, pid, BOOM), actor.next());
  }

  @Test
  void aFunctionMayBeTheLifeOfAProcess() {
    var seen = new CompletableFuture<List<Term>>();
    there
        .node()
        .functions()
        .provideProcess(
            "m",
            "echo",
            1,
            arguments -> {
              seen.complete(arguments);
              return Blueprint.<Term>of(
                      "echo",
                      () ->
                          (self, message) ->
                              self.node().address((Pid) message).tell(Atom.of("echo")))
                  .codec(TermCodec.identity());
            });
    Actor actor = here.actor();
    ask(actor, RemoteSpawn.on(THERE, "m", "echo", Atom.of("a")));
    here.node().address(pid(actor.next())).tell(actor.pid());
    assertEquals(Atom.of("echo"), actor.next());
    assertEquals(List.of(Atom.of("a")), TestNode.await(seen));
  }

  @Test
  void theNewProcessHasTheGroupLeaderAndTheParentOfTheRequest() {
    var seen = new CompletableFuture<Tuple>();
    there
        .node()
        .functions()
        .provide(
            "m",
            "who",
            0,
            call -> {
              seen.complete(Tuple.of(call.groupLeader(), call.caller()));
              return Atom.OK;
            });
    Actor actor = here.actor();
    Actor leader = here.actor();
    actor.run(self -> self.groupLeader(leader.pid()));
    ask(actor, RemoteSpawn.on(THERE, "m", "who"));
    actor.next();
    assertEquals(Tuple.of(leader.pid(), actor.pid()), TestNode.await(seen));
  }

  @Test
  void aNodeThatCannotBeReachedIsNoconnection() {
    Actor actor = here.actor();
    ask(actor, RemoteSpawn.on("nowhere@test", "m", "boom").link().monitor());
    assertEquals(ExitReason.NOCONNECTION, failure(actor.next()));
    assertEquals(List.of(), actor.drained());
  }

  @Test
  void anOptionThatIsNoneIsBadopt() {
    Actor actor = here.actor();
    ask(actor, boom().option(Atom.of("sideways")).monitor());
    assertEquals(ExitReason.of(Atom.of("badopt")), failure(actor.next()));
    ask(actor, boom().option(Term.parse("{priority, urgent}")));
    assertEquals(ExitReason.of(Atom.of("badopt")), failure(actor.next()));
    ask(actor, boom().option(Term.parse("{min_heap_size, -1}")));
    assertEquals(ExitReason.of(Atom.of("badopt")), failure(actor.next()));
    provideBoom(there.node());
    for (String option :
        List.of(
            "{priority, high}",
            "{fullsweep_after, 10}",
            "{max_heap_size, #{}}",
            "{message_queue_data, off_heap}")) {
      ask(actor, boom().option(Term.parse(option)));
      pid(actor.next());
    }
  }

  @Test
  void aNodeThatIsFullIsSystemLimit() {
    try (Node full = network.start(NodeOptions.builder("full@test").maxProcesses(64))) {
      full.functions().provideProcess("m", "idle", 0, _ -> TestNode.idle());
      Actor actor = here.actor();
      Object last;
      do {
        ask(actor, RemoteSpawn.on("full@test", "m", "idle"));
        last = actor.next();
      } while (last instanceof SpawnResult.Ok);
      assertEquals(ExitReason.SYSTEM_LIMIT, failure(last));
    }
  }

  @Test
  void theMonitorMayBeAnAliasAndReportAsAMessage() {
    there
        .node()
        .functions()
        .provide(
            "m",
            "use",
            0,
            call -> {
              Reference alias =
                  call.self().select(on -> on.message(Reference.class, reference -> reference));
              call.node().address(alias).tell(Atom.of("through"));
              return Atom.OK;
            });
    Actor actor = here.actor();
    RemoteSpawn wish = RemoteSpawn.on(THERE, "m", "use").monitor(AliasMode.EXPLICIT_UNALIAS);
    Reference request =
        actor.does(self ->
            self.spawnRequest(
                wish,
                down -> Tuple.of(Atom.of("tagged"), down.reason().term()),
                result -> self.address().tell(result)));
    here.node().address(pid(actor.next())).tell(request);
    assertEquals(Atom.of("through"), actor.next());
    assertEquals(Term.parse("{tagged, normal}"), actor.next());
  }

  @Test
  void aThreadGetsAPidOrWhyThereIsNone() {
    provideBoom(there.node());
    assertEquals(Atom.of(THERE), Weft.spawn(here.node(), boom()).node());
    var refused =
        assertThrows(
            SpawnException.class,
            () -> Weft.spawn(here.node(), RemoteSpawn.on("nowhere@test", "m", "f")));
    assertEquals(ExitReason.NOCONNECTION, refused.reason());
    assertThrows(IllegalArgumentException.class, () -> Weft.spawn(here.node(), boom().link()));
  }

  @Test
  void aBodyThatBlocksWaitsForTheProcess() {
    provideBoom(there.node());
    var seen = new CompletableFuture<ExitReason>();
    here.node()
        .spawn(
            Blueprint.<Term>straightLine(
                "body",
                self -> {
                  SpawnResult.Ok ok = self.spawn(boom().monitor());
                  seen.complete(self.select(on -> on.down(ok.request(), Info.Down::reason)));
                }));
    assertEquals(BOOM, TestNode.await(seen));
  }

  // --- beside a peer that answers when the test does
  // -----------------------------------------------

  private static final class Peer implements PeerChannel {
    final List<Control> got = new ArrayList<>();
    private final Node node;
    private final PeerSession session;

    Peer(Node node) {
      this.node = node;
      this.session = node.newSession(PEER, this);
    }

    @Override
    public void send(Control signal) {
      got.add(signal);
    }

    @Override
    public void close(String why) {}

    /** Sends what the actor asks for to this peer. */
    void request(Actor actor, Reference id) {
      var request =
          new Control.SpawnRequest(
              id,
              actor.pid(),
              actor.pid(),
              Atom.of("m"),
              Atom.of("f"),
              0,
              ListTerm.NIL,
              ListTerm.NIL);
      assertTrue(session.spawnRequest(request));
    }

    void reply(Actor to, Reference id, int flags) {
      session.receive(new Control.SpawnReply(id, to.pid(), flags, PEER_PID));
    }
  }

  @Test
  void anAbandonedRequestThatSucceedsBreaksItsLinkAndEndsItsMonitor() {
    Actor actor = here.actor();
    var peer = new Peer(here.node());
    Reference id = actor.does(self -> self.alias(AliasMode.EXPLICIT_UNALIAS));
    peer.request(actor, id);
    peer.session.giveUpSpawn(id, Atom.of("abandoned"));
    peer.reply(actor, id, Control.SpawnReply.LINKED | Control.SpawnReply.MONITORED);
    assertEquals(
        List.of(
            new Control.Exit(actor.pid(), PEER_PID, Atom.of("abandoned")),
            new Control.Demonitor(actor.pid(), PEER_PID, id)),
        peer.got.subList(1, 3));
    assertEquals(List.of(), actor.drained());
    assertEquals(0, peer.session.size());
    peer.session.close();
  }

  @Test
  void anAnswerThatNobodyAskedForIsIgnored() {
    Actor actor = here.actor();
    var peer = new Peer(here.node());
    peer.reply(actor, REQUEST, Control.SpawnReply.LINKED);
    assertEquals(List.of(), peer.got);
    assertEquals(0, peer.session.size());
    peer.session.close();
  }

  @Test
  void aPeerThatSpawnsForNobodyIsNotsup() {
    Actor actor = here.actor();
    var peer = new Peer(here.node());
    peer.request(actor, REQUEST);
    peer.session.notUnderstood(peer.got.getFirst());
    assertEquals(0, peer.session.size());
    peer.session.close();
  }

  @Test
  void theAnswerGoesOutBeforeTheProcessRunsAndTellsWhatWasSetUp() {
    provideBoom(here.node());
    var peer = new Peer(here.node());
    Atom m = Atom.of("m");
    Atom f = Atom.of("boom");
    peer.session.receive(
        new Control.SpawnRequest(
            REQUEST,
            PEER_PID,
            PEER_PID,
            m,
            f,
            7, // is not compared with the arguments
            ListTerm.of(Atom.of("monitor"), Atom.of("link")),
            ListTerm.NIL));
    var reply = (Control.SpawnReply) peer.got.getFirst();
    assertEquals(Control.SpawnReply.LINKED | Control.SpawnReply.MONITORED, reply.flags());
    assertEquals(PEER_PID, reply.to());
    assertEquals(here.node().name(), ((Pid) reply.result()).node());
    peer.session.close();
  }

  // --- given up
  // ------------------------------------------------------------------------------------

  @Test
  void anAbandonedRequestHasNoResult() {
    provideBoom(there.node());
    Actor actor = here.trappingActor();
    boolean abandoned =
        actor.does(self -> {
          Reference request =
              self.spawnRequest(boom().link().monitor(), result -> self.address().tell(result));
          return self.abandonSpawn(request);
        });
    assertTrue(abandoned);
    ask(actor, RemoteSpawn.on(THERE, "m", "boom"));
    pid(actor.next());
    assertEquals(List.of(), actor.drained());
    boolean again = actor.does(self -> self.abandonSpawn(REQUEST));
    assertFalse(again);
  }

  @Test
  void aRequestWithoutAnswerTimesOut() {
    Actor actor = here.actor();
    there
        .node()
        .functions()
        .provideProcess(
            "m",
            "late",
            0,
            _ -> {
              TestNode.await(timeIsUp);
              return TestNode.idle();
            });
    ask(actor, RemoteSpawn.on(THERE, "m", "late").link().within(Duration.ofMillis(1)));
    assertEquals(ExitReason.of(Atom.of("timeout")), failure(actor.next()));
    timeIsUp.complete(true);
  }

  @Test
  void aConnectionThatIsLostMeanwhileIsNoconnection() {
    Actor actor = here.actor();
    var cut = new CompletableFuture<Boolean>();
    there
        .node()
        .functions()
        .provideProcess(
            "m",
            "cut",
            0,
            _ -> {
              network.cut(here.node(), there.node());
              cut.complete(true);
              return TestNode.idle();
            });
    ask(actor, RemoteSpawn.on(THERE, "m", "cut").link().monitor());
    assertEquals(ExitReason.NOCONNECTION, failure(actor.next()));
    assertTrue(TestNode.await(cut));
    assertEquals(List.of(), actor.drained());
  }
}
