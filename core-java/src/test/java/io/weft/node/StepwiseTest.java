package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a body that receives in steps can count on. */
@Timeout(60)
class StepwiseTest {

  /** The first step of a body. */
  private interface Begin {
    void begin(Self<Integer> self, Receiver<Integer> receiver);
  }

  private static Blueprint<Integer> body(Begin begin) {
    return Blueprint.stepwise("stepwise", () -> begin::begin);
  }

  private static Select<Integer, Integer> number(int wanted) {
    return Select.of(on -> on.message(Integer.class, n -> n == wanted, n -> n));
  }

  private static Select<Integer, Integer> any() {
    return Select.of(on -> on.plain(n -> n));
  }

  @Test
  void takesWhatItWaitsForAndLeavesTheRestInOrder() {
    try (var test = new TestNode()) {
      var all = new CompletableFuture<List<Integer>>();
      Address<Integer> address =
          test.node()
              .start(
                  body((self, receiver) -> {
                    List<Integer> got = new ArrayList<>();
                    receiver.receive(
                        number(3),
                        three -> {
                          got.add(three.get());
                          takeAll(self, receiver, got, all);
                        });
                  }));
      for (int i = 1; i <= 4; i++) {
        address.tell(i);
      }
      assertEquals(List.of(3, 1, 2, 4), TestNode.await(all));
    }
  }

  private static void takeAll(
      Self<Integer> self,
      Receiver<Integer> receiver,
      List<Integer> got,
      CompletableFuture<List<Integer>> all) {
    receiver.receive(
        any(),
        next -> {
          got.add(next.get());
          if (got.size() < 4) {
            takeAll(self, receiver, got, all);
          } else {
            self.stop(ExitReason.NORMAL);
            all.complete(got);
          }
        });
  }

  @Test
  void waitsInOnePlaceAtATimeAndNoLongerOnceThatIsGivenUp() {
    try (var test = new TestNode()) {
      var first = new CompletableFuture<Integer>();
      Address<Integer> address =
          test.node()
              .start(
                  body((self, receiver) -> {
                    Runnable giveUp = receiver.receive(any(), _ -> first.complete(-1));
                    assertThrows(
                        IllegalStateException.class, () -> receiver.receive(any(), _ -> {}));
                    giveUp.run();
                    receiver.receive(
                        any(),
                        next -> {
                          giveUp.run(); // that was another one
                          first.complete(next.get());
                          self.stop(ExitReason.NORMAL);
                        });
                  }));
      address.tell(7);
      assertEquals(7, TestNode.await(first));
    }
  }

  @Test
  void aReportThatIsFlushedBehindItsBackDoesNotHideWhatFollows() {
    try (var test = new TestNode()) {
      var passedOver = new CompletableFuture<Info.Down>();
      var own = new CompletableFuture<Self<Integer>>();
      var came = new CompletableFuture<Integer>();
      TestNode.Actor victim = test.actor();
      Address<Integer> address =
          test.node()
              .start(
                  body((self, receiver) -> {
                    self.monitor(victim.address().target());
                    own.complete(self);
                    Select<Integer, Integer> two =
                        number(2)
                            .report(Info.Down.class, down -> !passedOver.complete(down), _ -> 0);
                    receiver.receive(
                        two,
                        number -> {
                          came.complete(number.get());
                          self.stop(ExitReason.NORMAL);
                        });
                  }));
      victim.run(self -> self.stop(ExitReason.NORMAL));
      var monitor = TestNode.await(passedOver).monitor();
      Self<Integer> self = TestNode.await(own);
      self.post(() -> self.demonitor(monitor, true));
      address.tell(2);
      assertEquals(2, TestNode.await(came));
    }
  }
}
