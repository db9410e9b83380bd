package io.weft.global;

import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.term.Atom;
import io.weft.term.Export;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose a name is, when two partitions join that have both given it away.
 *
 * <p>It runs on the node of one of the two processes: of the one that was registered in the
 * partition of the node with the smaller name. It may block, and holds up all changes of names
 * while it does.
 */
public final class ClashMethod {
  /** Kills the process on the node with the greater name: the default. */
  public static final ClashMethod RANDOM_EXIT =
      ofGlobal("random_exit_name", ClashMethod::randomExit);

  /**
   * Takes the name from the process on the node with the greater name, which gets the message
   * {@code {global_name_conflict, Name}}.
   */
  public static final ClashMethod RANDOM_NOTIFY =
      ofGlobal("random_notify_name", ClashMethod::randomNotify);

  /** Takes the name from both; each gets {@code {global_name_conflict, Name, TheOther}}. */
  public static final ClashMethod NOTIFY_ALL = ofGlobal("notify_all_name", ClashMethod::notifyAll);

  /** What a method does. */
  @FunctionalInterface
  public interface Decision {
    /**
     * Returns which of the two processes keeps the name, or null if neither does. A failure counts
     * as null, with a line in the log.
     */
    @Nullable Pid decide(Node node, Term name, Pid one, Pid other) throws Exception;
  }

  private final Export function;
  private final Decision decision;

  private ClashMethod(Export function, Decision decision) {
    this.function = function;
    this.decision = Objects.requireNonNull(decision);
  }

  private static ClashMethod ofGlobal(String function, Decision decision) {
    return of("global", function, decision);
  }

  /**
   * Returns a method of one's own. Nodes tell each other its name only: on each Weft node where
   * processes live that are registered with it, it must be {@linkplain Global#provide provided}; on
   * an Erlang node, the function {@code Module:Function/3} must be there.
   */
  public static ClashMethod of(String module, String function, Decision decision) {
    return new ClashMethod(new Export(Atom.of(module), Atom.of(function), 3), decision);
  }

  /** Returns the function as other nodes know it: {@code fun Module:Function/3}. */
  public Term function() {
    return function;
  }

  @Nullable Pid decide(Node node, Term name, Pid one, Pid other) throws Exception {
    return decision.decide(node, name, one, other);
  }

  // --- those of OTP ------------------------------------------------------------------------------

  private static final Atom CONFLICT = Atom.of("global_name_conflict");

  private static Pid randomExit(Node node, Term name, Pid one, Pid other) {
    node.exit(greater(one, other), ExitReason.KILL);
    return smaller(one, other);
  }

  private static Pid randomNotify(Node node, Term name, Pid one, Pid other) {
    node.address(greater(one, other)).tell(Tuple.of(CONFLICT, name));
    return smaller(one, other);
  }

  private static @Nullable Pid notifyAll(Node node, Term name, Pid one, Pid other) {
    node.address(one).tell(Tuple.of(CONFLICT, name, other));
    node.address(other).tell(Tuple.of(CONFLICT, name, one));
    return null;
  }

  private static Pid smaller(Pid one, Pid other) {
    return isSmaller(one, other) ? one : other;
  }

  private static Pid greater(Pid one, Pid other) {
    return isSmaller(one, other) ? other : one;
  }

  private static boolean isSmaller(Pid one, Pid other) {
    return one.node().name().compareTo(other.node().name()) < 0;
  }

  @Override
  public String toString() {
    return function.toString();
  }
}
