package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 1.1: signals and order, inside a node and between two. */
class Signals11OrderTest {
  private static final int SENDERS = 8;
  private static final int MESSAGES = 20_000;

  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));

  private final DirectNetwork network = new DirectNetwork();
  private final TestNode nodes = new TestNode(network.start("here@test"));
  private final TestNode others = new TestNode(network.start("there@test"));

  @AfterEach
  void close() {
    nodes.close();
    others.close();
  }

  private record Numbered(int sender, int number) {}

  /**
   * Fails, and with it the process, when a sender's messages are out of order or one is missing.
   */
  private static final class Checker implements Behavior<Numbered> {
    final CompletableFuture<ExitReason> ended = new CompletableFuture<>();
    private final Map<Integer, Integer> last = new HashMap<>();
    private int left = SENDERS * MESSAGES;
    private boolean busy;

    @Override
    public void message(Self<Numbered> self, Numbered message) {
      assertEquals(false, busy, "two turns at once");
      busy = true;
      int before = last.getOrDefault(message.sender(), -1);
      assertEquals(before + 1, message.number());
      last.put(message.sender(), message.number());
      left--;
      busy = false;
      if (left == 0) {
        self.stop(ExitReason.NORMAL);
      }
    }

    @Override
    public void ended(Self<Numbered> self, ExitReason reason) {
      ended.complete(reason);
    }
  }

  @Test
  void messagesOfEachSenderArriveInOrderAndNoneIsLost() {
    try (Node node = Node.start(NodeOptions.local())) {
      var checker = new Checker();
      Address<Numbered> address = node.start(Blueprint.of("checker", () -> checker));
      IntStream.range(0, SENDERS)
          .mapToObj(sender -> CompletableFuture.runAsync(() -> send(address, sender)))
          .toList()
          .forEach(CompletableFuture::join);
      assertEquals(ExitReason.NORMAL, TestNode.await(checker.ended));
    }
  }

  private static void send(Address<Numbered> to, int sender) {
    for (int i = 0; i < MESSAGES; i++) {
      to.tell(new Numbered(sender, i));
    }
  }

  @Test
  void aPidOfAnotherLifeOfThisNodeIsNobody() {
    var a = nodes.trappingActor();
    var b = nodes.actor();
    var old = new Pid(b.pid().node(), b.pid().id(), b.pid().serial(), 77);
    a.run(self -> self.exit(old, ExitReason.KILL));
    var monitor = a.does(self -> self.monitor(new Target.ByPid(old)));
    assertEquals(new Info.Down(monitor, old, ExitReason.NOPROC), a.next());
    assertFalse(b.hasEnded());
  }

  @Test
  void anExitOvertakesTheMessagesQueuedBeforeIt() {
    var a = nodes.actor();
    a.run(Self::hold);
    for (int i = 0; i < 10_000; i++) {
      a.address().tell(i);
    }
    nodes.node().exit(a.pid(), ExitReason.KILL);
    assertEquals(ExitReason.KILLED, a.endsWith());
  }

  @Test
  void signalsOfEveryKindKeepTheirOrder() {
    for (TestNode home : List.of(nodes, others)) {
      var receiver = nodes.trappingActor();
      receiver.run(self -> self.register("receiver"));
      Reference alias = receiver.does(self -> self.alias(AliasMode.EXPLICIT_UNALIAS));
      var sender = home.actor();
      Node node = home.node();
      sender.post(self -> {
        node.address(receiver.pid()).tell(new IntTerm(1));
        self.exit(receiver.pid(), BOOM);
        node.address("receiver", "here@test").tell(new IntTerm(2));
        self.link(receiver.pid());
        node.address(alias).tell(new IntTerm(3));
        self.unlink(receiver.pid());
        node.address(receiver.pid()).cast(new IntTerm(4));
        self.link(receiver.pid());
        self.stop(ExitReason.SHUTDOWN);
      });
      List<Object> heard = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        heard.add(receiver.next());
      }
      List<Object> expected =
          List.of(
              new IntTerm(1),
              new Info.Exit(sender.pid(), BOOM),
              new IntTerm(2),
              new IntTerm(3),
              new IntTerm(4),
              new Info.Exit(sender.pid(), ExitReason.SHUTDOWN));
      assertEquals(expected, heard);
      receiver.run(self -> self.node().unregister(Atom.of("receiver")));
    }
  }

  @Test
  void sendingToNobodyNeverFails() {
    var dead = nodes.actor();
    var far = others.actor();
    for (var ending : List.of(dead, far)) {
      ending.run(self -> self.stop(ExitReason.NORMAL));
      ending.endsWith();
    }
    Reference noAlias = Reference.of(Atom.of("here@test"), nodes.node().creation(), 1, 2, 3);
    var sender = nodes.actor();
    sender.run(self -> {
      Node node = nodes.node();
      dead.address().tell("lost");
      for (Address<Term> nobody :
          List.of(
              node.address(dead.pid()),
              node.address(far.pid()),
              node.address("nobody", "here@test"),
              node.address("nobody", "there@test"),
              node.address("nobody", "no@where"),
              node.address(new Pid(Atom.of("no@where"), 1, 0, 9)),
              node.address(noAlias))) {
        nobody.tell(Atom.of("lost"));
        nobody.cast(Atom.of("lost"));
      }
      self.exit(dead.pid(), BOOM);
      self.exit(new Pid(Atom.of("no@where"), 1, 0, 9), BOOM);
    });
    assertFalse(sender.hasEnded());
  }

  @Test
  void anySignalConnectsNodesThatAreNotConnected() {
    var here = nodes.trappingActor();
    var there = others.trappingActor();
    var absent = new Target.ByName(Atom.of("nobody"), Atom.of("there@test"));
    network.cut(nodes.node(), others.node());
    here.run(self -> nodes.node().address(there.pid()).tell(new IntTerm(1)));
    assertEquals(new IntTerm(1), there.next());
    network.cut(nodes.node(), others.node());
    here.run(self -> self.exit(there.pid(), BOOM));
    assertEquals(new Info.Exit(here.pid(), BOOM), there.next());
    network.cut(nodes.node(), others.node());
    Reference monitor = here.does(self -> self.monitor(absent));
    assertEquals(new Info.Down(monitor, absent.item(), ExitReason.NOPROC), here.next());
    network.cut(nodes.node(), others.node());
    here.run(self -> self.link(there.pid()));
    there.run(self -> nodes.node().address(here.pid()).tell(Atom.of("behind the link")));
    assertEquals(Atom.of("behind the link"), here.next());
    network.cut(nodes.node(), others.node());
    assertEquals(new Info.Exit(there.pid(), ExitReason.NOCONNECTION), here.next());
  }
}
