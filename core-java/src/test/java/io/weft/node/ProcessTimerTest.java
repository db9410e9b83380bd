package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Reference;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** spec/otp.md 1.7: send_after and start_timer; and reports and crashes of any kind. */
@Timeout(60)
class ProcessTimerTest {
  record Tick(Reference timer) {}

  @Test
  void sendAfterDeliversTheMessageAlsoWhenItsSenderHasEnded() {
    try (var test = new TestNode()) {
      TestNode.Actor sender = test.actor();
      TestNode.Actor receiver = test.actor();
      sender.run(self -> {
        self.sendAfter(Duration.ofMillis(2), receiver.address(), "hello");
        self.stop(ExitReason.NORMAL);
      });
      assertEquals("hello", receiver.next());
    }
  }

  @Test
  void startTimerDeliversAMessageThatNamesItsTimer() {
    try (var test = new TestNode()) {
      TestNode.Actor actor = test.actor();
      actor.run(self -> {
        self.startTimer(Duration.ofMillis(3), Tick::new);
        self.startTimer(Duration.ZERO, Tick::new);
      });
      assertNotEquals(actor.next(), actor.next());
    }
  }

  @Test
  void aCancelledTimerTellsWhatWasLeftAndDeliversNothing() {
    try (var test = new TestNode()) {
      TestNode.Actor actor = test.actor();
      ProcessTimer timer =
          actor.does(self -> self.sendAfter(Duration.ofHours(1), self.address(), "late"));
      assertTrue(timer.remaining().compareTo(Duration.ofMinutes(59)) > 0);
      Duration left = timer.cancel();
      assertNotNull(left);
      assertTrue(left.compareTo(Duration.ofMinutes(59)) > 0);
      assertNull(timer.cancel());
      assertEquals(List.of(), actor.drained());
    }
  }

  @Test
  void errorsOfTheVirtualMachineEndTheOneProcessOnly() {
    try (var test = new TestNode()) {
      TestNode.Actor watcher = test.actor();
      for (Error error : List.of(new OutOfMemoryError("no heap"), new StackOverflowError())) {
        TestNode.Actor victim = test.actor();
        watcher.run(self -> self.monitor(victim.address().target()));
        victim.run(self ->
            self.post(() -> {
              throw error;
            }));
        String reason = ((Info.Down) watcher.next()).reason().toString();
        assertTrue(reason.contains(error.getClass().getName()), reason);
      }
    }
  }

  @Test
  void deepRecursionEndsTheOneProcessOnly() {
    try (var test = new TestNode()) {
      TestNode.Actor watcher = test.actor();
      TestNode.Actor victim = test.actor();
      watcher.run(self -> self.monitor(victim.address().target()));
      victim.run(self -> self.post(() -> forEver(0)));
      String reason = ((Info.Down) watcher.next()).reason().toString();
      assertTrue(reason.contains("StackOverflowError"), reason);
      assertEquals(1, (int) watcher.does(_ -> 1));
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int forEver(int depth) {
    return forEver(depth + 1) + 1;
  }
}
