package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.etf.Etf;
import io.weft.node.TestNode.Actor;
import io.weft.node.TestNode.Called;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.IntTerm;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each limit of a node has a named error, and what was refused harms nothing else. */
class SystemLimitTest {
  private static final int LIMIT = 10_000;
  private static final Term LARGE = Terms.binary("x".repeat(LIMIT));
  private static final Duration LONG = Duration.ofSeconds(20);

  private final DirectNetwork network = new DirectNetwork();
  private final TestNode here =
      new TestNode(network.start(NodeOptions.builder("here@test").maxMessageBytes(LIMIT)));
  private final TestNode there = new TestNode(network.start("there@test"));

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  private static Term tooLarge(Term what) {
    return tooLarge(Etf.externalSize(what));
  }

  private static Term tooLarge(long size) {
    return Term.parse("{system_limit, {message_size, " + size + ", " + LIMIT + "}}");
  }

  // --- messages

  @Test
  void aMessageThatIsTooLargeIsRefusedAndThoseAroundItArrive() {
    Actor receiver = there.actor();
    receiver.run(self -> self.register("receiver"));
    Address<Term> byPid = here.node().address(receiver.pid());
    Address<Term> byName = here.node().address("receiver", "there@test");
    byPid.tell(new IntTerm(1));
    for (Address<Term> address : List.of(byPid, byName)) {
      var refused = assertThrows(MessageTooLargeException.class, () -> address.tell(LARGE));
      assertEquals(Etf.externalSize(LARGE), refused.size());
      assertEquals(LIMIT, refused.limit());
      assertTrue(refused.getMessage().contains("" + address), refused.getMessage());
      assertThrows(MessageTooLargeException.class, () -> address.cast(LARGE));
    }
    byPid.tell(new IntTerm(2));
    assertEquals(
        List.of(new IntTerm(1), new IntTerm(2)), List.of(receiver.next(), receiver.next()));
    assertEquals(4, here.node().messagesTooLarge());
  }

  @Test
  void theLastByteCounts() {
    Actor receiver = there.actor();
    Address<Term> address = here.node().address(receiver.pid());
    Term fits = Binary.of(new byte[LIMIT - 6]); // version, tag, length
    address.tell(fits);
    assertEquals(fits, receiver.next());
    assertThrows(
        MessageTooLargeException.class, () -> address.tell(Binary.of(new byte[LIMIT - 5])));
  }

  @Test
  void insideTheNodeAMessageMayHaveAnySize() {
    Actor receiver = here.actor();
    here.node().address(receiver.pid()).tell(LARGE);
    assertEquals(LARGE, receiver.next());
  }

  @Test
  void aProcessThatDoesNotCatchItEndsWithSystemLimit() {
    Actor receiver = there.actor();
    Actor sender = here.actor();
    sender.post(self -> here.node().address(receiver.pid()).tell(LARGE));
    var reason = (Tuple) sender.endsWith().term();
    assertEquals(Atom.of("system_limit"), reason.get(0));
    assertEquals(2, reason.arity());
  }

  // --- calls

  @Test
  void aCallThatIsTooLargeFailsAtOnceAndLeavesNoTrace() {
    Actor server = there.actor();
    Actor client = here.actor();
    var result = new CompletableFuture<CallResult<Term>>();
    client.run(
        self -> self.callTerm(here.node().address(server.pid()), LARGE, null, result::complete));
    var failed = assertInstanceOf(CallResult.Failed.class, TestNode.await(result));
    Term why = failed.failure().reason().term();
    assertEquals(Atom.of("system_limit"), ((Tuple) why).get(0));
    assertEquals(new IntTerm(LIMIT), ((Tuple) ((Tuple) why).get(1)).get(2));
    here.node().address(server.pid()).tell(Atom.of("next"));
    assertEquals(Atom.of("next"), server.next());
    assertEquals(0, network.session(here.node(), there.node()).size());
  }

  @Test
  void aReplyThatIsTooLargeIsAnErrorToItsCallerAndTheServerGoesOn() {
    Actor server = here.actor();
    var reply = Weft.callTermAsync(there.node().address(server.pid()), Atom.of("all"), LONG);
    var from = ((Called) server.next()).from();
    server.run(self -> from.reply(LARGE));
    var error = (Tuple) TestNode.await(reply);
    assertEquals(Atom.ERROR, error.get(0));
    assertEquals(Atom.of("system_limit"), ((Tuple) error.get(1)).get(0));
    assertFalse(server.hasEnded());
  }

  // --- exits

  @Test
  void anExitSignalThatIsTooLargeIsRefused() {
    Actor victim = there.actor();
    Actor sender = here.actor();
    assertThrows(
        MessageTooLargeException.class,
        () -> sender.run(self -> self.exit(victim.pid(), ExitReason.of(LARGE))));
    assertEquals(List.of(), victim.drained());
    assertFalse(victim.hasEnded());
  }

  @Test
  void anExitReasonThatIsTooLargeIsReplacedForOtherNodesOnly() {
    Actor ending = here.actor();
    Actor near = here.trappingActor();
    Actor far = there.trappingActor();
    near.run(self -> self.link(ending.pid()));
    far.run(self -> self.link(ending.pid()));
    Reference monitor = far.does(self -> self.monitor(new Target.ByPid(ending.pid())));
    awaitTies(ending, 2, 1);
    ending.run(self -> self.stop(ExitReason.of(LARGE)));
    assertEquals(new Info.Exit(ending.pid(), ExitReason.of(LARGE)), near.next());
    ExitReason told = ExitReason.of(tooLarge(LARGE));
    assertEquals(new Info.Exit(ending.pid(), told), far.next());
    assertEquals(new Info.Down(monitor, ending.pid(), told), far.next());
  }

  @Test
  void anOrderlyReasonThatIsTooLargeStaysOrderly() {
    Term large = Tuple.of(Atom.of("shutdown"), LARGE);
    Actor ending = here.actor();
    Actor far = there.trappingActor();
    far.run(self -> self.link(ending.pid()));
    awaitTies(ending, 1, 0);
    ending.run(self -> self.stop(ExitReason.of(large)));
    Term told = Tuple.of(Atom.of("shutdown"), tooLarge(large));
    assertEquals(new Info.Exit(ending.pid(), ExitReason.of(told)), far.next());
  }

  private static void awaitTies(Actor of, int links, int watchers) {
    io.weft.Await.until(
        "the ties are there",
        () -> {
          ProcessInfo info = TestNode.await(Sys.info(of.address()));
          return info.links().size() == links && info.watchers().size() == watchers;
        });
  }

  // --- the other limits

  @Test
  void oneProcessTooManyIsRefused() {
    try (Node small = Node.start(NodeOptions.builder("nonode@nohost").maxProcesses(1).build())) {
      small.spawn(TestNode.idle());
      var refused =
          assertThrows(TooManyProcessesException.class, () -> small.spawn(TestNode.idle()));
      assertEquals(1, refused.limit());
    }
  }

  @Test
  void aFullMailboxThatFailsItsSendersDropsWhatComesFromElsewhere() {
    var hold = new CompletableFuture<Self<Object>>();
    Address<Object> full =
        here.node()
            .spawn(
                Blueprint.<Object>of("full", () -> new Holding(hold))
                    .named("full")
                    .mailbox(MailboxPolicy.bounded(1, MailboxPolicy.Overflow.FAIL_SENDER)));
    TestNode.await(hold);
    full.tell(1);
    assertThrows(MailboxFullException.class, () -> full.tell(2));
    there.node().address("full", "here@test").tell(new IntTerm(3));
    Actor witness = here.actor();
    there.node().address(witness.pid()).tell(Atom.of("behind"));
    assertEquals(Atom.of("behind"), witness.next()); // the connection goes on
    assertEquals(2, TestNode.await(Sys.info(full)).dropped());
  }

  private record Holding(CompletableFuture<Self<Object>> held) implements Behavior<Object> {
    @Override
    public void start(Self<Object> self) {
      self.hold();
      held.complete(self);
    }

    @Override
    public void message(Self<Object> self, Object message) {}
  }
}
