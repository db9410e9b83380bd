package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Request;
import io.weft.node.Sys;
import io.weft.node.TestNode;
import io.weft.node.Weft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/**
 * A machine that goes where it is told and notes what it sees, in a time that the test lets pass.
 */
abstract class MachineTesting {
  static final Duration LONG = Duration.ofSeconds(20);
  static final Duration SECOND = Duration.ofSeconds(1);
  static final Duration HALF = Duration.ofMillis(500);
  static final Timeout<Integer> RETRY = Timeout.named("retry", Integer.class);
  static final Timeout<Void> IDLE = Timeout.named("idle");

  final ManualTime time = new ManualTime();
  final TestNode nodes = new TestNode(time.startNode());
  final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    nodes.close();
  }

  enum State {
    A,
    B,
    C
  }

  sealed interface Msg {
    record Go(State to) implements Msg {}

    record Note(String text) implements Msg {}

    record Ask(String text) implements Msg, Request<String> {}

    record Stop() implements Msg, Request<String> {}
  }

  /** A machine that goes where it is told and notes the rest; {@code more} adds to it. */
  Address<Msg> start(GenStateMachine.Definition<State, Msg> more) {
    return nodes.node().start(machine(more));
  }

  Blueprint<Msg> machine(GenStateMachine.Definition<State, Msg> more) {
    return GenStateMachine.define(
        "machine",
        State.class,
        Msg.class,
        (on, self) -> {
          on.start(State.A);
          more.define(on, self);
          on.any()
              .cast(Msg.Go.class, go -> on.to(go.to()))
              .cast(Msg.Note.class, note -> note(on, note.text()))
              .call(Msg.Ask.class, ask -> on.state() + ":" + ask.text())
              .call(
                  Msg.Stop.class,
                  (stop, reply) -> on.stop(ExitReason.SHUTDOWN).reply(reply, "bye"));
        });
  }

  Next<State, Msg> note(Transitions<State, Msg> on, String text) {
    seen.add(on.state() + ":" + text);
    return on.keep();
  }

  String next() {
    try {
      String next = seen.poll(20, TimeUnit.SECONDS);
      assertTrue(next != null, "nothing seen");
      return next;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  List<String> take(int count) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(next());
    }
    return all;
  }

  /** Waits until all that was sent before has been handled; returns the state. */
  static String sync(Address<Msg> machine) {
    return Weft.call(machine, new Msg.Ask(""), LONG);
  }

  /** A call of the test may still be about to cancel its own timer. */
  void awaitTimers(int count) {
    Await.until(() -> time.waiting() == count);
  }

  static void awaitState(Address<Msg> machine, State state) {
    Await.until(() -> MachineState.of(state, null).equals(Sys.state(machine).join()));
  }
}
