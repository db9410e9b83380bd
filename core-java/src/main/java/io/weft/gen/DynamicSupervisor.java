package io.weft.gen;

import io.weft.gen.Supervisor.ChildCount;
import io.weft.gen.Supervisor.ChildInfo;
import io.weft.node.Blueprint;
import io.weft.node.Request;
import io.weft.term.Pid;
import java.util.List;

/**
 * A supervisor of children that come and go, all of one kind: OTP's supervisor with the strategy
 * simple_one_for_one.
 *
 * <pre>{@code
 * var sessions = DynamicSupervisor.define(
 *     "sessions", Intensity.DEFAULT, ChildTemplate.of("session", (User user) -> session(user)));
 * var address = node.start(sessions);
 * Slot<Session> hers = Weft.call(address, new StartChild<>(user), timeout).orThrow();
 * }</pre>
 *
 * <p>It starts without children. They have no ids; a request names one by its pid. When it ends it
 * stops all of them at once, in no order.
 */
public final class DynamicSupervisor {
  private DynamicSupervisor() {}

  /** Returns a blueprint of a supervisor of children made from {@code template}. */
  public static <A, M> Blueprint<Query<A, M>> define(
      String label, Intensity intensity, ChildTemplate<A, M> template) {
    return Blueprint.<Query<A, M>>of(label, () -> new DynamicBody<>(template, intensity))
        .codec(new DynamicCodec<>())
        .keepsChildren()
        .trapExit();
  }

  /**
   * What such a supervisor can be asked.
   *
   * @param <A> what a child is started with
   * @param <M> the protocol of the children
   */
  public sealed interface Query<A, M>
      permits WhichChildren,
          CountChildren,
          StartChild,
          TerminateChild,
          DynamicBody.TryAgain,
          DynamicBody.Foreign {}

  /** Asks for all children. */
  public record WhichChildren<A, M>() implements Query<A, M>, Request<List<ChildInfo>> {}

  /** Asks how many children there are. */
  public record CountChildren<A, M>() implements Query<A, M>, Request<ChildCount> {}

  /** Starts a child; one that decides not to serve is forgotten. */
  public record StartChild<A, M>(A argument) implements Query<A, M>, Request<ChildStart<M>> {}

  /** Stops a child and forgets it. Done also if the process ended before. */
  public record TerminateChild<A, M>(Pid pid) implements Query<A, M>, Request<ChildResult> {}
}
