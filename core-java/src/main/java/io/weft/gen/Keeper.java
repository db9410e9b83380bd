package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.term.Pid;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A behaviour that keeps children, and can stand still for their code to be changed. */
interface Keeper {
  /**
   * Calls {@code then}, in a turn of the process, when what came before is done. From then on it
   * begins nothing until it is {@linkplain Frozen#thaw thawed}: what comes waits.
   *
   * @param stillWanted asked just before; if not, nothing stands still
   */
  void freeze(BooleanSupplier stillWanted, Consumer<Frozen> then);

  /** A keeper that stands still. In its turns only. */
  interface Frozen {
    /**
     * Lets the specifications of all children be as the rules say, also for those that come later,
     * and returns the children.
     */
    List<Row<?>> apply(CodeRules rules, CodePlace here);

    /**
     * Goes on. What changed since it stood still stays so, or is as it was before.
     *
     * @param changed the children that go on with the code of their specifications; null if the
     *     change failed
     */
    void thaw(@Nullable Set<Pid> changed);
  }

  /**
   * A child of a keeper that stands still.
   *
   * @param address where it is, if it runs
   * @param to the blueprint of its specification
   * @param changes whether its process, or the last one it had, has the code of another blueprint
   * @param isNew whether it was added since the keeper stands still
   */
  record Row<M>(
      CodePlace place, Address<M> address, Blueprint<M> to, boolean changes, boolean isNew) {}
}
