package io.weft.gen;

import io.weft.node.Blueprint;
import io.weft.term.ListTerm;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all children of a {@link DynamicSupervisor} have in common.
 *
 * @param id how {@code supervisor:get_childspec} calls it
 * @param blueprint makes the blueprint of one child from the argument it is started with
 * @param restart when to start a child again, with the same blueprint; default {@link
 *     Restart#TEMPORARY}
 * @param shutdown how to stop a child; default {@link Shutdown#DEFAULT} for workers
 * @param type whether the children are supervisors; default {@link ChildType#WORKER}
 * @param argument makes an argument from those of a foreign node's {@code
 *     supervisor:start_child(Sup, Args)}; null, itself or its result, for none that fit
 */
public record ChildTemplate<A, M>(
    String id,
    Function<? super A, Blueprint<M>> blueprint,
    Restart restart,
    Shutdown shutdown,
    ChildType type,
    @Nullable Function<ListTerm, ? extends @Nullable A> argument) {

  /** Returns a template of temporary workers with five seconds to shut down. */
  public static <A, M> ChildTemplate<A, M> of(
      String id, Function<? super A, Blueprint<M>> blueprint) {
    return new ChildTemplate<>(
        id, blueprint, Restart.TEMPORARY, Shutdown.DEFAULT, ChildType.WORKER, null);
  }

  /** Returns this template with another restart rule. */
  public ChildTemplate<A, M> restart(Restart restart) {
    return new ChildTemplate<>(id, blueprint, restart, shutdown, type, argument);
  }

  /** Returns this template with another way to stop a child. */
  public ChildTemplate<A, M> shutdown(Shutdown shutdown) {
    return new ChildTemplate<>(id, blueprint, restart, shutdown, type, argument);
  }

  /** Returns this template of supervisors or workers, with the default shutdown of that type. */
  public ChildTemplate<A, M> type(ChildType type) {
    return new ChildTemplate<>(id, blueprint, restart, Shutdown.defaultOf(type), type, argument);
  }

  /** Returns this template for foreign nodes as well, whose arguments {@code argument} reads. */
  public ChildTemplate<A, M> argument(Function<ListTerm, ? extends @Nullable A> argument) {
    return new ChildTemplate<>(id, blueprint, restart, shutdown, type, argument);
  }

  /** Returns this template with other blueprints. */
  public ChildTemplate<A, M> blueprint(Function<? super A, Blueprint<M>> blueprint) {
    return new ChildTemplate<>(id, blueprint, restart, shutdown, type, argument);
  }

  ChildSpec<M> specOf(Blueprint<M> blueprint) {
    return new ChildSpec<>(id, blueprint, restart, shutdown, type, false, null);
  }
}
