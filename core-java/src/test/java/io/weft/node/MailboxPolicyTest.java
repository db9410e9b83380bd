package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of messages to a full mailbox. */
@Timeout(60)
class MailboxPolicyTest {
  record Ask() implements Request<Integer> {}

  /** A process that handles nothing until it is let go; then it keeps what it gets. */
  private static final class Blocked implements Behavior<Object> {
    final LinkedBlockingQueue<Object> got = new LinkedBlockingQueue<>();
    final CompletableFuture<Self<Object>> self = new CompletableFuture<>();

    @Override
    public void start(Self<Object> self) {
      self.hold();
      this.self.complete(self);
      self.post(() -> {});
    }

    @Override
    public void message(Self<Object> self, Object message) {
      got.add(message);
    }

    void letGo() {
      Self<Object> mine = TestNode.await(self);
      mine.post(mine::release);
    }

    List<Object> next(int count) throws InterruptedException {
      List<Object> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(got.take());
      }
      return all;
    }
  }

  private static Address<Object> spawn(
      TestNode test, Blocked blocked, MailboxPolicy<Object> policy) {
    Address<Object> address =
        test.node().spawn(Blueprint.<Object>of("blocked", () -> blocked).mailbox(policy));
    TestNode.await(blocked.self);
    return address;
  }

  @Test
  void failSenderTellsTheSenderWhoIsFull() throws Exception {
    try (var test = new TestNode()) {
      var blocked = new Blocked();
      Address<Object> address =
          spawn(test, blocked, MailboxPolicy.bounded(2, MailboxPolicy.Overflow.FAIL_SENDER));
      address.tell(1);
      address.tell(2);
      var full = assertThrows(MailboxFullException.class, () -> address.tell(3));
      assertTrue(full.getMessage().contains("blocked"), full.getMessage());
      blocked.letGo();
      assertEquals(List.of(1, 2), blocked.next(2));
      address.tell(4);
      assertEquals(List.of(4), blocked.next(1));
    }
  }

  @Test
  void dropNewestKeepsWhatCameFirst() throws Exception {
    try (var test = new TestNode()) {
      var blocked = new Blocked();
      Address<Object> address =
          spawn(test, blocked, MailboxPolicy.bounded(2, MailboxPolicy.Overflow.DROP_NEWEST));
      for (int i = 1; i <= 5; i++) {
        address.tell(i);
      }
      assertEquals(3, TestNode.await(Sys.info(address)).dropped());
      blocked.letGo();
      assertEquals(List.of(1, 2), blocked.next(2));
    }
  }

  @Test
  void dropOldestKeepsWhatCameLast() throws Exception {
    try (var test = new TestNode()) {
      var blocked = new Blocked();
      Address<Object> address =
          spawn(test, blocked, MailboxPolicy.bounded(2, MailboxPolicy.Overflow.DROP_OLDEST));
      for (int i = 1; i <= 5; i++) {
        address.tell(i);
      }
      assertEquals(3, TestNode.await(Sys.info(address)).dropped());
      blocked.letGo();
      assertEquals(List.of(4, 5), blocked.next(2));
    }
  }

  @Test
  void divertSendsToTheFallback() throws Exception {
    try (var test = new TestNode()) {
      TestNode.Actor fallback = test.actor();
      var blocked = new Blocked();
      Address<Object> address =
          spawn(test, blocked, MailboxPolicy.diverting(1, fallback.address()));
      address.tell(1);
      address.tell(2);
      assertEquals(2, fallback.next());
      blocked.letGo();
      assertEquals(List.of(1), blocked.next(1));
    }
  }

  @Test
  void suspendSenderCompletesWhenThereIsRoom() throws Exception {
    try (var test = new TestNode()) {
      var blocked = new Blocked();
      Address<Object> address =
          spawn(test, blocked, MailboxPolicy.bounded(1, MailboxPolicy.Overflow.SUSPEND_SENDER));
      assertTrue(address.tellWhenRoom(1).isDone());
      var second = address.tellWhenRoom(2);
      var third = address.tellWhenRoom(3);
      assertFalse(second.isDone());
      assertThrows(MailboxFullException.class, () -> address.tell(4));
      blocked.letGo();
      assertEquals(List.of(1, 2, 3), blocked.next(3));
      TestNode.await(second);
      TestNode.await(third);
    }
  }

  @Test
  void thoseThatWaitForRoomAreLetGoWhenTheReceiverEnds() {
    try (var test = new TestNode()) {
      var blocked = new Blocked();
      Address<Object> address =
          spawn(test, blocked, MailboxPolicy.bounded(1, MailboxPolicy.Overflow.SUSPEND_SENDER));
      address.tell(1);
      var waiting = address.tellWhenRoom(2);
      test.node().exit(((Target.ByPid) address.target()).pid(), ExitReason.KILL);
      TestNode.await(waiting);
    }
  }

  @Test
  void aCallToAFullMailboxIsAnsweredAtOnce() {
    try (var test = new TestNode()) {
      for (var overflow : MailboxPolicy.Overflow.values()) {
        if (overflow == MailboxPolicy.Overflow.DIVERT) {
          continue;
        }
        var blocked = new Blocked();
        Address<Object> address = spawn(test, blocked, MailboxPolicy.bounded(1, overflow));
        var first = Weft.callAsync(address, new Ask(), null);
        awaitDepth(address, 1);
        var second = Weft.callAsync(address, new Ask(), null);
        var refused = overflow == MailboxPolicy.Overflow.DROP_OLDEST ? first : second;
        var failure = assertThrows(CallException.class, () -> TestNode.await(refused));
        assertEquals(ExitReason.of(Atom.of("overload")), failure.reason());
      }
    }
  }

  @Test
  void exitsAndReportsGetThroughAFullMailbox() {
    try (var test = new TestNode()) {
      var go = new CountDownLatch(1);
      var told = new CompletableFuture<Info>();
      Blueprint<Object> full =
          Blueprint.<Object>straightLine(
                  "full",
                  self -> {
                    self.trapExit(true);
                    go.await();
                    told.complete(self.<Info>select(on -> on.exit(exit -> exit)));
                  })
              .mailbox(MailboxPolicy.bounded(1, MailboxPolicy.Overflow.DROP_NEWEST))
              .trapExit();
      Address<Object> address = test.node().start(full);
      address.tell(1);
      address.tell(2);
      test.node().exit(((Target.ByPid) address.target()).pid(), ExitReason.SHUTDOWN);
      go.countDown();
      assertEquals(ExitReason.SHUTDOWN, ((Info.Exit) TestNode.await(told)).reason());
    }
  }

  private static void awaitDepth(Address<?> address, int depth) {
    while (TestNode.await(Sys.info(address)).mailbox() < depth) {
      Thread.onSpinWait();
    }
  }

  @Test
  void theBacklogHasADepthAndAnAge() {
    try (var test = new TestNode()) {
      var blocked = new Blocked();
      Address<Object> address = spawn(test, blocked, MailboxPolicy.unbounded());
      assertEquals(Duration.ZERO, TestNode.await(Sys.info(address)).backlogAge());
      address.tell(1);
      address.tell(2);
      awaitDepth(address, 2);
      assertTrue(TestNode.await(Sys.info(address)).backlogAge().isPositive());
    }
  }
}
