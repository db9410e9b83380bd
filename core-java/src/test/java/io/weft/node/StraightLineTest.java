package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a straight-line body can count on. */
@Timeout(60)
class StraightLineTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  sealed interface Till {
    record Order(String what, int count) implements Till {}

    record Close() implements Till {}

    record Sold() implements Till, Request<Integer> {}
  }

  @Test
  void receivesInOrderAndEndsNormalWhenItReturns() {
    try (var test = new TestNode()) {
      var sums = new CompletableFuture<List<Integer>>();
      Blueprint<Integer> body =
          Blueprint.straightLine(
              "body",
              self -> {
                List<Integer> all = new ArrayList<>();
                for (int next = self.receive(); next != 0; next = self.receive()) {
                  all.add(next);
                }
                sums.complete(all);
              });
      TestNode.Actor watcher = test.actor();
      Address<Integer> address = test.node().start(body);
      watcher.run(self -> self.monitor(address.target()));
      for (int i = 1; i <= 1000; i++) {
        address.tell(i);
      }
      address.tell(0);
      assertEquals(1000, TestNode.await(sums).size());
      assertEquals(500, TestNode.await(sums).get(499));
      assertEquals(ExitReason.NORMAL, ((Info.Down) watcher.next()).reason());
    }
  }

  @Test
  void selectsWhatMatchesAndLeavesTheRestInOrder() {
    try (var test = new TestNode()) {
      var seen = new CompletableFuture<List<String>>();
      Blueprint<Till> till =
          Blueprint.straightLine(
              "till",
              self -> {
                List<String> order = new ArrayList<>();
                self.select(on -> on.message(Till.Close.class, _ -> order.add("closed")));
                for (int i = 0; i < 3; i++) {
                  order.add(
                      self.<String>select(on ->
                          on.message(
                                  Till.Order.class, o -> o.count() > 10, o -> "large " + o.what())
                              .message(Till.Order.class, Till.Order::what)));
                }
                seen.complete(order);
              });
      Address<Till> address = test.node().start(till);
      address.tell(new Till.Order("pear", 1));
      address.tell(new Till.Order("plum", 11));
      address.tell(new Till.Order("fig", 2));
      address.tell(new Till.Close());
      assertEquals(List.of("closed", "pear", "large plum", "fig"), TestNode.await(seen));
    }
  }

  @Test
  void timesOutWithoutLosingWhatComesLater() {
    try (var test = new TestNode()) {
      var results = new CompletableFuture<List<Object>>();
      Blueprint<Integer> body =
          Blueprint.straightLine(
              "body",
              self -> {
                Integer none = self.receive(Duration.ofMillis(5));
                Integer noneNow = self.receive(Duration.ZERO);
                self.address().tell(7);
                Integer some = self.receive(LONG);
                results.complete(List.of(none == null, noneNow == null, some == null ? -1 : some));
              });
      test.node().start(body);
      assertEquals(List.of(true, true, 7), TestNode.await(results));
    }
  }

  @Test
  void looksAtAllThatWasSentBeforeWhenItDoesNotWait() {
    try (var test = new TestNode()) {
      var received = new CompletableFuture<List<Integer>>();
      test.node()
          .spawn(
              Blueprint.<Integer>straightLine(
                  "body",
                  self -> {
                    List<Integer> all = new ArrayList<>();
                    for (int i = 1; i <= 1_000; i++) {
                      self.send(self.address(), i);
                      Integer there = self.receive(Duration.ZERO);
                      all.add(there == null ? -1 : there);
                    }
                    received.complete(all);
                  }));
      assertEquals(IntStream.rangeClosed(1, 1_000).boxed().toList(), TestNode.await(received));
    }
  }

  @Test
  void answersCallsAndMakesThem() {
    try (var test = new TestNode()) {
      Blueprint<Till> till =
          Blueprint.straightLine(
              "till",
              self -> {
                int sold = 0;
                boolean open = true;
                while (open) {
                  switch (self.receiveAny()) {
                    case Received.Message<Till>(Till.Order order) -> sold += order.count();
                    case Received.Call<Till>(Till.Sold _, From from) -> from.reply(sold);
                    case Received.Message<Till>(Till.Close _) -> open = false;
                    default -> {}
                  }
                }
              });
      var answers = new CompletableFuture<List<Object>>();
      Blueprint<Integer> customer =
          Blueprint.straightLine(
              "customer",
              self -> {
                Address<Till> address = self.startLink(till);
                self.trapExit(true);
                address.tell(new Till.Order("fig", 3));
                int sold = self.call(address, new Till.Sold(), LONG);
                address.tell(new Till.Close());
                ExitReason end = self.<ExitReason>select(on -> on.exit(Info.Exit::reason));
                ExitReason late;
                try {
                  late =
                      ExitReason.of(
                          Atom.of(String.valueOf(self.call(address, new Till.Sold(), LONG))));
                } catch (CallException gone) {
                  late = gone.reason();
                }
                answers.complete(List.of(sold, end, late));
              });
      test.node().start(customer);
      assertEquals(List.of(3, ExitReason.NORMAL, ExitReason.NOPROC), TestNode.await(answers));
    }
  }

  @Test
  void isKilledAtOnceWhateverItBlocksOn() {
    try (var test = new TestNode()) {
      var never = new CountDownLatch(1);
      var interrupted = new CompletableFuture<Boolean>();
      var afterwards = new CompletableFuture<ExitReason>();
      Blueprint<Integer> stuck =
          Blueprint.straightLine(
              "stuck",
              self -> {
                try {
                  never.await();
                } catch (InterruptedException expected) {
                  interrupted.complete(true);
                }
                try {
                  var _ = self.receive();
                } catch (ExitException dead) {
                  afterwards.complete(dead.reason());
                  throw dead;
                }
              });
      TestNode.Actor watcher = test.actor();
      Address<Integer> address = test.node().start(stuck);
      watcher.run(self -> self.monitor(address.target()));
      test.node().exit(((Target.ByPid) address.target()).pid(), ExitReason.KILL);
      assertEquals(ExitReason.KILLED, ((Info.Down) watcher.next()).reason());
      assertTrue(TestNode.await(interrupted));
      assertEquals(ExitReason.KILLED, TestNode.await(afterwards));
    }
  }

  @Test
  void crashesWithWhatItsBodyThrew() {
    try (var test = new TestNode()) {
      Blueprint<Integer> body =
          Blueprint.straightLine(
              "body",
              self -> {
                var _ = self.receive();
                throw new java.io.IOException("disk full");
              });
      TestNode.Actor watcher = test.actor();
      Address<Integer> address = test.node().start(body);
      watcher.run(self -> self.monitor(address.target()));
      address.tell(1);
      ExitReason reason = ((Info.Down) watcher.next()).reason();
      assertTrue(reason.toString().contains("java.io.IOException"), reason.toString());
    }
  }

  @Test
  void messagesArriveWhileItComputesAndNoneIsLost() {
    try (var test = new TestNode()) {
      int senders = 4;
      int each = 5_000;
      var total = new CompletableFuture<Integer>();
      Blueprint<Integer> body =
          Blueprint.straightLine(
              "body",
              self -> {
                int sum = 0;
                for (int i = 0; i < senders * each; i++) {
                  sum += self.receive();
                }
                total.complete(sum);
                assertNull(self.receive(Duration.ZERO));
              });
      Address<Integer> address = test.node().start(body);
      for (int s = 0; s < senders; s++) {
        test.node()
            .spawn(
                Blueprint.<Integer>straightLine(
                    "sender",
                    _ -> {
                      for (int i = 0; i < each; i++) {
                        address.tell(1);
                      }
                    }));
      }
      assertEquals(senders * each, TestNode.await(total));
    }
  }

  @Test
  void waitsForRoomInAMailboxThatSuspendsItsSenders() {
    try (var test = new TestNode()) {
      var go = new CountDownLatch(1);
      var got = new CompletableFuture<List<Integer>>();
      Blueprint<Integer> slow =
          Blueprint.<Integer>straightLine(
                  "slow",
                  self -> {
                    go.await();
                    List<Integer> all = new ArrayList<>();
                    for (int i = 0; i < 100; i++) {
                      all.add(self.receive());
                    }
                    got.complete(all);
                  })
              .mailbox(MailboxPolicy.bounded(3, MailboxPolicy.Overflow.SUSPEND_SENDER));
      Address<Integer> address = test.node().start(slow);
      test.node()
          .spawn(
              Blueprint.<Integer>straightLine(
                  "sender",
                  self -> {
                    for (int i = 0; i < 100; i++) {
                      self.send(address, i);
                    }
                  }));
      go.countDown();
      List<Integer> all = TestNode.await(got);
      for (int i = 0; i < 100; i++) {
        assertEquals(i, all.get(i));
      }
    }
  }
}
