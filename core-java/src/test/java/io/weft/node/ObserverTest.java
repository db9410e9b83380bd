package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ObserverTest {
  record Ask(String what) implements Request<String> {}

  private static final Behavior<Object> ECHO =
      new Behavior<>() {
        @Override
        public void message(Self<Object> self, Object message) {}

        @Override
        public void call(Self<Object> self, Object request, From from) {
          from.reply("answer");
        }
      };

  private static final Blueprint<Object> SERVER = Blueprint.of("echo", () -> ECHO);

  private static Node node(Observer... observers) {
    var options = NodeOptions.builder(NodeOptions.local().name());
    List.of(observers).forEach(options::observer);
    return Node.start(options.build());
  }

  private static String call(Address<Object> server) {
    return Weft.call(server, new Ask("it"), Duration.ofSeconds(10));
  }

  /** What the sender gives to a message. */
  private record Mark(String by) {}

  private static final class Noting implements Observer {
    final List<String> seen = new CopyOnWriteArrayList<>();

    @Override
    public Calling called(Sent request) {
      return new Calling() {
        @Override
        public Object context() {
          return new Mark("caller");
        }

        @Override
        public void done(CallResult<?> result) {
          seen.add("done " + (result instanceof CallResult.Ok<?>));
        }
      };
    }

    @Override
    public Handling received(
        Observed process, Kind kind, Object message, @Nullable Object context) {
      seen.add("received " + kind + " at " + process.label() + " with " + context);
      return new Handling() {
        @Override
        public void done(@Nullable Throwable failure) {
          seen.add("handled " + (failure == null));
        }
      };
    }
  }

  @Test
  void aContextTravelsWithTheRequestToEachObserverItsOwn() {
    var first = new Noting();
    var second = new Noting();
    try (Node node = node(first, second)) {
      assertEquals("answer", call(node.spawn(SERVER)));
    }
    assertTrue(
        first.seen.contains("received CALL at echo with Mark[by=caller]"), first.seen::toString);
    assertTrue(first.seen.contains("handled true"), first.seen::toString);
    assertTrue(first.seen.contains("done true"), first.seen::toString);
    assertEquals(List.copyOf(first.seen).size(), second.seen.size());
  }

  @Test
  void anObserverThatFailsChangesNothing() {
    Observer failing =
        new Observer() {
          @Override
          public Scope entered(Observed process, Work work) {
            throw new IllegalStateException("entered");
          }

          @Override
          public Handling received(
              Observed process, Kind kind, Object message, @Nullable Object context) {
            throw new IllegalStateException("received");
          }

          @Override
          public Calling called(Sent request) {
            throw new IllegalStateException("called");
          }

          @Override
          public Capture capture() {
            throw new IllegalStateException("capture");
          }

          @Override
          public void spawned(Observed process) {
            throw new IllegalStateException("spawned");
          }
        };
    try (Node node = node(failing)) {
      assertEquals("answer", call(node.spawn(SERVER)));
    }
  }

  @Test
  void aNodeWithoutObserversHasNothingToGive() {
    try (Node node = node()) {
      assertNull(node.observer());
      assertFalse(node.tracing().isOn());
    }
  }

  // --- trace tokens ------------------------------------------------------------------------------

  private static Tuple token(Term label, long serial) {
    Pid peer = new Pid(Atom.of("peer@host"), 1, 0, 5);
    return Tuple.of(IntTerm.of(1), label, IntTerm.of(serial), peer, IntTerm.of(serial - 1));
  }

  @Test
  void aTokenIsCountedOnAndKeepsItsFlagsAndLabel() {
    Pid self = new Pid(Atom.of("me@host"), 2, 0, 7);
    var trace = new SequentialTrace();
    trace.take(new Trail(token(Atom.of("label"), 10), null));
    assertEquals(
        Tuple.of(IntTerm.of(1), Atom.of("label"), IntTerm.of(11), self, IntTerm.of(10)),
        trace.next(self, null));
    assertEquals(
        Tuple.of(IntTerm.of(1), Atom.of("label"), IntTerm.of(12), self, IntTerm.of(10)),
        trace.next(self, Atom.of("of an observer")));
    trace.take(null);
    assertNull(trace.next(self, null));
  }

  @Test
  void theLabelOfAnObserverGivesWayToItsNextOne() {
    Pid self = new Pid(Atom.of("me@host"), 2, 0, 7);
    var trace = new SequentialTrace();
    trace.take(new Trail(token(Atom.of("mine"), 3), "context"));
    assertNull(trace.nextOfOthers(self));
    assertEquals(
        Tuple.of(IntTerm.of(1), Atom.of("next"), IntTerm.of(4), self, IntTerm.of(3)),
        trace.next(self, Atom.of("next")));
  }

  @Test
  void aTokenThatIsNoneOrTooLargeIsLeftOut() {
    try (Node node = node()) {
      Tracing tracing = node.tracing();
      assertNull(tracing.arrived(Atom.of("token")));
      assertNull(tracing.arrived(token(Binary.wrap(new byte[100_000]), 1)));
      assertFalse(tracing.isOn());
      assertNotNull(tracing.arrived(token(Atom.of("label"), 1)));
      assertTrue(tracing.isOn());
    }
  }
}
