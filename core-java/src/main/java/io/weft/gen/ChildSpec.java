package io.weft.gen;

import io.weft.node.Blueprint;

/**
 * One child of a supervisor.
 *
 * @param id names the child within its supervisor
 * @param blueprint starts it
 * @param restart when to start it again; default {@link Restart#PERMANENT}
 * @param shutdown how to stop it; default {@link Shutdown#DEFAULT}
 */
public record ChildSpec<M>(String id, Blueprint<M> blueprint, Restart restart, Shutdown shutdown) {
  /**
   * Returns a permanent child that has five seconds to shut down, with the blueprint's label as its
   * id.
   */
  public static <M> ChildSpec<M> of(Blueprint<M> blueprint) {
    return new ChildSpec<>(blueprint.label(), blueprint, Restart.PERMANENT, Shutdown.DEFAULT);
  }

  /** Returns this child with another restart rule. */
  public ChildSpec<M> restart(Restart restart) {
    return new ChildSpec<>(id, blueprint, restart, shutdown);
  }

  /** Returns this child with another way to stop it. */
  public ChildSpec<M> shutdown(Shutdown shutdown) {
    return new ChildSpec<>(id, blueprint, restart, shutdown);
  }
}
