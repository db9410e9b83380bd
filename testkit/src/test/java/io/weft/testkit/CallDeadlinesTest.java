package io.weft.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.CallResult;
import io.weft.node.From;
import io.weft.node.Node;
import io.weft.node.Request;
import io.weft.node.Self;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Many calls of one process at once, each with its own time, to the millisecond. */
class CallDeadlinesTest {
  private static final int CALLS = 500;
  private static final int LONGEST = 10_000;

  /** Is answered after so many milliseconds. */
  private record Ask(int after) implements Request<Integer> {}

  private record Call(int number, Duration within, int answeredAfter) {}

  private static final class Server implements Behavior<Ask> {
    @Override
    public void message(Self<Ask> self, Ask ask) {}

    @Override
    public void call(Self<Ask> self, Ask ask, From from) {
      self.after(Duration.ofMillis(ask.after), () -> from.reply(ask.after));
    }
  }

  @Test
  void everyCallEndsOnceWithItsReplyOrAtItsTime() {
    try (var simulation = new Simulation(1)) {
      Node node = simulation.start("a@sim");
      Address<Ask> server = node.spawn(Blueprint.of("server", Server::new));
      Map<Integer, Long> endedAt = new TreeMap<>();
      Map<Integer, Boolean> answered = new TreeMap<>();
      long began = node.seams().clock().nanoTime();
      Address<Call> caller =
          node.spawn(
              Blueprint.<Call>of(
                  "caller",
                  () ->
                      (self, call) ->
                          self.call(
                              server,
                              new Ask(call.answeredAfter),
                              call.within,
                              reply -> {
                                long now = self.node().seams().clock().nanoTime();
                                assertEquals(null, endedAt.put(call.number, now), "ended twice");
                                answered.put(call.number, isAnswer(reply, call));
                              })));
      Map<Integer, Call> calls = new TreeMap<>();
      var random = new Random(1);
      for (int i = 0; i < CALLS; i++) {
        int within = 1 + random.nextInt(LONGEST);
        int after = random.nextInt(LONGEST);
        var call = new Call(i, Duration.ofMillis(within), after == within ? after + 1 : after);
        calls.put(i, call);
        caller.tell(call);
      }
      simulation.advance(Duration.ofMillis(2 * LONGEST));
      assertEquals(CALLS, endedAt.size());
      for (Call call : calls.values()) {
        boolean inTime = call.answeredAfter < call.within.toMillis();
        long expected = inTime ? call.answeredAfter : call.within.toMillis();
        assertEquals(inTime, answered.get(call.number), call::toString);
        assertEquals(
            expected,
            Duration.ofNanos(endedAt.get(call.number) - began).toMillis(),
            call::toString);
      }
    }
  }

  private static boolean isAnswer(CallResult<Integer> result, Call call) {
    try {
      assertEquals(call.answeredAfter, result.orThrow());
      return true;
    } catch (CallException late) {
      assertTrue(
          String.valueOf(late.getMessage()).contains("not answered within"), late::getMessage);
      return false;
    }
  }
}
