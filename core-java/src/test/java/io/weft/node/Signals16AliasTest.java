package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.TestNode.Actor;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 1.6: aliases as addresses, on one node and across two. */
class Signals16AliasTest {
  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));

  private final DirectNetwork network = new DirectNetwork();
  private final TestNode here = new TestNode(network.start("here@test"));
  private final TestNode there = new TestNode(network.start("there@test"));

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  /** A message that has no form as a term. */
  private record Note(String text) {}

  @Test
  void insideTheNodeAnAliasTakesTheObjectsOfAProtocol() {
    Actor owner = here.actor();
    Reference alias = owner.does(self -> self.alias(AliasMode.EXPLICIT_UNALIAS));
    Address<Object> address = here.node().address(alias, TermCodec.localOnly("notes"));
    var note = new Note("hello");
    address.tell(note);
    address.cast(note);
    assertEquals(List.of(note, note), List.of(owner.next(), owner.next()));
    assertTrue(owner.<Boolean>does(self -> self.unalias(alias)));
    address.tell(note);
    assertEquals(List.of(), owner.drained());
  }

  @Test
  void aStraightLineBodyReceivesThroughItsAlias() throws Exception {
    var heard = new java.util.concurrent.LinkedBlockingQueue<Object>();
    var alias = new java.util.concurrent.CompletableFuture<Reference>();
    here.node()
        .spawn(
            Blueprint.<Object>straightLine(
                "receiver",
                self -> {
                  alias.complete(self.alias(AliasMode.REPLY));
                  heard.add(self.receive());
                }));
    Address<Object> address =
        here.node().address(TestNode.await(alias), TermCodec.localOnly("notes"));
    address.tell(new Note("first"));
    assertEquals(new Note("first"), heard.take());
  }

  @Test
  void anAliasOfAnotherNodeTakesTerms() {
    Actor owner = there.actor();
    Reference alias = owner.does(self -> self.alias(AliasMode.REPLY));
    Address<Term> address = here.node().address(alias);
    address.tell(new IntTerm(1));
    address.tell(new IntTerm(2)); // the first message used it up
    assertEquals(new IntTerm(1), owner.next());
    here.node().address(owner.pid()).tell(Atom.of("behind"));
    assertEquals(Atom.of("behind"), owner.next());
  }

  @Test
  void anAliasDoesNotTellWhoIsBehind() {
    Actor owner = here.actor();
    Reference alias = owner.does(self -> self.alias(AliasMode.EXPLICIT_UNALIAS));
    Address<Term> address = here.node().address(alias);
    assertNull(address.target());
    assertEquals(alias.toString(), address.toString());
    assertEquals(address, here.node().address(alias));
    var call = Weft.callTermAsync(address, Atom.of("question"), Duration.ofSeconds(20));
    var failure =
        org.junit.jupiter.api.Assertions.assertThrows(
            CallException.class, () -> TestNode.await(call));
    assertEquals(ExitReason.NOPROC, failure.reason());
  }

  @Test
  void aReferenceThatIsNoAliasLeadsNowhere() {
    Actor owner = here.actor();
    Actor other = here.actor();
    Reference monitor = owner.does(self -> self.monitor(new Target.ByPid(other.pid())));
    here.node().address(monitor).tell(Atom.of("lost"));
    here.node().address(Reference.of(Atom.of("here@test"), 1, 2, 3)).tell(Atom.of("lost"));
    assertEquals(List.of(), owner.drained());
    assertFalse(owner.hasEnded());
  }

  @Test
  void aMessageThroughAnAliasNeedsRoomInTheMailbox() {
    var held = new java.util.concurrent.CompletableFuture<Reference>();
    Address<Object> full =
        here.node()
            .spawn(
                Blueprint.<Object>of("full", () -> new Full(held))
                    .mailbox(MailboxPolicy.bounded(2, MailboxPolicy.Overflow.DROP_NEWEST)));
    Address<Object> alias = here.node().address(TestNode.await(held), TermCodec.localOnly("notes"));
    for (int i = 0; i < 5; i++) {
      alias.tell(new Note("n" + i));
    }
    io.weft.Await.until("three are dropped", () -> TestNode.await(Sys.info(full)).dropped() == 3);
    assertEquals(2, TestNode.await(Sys.info(full)).mailbox());
  }

  /** Handles nothing. */
  private record Full(java.util.concurrent.CompletableFuture<Reference> alias)
      implements Behavior<Object> {
    @Override
    public void start(Self<Object> self) {
      self.hold();
      alias.complete(self.alias(AliasMode.EXPLICIT_UNALIAS));
    }

    @Override
    public void message(Self<Object> self, Object message) {}
  }

  @Test
  void repliesAndSystemMessagesTakeNoRoomInABoundedMailbox() {
    Actor server = there.actor();
    var caller = new Actor();
    here.node()
        .start(
            Blueprint.<Object>of("caller", () -> caller)
                .codec(TestNode.AnyCodec.INSTANCE)
                .mailbox(MailboxPolicy.bounded(2, MailboxPolicy.Overflow.DROP_NEWEST))
                .named("caller"));
    for (int i = 0; i < 10; i++) {
      var reply = new java.util.concurrent.CompletableFuture<CallResult<Term>>();
      caller.run(self ->
          self.callTerm(here.node().address(server.pid()), Atom.of("q"), null, reply::complete));
      ((TestNode.Called) server.next()).from().reply(new IntTerm(i));
      assertEquals(new CallResult.Ok<Term>(new IntTerm(i)), TestNode.await(reply));
    }
    // a reply to the pid in place of the alias is taken too, and takes no room either
    for (int i = 0; i < 10; i++) {
      var reply = new java.util.concurrent.CompletableFuture<CallResult<Term>>();
      caller.run(self ->
          self.callTerm(here.node().address(server.pid()), Atom.of("q"), null, reply::complete));
      var from = (From.Foreign) ((TestNode.Called) server.next()).from();
      Term tagged = io.weft.term.Tuple.of(from.tag(), new IntTerm(i));
      server.run(self -> there.node().address(caller.pid()).tell(tagged));
      assertEquals(new CallResult.Ok<Term>(new IntTerm(i)), TestNode.await(reply));
    }
    Address<Term> address = here.node().address("caller", "here@test");
    TestNode.await(Sys.suspend(address));
    for (int i = 0; i < 10; i++) {
      address.tell(new IntTerm(i));
      address.tell(Term.parse("{system, {pid('here@test', 0, 0, 0), tag}, get_state}"));
    }
    io.weft.Await.until("it is full", () -> TestNode.await(Sys.info(address)).mailbox() == 2);
    assertEquals(8, TestNode.await(Sys.info(address)).dropped()); // of the plain messages
    address.tell(Term.parse("{system, {pid('here@test', 0, 0, 0), tag}, resume}"));
    assertEquals(List.of(new IntTerm(0), new IntTerm(1)), List.of(caller.next(), caller.next()));
  }

  @Test
  void aGroupLeaderIsSetByOthersToo() {
    Actor leader = here.actor();
    Actor one = here.actor();
    Actor two = there.actor();
    leader.run(self -> {
      self.groupLeader(one.pid(), self.pid());
      self.groupLeader(two.pid(), self.pid());
    });
    assertEquals(leader.pid(), one.does(Self::groupLeader));
    io.weft.Await.until(
        "the signal is there", () -> two.does(Self::groupLeader).equals(leader.pid()));
  }

  @Test
  void aReplyAliasTakesOneMessage() {
    var a = here.actor();
    Reference alias = a.does(self -> self.alias(AliasMode.REPLY));
    here.node().address(alias).tell(Atom.of("one"));
    here.node().address(alias).tell(Atom.of("two"));
    assertEquals(List.of(Atom.of("one")), a.drained());
  }

  @Test
  void anExplicitAliasTakesMessagesUntilUnalias() {
    var a = here.actor();
    Reference alias = a.does(self -> self.alias(AliasMode.EXPLICIT_UNALIAS));
    here.node().address(alias).tell(Atom.of("one"));
    here.node().address(alias).tell(Atom.of("two"));
    assertEquals(List.of(Atom.of("one"), Atom.of("two")), a.drained());
    assertTrue(a.<Boolean>does(self -> self.unalias(alias)));
    assertFalse(a.<Boolean>does(self -> self.unalias(alias)));
    here.node().address(alias).tell(Atom.of("three"));
    assertEquals(List.of(), a.drained());
  }

  @Test
  void aMonitorAliasEndsWithItsMonitorUnlessItIsExplicit() {
    var a = here.actor();
    var b = here.actor();
    var target = new Target.ByPid(b.pid());
    Reference tied = a.does(self -> self.monitor(target, AliasMode.DEMONITOR));
    Reference explicit = a.does(self -> self.monitor(target, AliasMode.EXPLICIT_UNALIAS));
    a.run(self -> {
      self.demonitor(tied, false);
      self.demonitor(explicit, false);
    });
    here.node().address(tied).tell(Atom.of("tied"));
    here.node().address(explicit).tell(Atom.of("explicit"));
    assertEquals(List.of(Atom.of("explicit")), a.drained());
  }

  @Test
  void aReplyDemonitorAliasEndsTheMonitorWithItsMessage() {
    var a = here.actor();
    var b = here.actor();
    Reference alias =
        a.does(self -> self.monitor(new Target.ByPid(b.pid()), AliasMode.REPLY_DEMONITOR));
    here.node().address(alias).tell(Atom.of("reply"));
    assertEquals(Atom.of("reply"), a.next());
    assertFalse(a.<Boolean>does(self -> self.demonitor(alias, false)));
    b.run(self -> self.stop(BOOM));
    b.endsWith();
    assertEquals(List.of(), a.drained());
  }
}
