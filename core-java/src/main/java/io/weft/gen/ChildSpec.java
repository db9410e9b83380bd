package io.weft.gen;

import io.weft.node.Blueprint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One child of a supervisor.
 *
 * @param id names the child within its supervisor; an atom to foreign nodes
 * @param blueprint starts it
 * @param restart when to start it again; default {@link Restart#PERMANENT}
 * @param shutdown how to stop it; default {@link Shutdown#DEFAULT} for workers, {@link
 *     Shutdown.Infinity} for supervisors
 * @param type whether it is a supervisor itself; default what the blueprint is
 * @param significant whether its end counts for {@link AutoShutdown}; default false. Not for
 *     permanent children, and only under a supervisor that shuts down automatically
 * @param startWithin how long a start may take; then the child is killed and has failed with {@code
 *     timeout}. Null, the default, for as long as it takes
 */
public record ChildSpec<M>(
    String id,
    Blueprint<M> blueprint,
    Restart restart,
    Shutdown shutdown,
    ChildType type,
    boolean significant,
    @Nullable Duration startWithin) {

  /**
   * Returns a permanent child with the blueprint's label as its id. A worker has five seconds to
   * shut down; a supervisor made by {@link Supervisor} or {@link DynamicSupervisor} is known for
   * one and has all the time it takes.
   */
  public static <M> ChildSpec<M> of(Blueprint<M> blueprint) {
    ChildType type =
        blueprint.codec() instanceof SupervisorProtocol ? ChildType.SUPERVISOR : ChildType.WORKER;
    return new ChildSpec<>(
        blueprint.label(),
        blueprint,
        Restart.PERMANENT,
        Shutdown.defaultOf(type),
        type,
        false,
        null);
  }

  /** Returns this child with another id. */
  public ChildSpec<M> id(String id) {
    return new ChildSpec<>(id, blueprint, restart, shutdown, type, significant, startWithin);
  }

  /** Returns this child with another blueprint. */
  public ChildSpec<M> blueprint(Blueprint<M> blueprint) {
    return new ChildSpec<>(id, blueprint, restart, shutdown, type, significant, startWithin);
  }

  /** Returns this child with another restart rule. */
  public ChildSpec<M> restart(Restart restart) {
    return new ChildSpec<>(id, blueprint, restart, shutdown, type, significant, startWithin);
  }

  /** Returns this child with another way to stop it. */
  public ChildSpec<M> shutdown(Shutdown shutdown) {
    return new ChildSpec<>(id, blueprint, restart, shutdown, type, significant, startWithin);
  }

  /** Returns this child as a supervisor or a worker, with the default shutdown of that type. */
  public ChildSpec<M> type(ChildType type) {
    return new ChildSpec<>(
        id, blueprint, restart, Shutdown.defaultOf(type), type, significant, startWithin);
  }

  /** Returns this child as one whose end counts for {@link AutoShutdown}. */
  public ChildSpec<M> asSignificant() {
    return new ChildSpec<>(id, blueprint, restart, shutdown, type, true, startWithin);
  }

  /** Returns this child with a limit to how long its start may take. */
  public ChildSpec<M> startWithin(Duration limit) {
    return new ChildSpec<>(id, blueprint, restart, shutdown, type, significant, limit);
  }
}
