package io.weft.gen;

import io.weft.node.Blueprint;
import io.weft.node.Request;
import io.weft.node.Slot;
import io.weft.node.TermCodec;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Starts children, starts them again when they fail, and stops them in reverse order: OTP's
 * supervisor.
 *
 * <pre>{@code
 * Blueprint<Supervisor.Query> shop = Supervisor.define("shop", Intensity.DEFAULT, children -> {
 *   children.strategy(Strategy.REST_FOR_ONE);
 *   Slot<Counter> counter = children.add(ChildSpec.of(counterBlueprint));
 *   children.add(ChildSpec.of(reporter(counter)));
 * });
 * }</pre>
 *
 * <p>The start is done when all children serve. A child that does not start ends the supervisor
 * with {@code {shutdown, {failed_to_start_child, Id, Reason}}}, after it stopped the others. When
 * restarts exceed the {@link Intensity} it stops all children and ends with {@code shutdown}. The
 * exit of its parent does the same with the parent's reason, also while a child is starting.
 *
 * <p>A child that fails to start again is tried again until it does or the intensity is exceeded;
 * each try counts as a restart, and other requests are served in between. Everything else waits:
 * while a supervisor starts or stops a child, requests queue up.
 *
 * <p>Foreign nodes use the functions of OTP's module supervisor on it. What they start must be made
 * known with {@link Children#startFunction}.
 *
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/supervisor.html">OTP, module supervisor</a>
 */
public final class Supervisor {
  private Supervisor() {}

  /** Returns a blueprint of a supervisor; the definition runs at each of its starts. */
  public static Blueprint<Query> define(String label, Intensity intensity, Definition definition) {
    return Blueprint.<Query>of(label, () -> new SupervisorBody(definition, intensity))
        .codec(SupervisorCodec.INSTANCE)
        .protocol(Query.class)
        .keepsChildren()
        .trapExit();
  }

  /** Returns a blueprint of a supervisor with {@link Intensity#DEFAULT}. */
  public static Blueprint<Query> define(String label, Definition definition) {
    return define(label, Intensity.DEFAULT, definition);
  }

  /** Returns how to speak with a supervisor of another node, also one that is written in Erlang. */
  public static TermCodec<Query> codec() {
    return SupervisorCodec.INSTANCE;
  }

  /** Lists the children of one life of a supervisor. */
  @FunctionalInterface
  public interface Definition {
    void define(Children children) throws Exception;
  }

  /** What a supervisor is to do, and its children in start order. */
  public interface Children {
    /** Chooses who is restarted with a child; {@link Strategy#ONE_FOR_ONE} if not told. */
    void strategy(Strategy strategy);

    /** Replaces the intensity the supervisor was defined with. */
    void intensity(Intensity intensity);

    /** Lets the supervisor end with its significant children; {@link AutoShutdown#NEVER} if not. */
    void autoShutdown(AutoShutdown autoShutdown);

    /**
     * Adds a child and returns its place, which stays the same through all restarts.
     *
     * @throws io.weft.node.ExitException {@code {start_spec, {duplicate_child_name, Id}}} if there
     *     is one with this id
     */
    <M> Slot<M> add(ChildSpec<M> spec);

    /**
     * Lets foreign nodes start children whose specification names {@code {module, function,
     * Arguments}}. Any other is refused as a function that does not exist.
     *
     * @param blueprint makes a blueprint from the arguments; null if it takes no such arguments
     */
    void startFunction(
        String module,
        String function,
        Function<ListTerm, ? extends @Nullable Blueprint<?>> blueprint);

    /** Decides not to serve: the start comes to {@link io.weft.node.Started.Ignored}. */
    void ignore();
  }

  /** What a supervisor can be asked. */
  public sealed interface Query
      permits WhichChildren,
          CountChildren,
          GetChildSpec,
          StartChild,
          TerminateChild,
          RestartChild,
          DeleteChild,
          SupervisorBody.TryAgain,
          SupervisorBody.Foreign {}

  /** Asks for all children, the last started first. */
  public record WhichChildren() implements Query, Request<List<ChildInfo>> {}

  /** Asks how many children there are. */
  public record CountChildren() implements Query, Request<ChildCount> {}

  /** Asks how a child is specified; empty if there is none with this id. */
  public record GetChildSpec(String id) implements Query, Request<Optional<ChildSpec<?>>> {}

  /** Adds a child after all others and starts it; inside the node only. */
  public record StartChild<M>(ChildSpec<M> spec) implements Query, Request<ChildStart<M>> {}

  /**
   * Stops a child. Its specification is kept, to be restarted by request or with its siblings,
   * unless it is temporary. Done also if it does not run.
   */
  public record TerminateChild(String id) implements Query, Request<ChildResult> {}

  /** Starts a child that does not run. */
  public record RestartChild(String id) implements Query, Request<ChildResult> {}

  /** Forgets a child that does not run. */
  public record DeleteChild(String id) implements Query, Request<ChildResult> {}

  /**
   * One child.
   *
   * @param key its id as a term, an atom for a child described in Java; {@code undefined} under a
   *     {@link DynamicSupervisor}
   * @param pid null while it does not run
   * @param restarting whether it did not start again and is about to be tried once more
   * @param type whether it is a supervisor
   * @param modules a list of modules, or {@code dynamic}: as OTP's release handler wants to know
   */
  public record ChildInfo(
      Term key, @Nullable Pid pid, boolean restarting, ChildType type, Term modules) {
    /** Returns the id as text. */
    public String id() {
      return ChildTerms.textOf(key);
    }
  }

  /**
   * How many children there are.
   *
   * @param specs how many specifications
   * @param active how many run
   * @param supervisors how many are supervisors, running or not
   * @param workers how many are workers, running or not
   */
  public record ChildCount(int specs, int active, int supervisors, int workers) {}
}
