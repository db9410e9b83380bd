package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the code of a whole supervision tree while it runs: what OTP's release handler does with
 * suspend, load, code_change and resume.
 *
 * <pre>{@code
 * // the tree goes on as newer classes describe it
 * CodeChange.plan().run(shop, loader.load(Release.class).shop()).join();
 *
 * // all counters in it go on with newer code, and all else as it was
 * CodeChange.plan().replace(Counter.class, place -> newCounter(place.id())).run(shop).join();
 * }</pre>
 *
 * <h2>What is changed</h2>
 *
 * A supervisor that is given another blueprint runs its definition and replaces its specifications
 * by their ids, as OTP's supervisor does in its code change: processes stay, new children come
 * without a process (to be started with {@link Supervisor.RestartChild}), and those that are not
 * defined any more are kept. Each child then goes on with the blueprint of its specification, or
 * the one a rule has for it; so do supervisors below, {@link DynamicSupervisor}s with all their
 * children, pools with their workers, and whatever else {@linkplain KeepsChildren keeps children}.
 * A blueprint that is the same object as before is no change. Children that are started later,
 * again or anew, have the new code.
 *
 * <p>The behaviour that takes over gets the state of the one before: see {@link
 * io.weft.node.Behavior#codeChange} and {@link Handlers#state}. A child that shows no state would
 * begin anew; that is refused unless {@link #beginAnew} allows it. Protocols stay: their classes
 * must come of a class loader that the old and the new code share.
 *
 * <h2>How</h2>
 *
 * <ol>
 *   <li>From the top, each supervisor finishes what it does and then stands still: ends of children
 *       and requests wait.
 *   <li>Each process whose code changes is suspended, when it has handled what was in its mailbox
 *       before. The others go on.
 *   <li>When all are, all change.
 *   <li>Supervisors go on, processes are resumed. No message was lost.
 * </ol>
 *
 * If one of them cannot change, or does not come to a halt in time, all go on with the code and the
 * specifications they had, and the future fails with a {@link CodeChangeException} that names it.
 * What the new code did in its {@code codeChange}, such as to register a name, remains done.
 *
 * <p>Immutable; may be used any number of times, by any thread. Two changes of one tree at a time
 * wait for each other at its top.
 *
 * @see <a href="https://www.erlang.org/doc/apps/sasl/release_handler.html">OTP, module
 *     release_handler</a>
 */
public final class CodeChange {
  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(10);

  final CodeRules rules;
  final @Nullable Object extra;
  final Duration limit;
  final Predicate<? super CodePlace> mayBeginAnew;

  private CodeChange(
      CodeRules rules,
      @Nullable Object extra,
      Duration limit,
      Predicate<? super CodePlace> mayBeginAnew) {
    this.rules = rules;
    this.extra = extra;
    this.limit = limit;
    this.mayBeginAnew = mayBeginAnew;
  }

  /** Returns a plan without rules, with ten seconds of time. */
  public static CodeChange plan() {
    return new CodeChange(CodeRules.NONE, null, DEFAULT_LIMIT, _ -> false);
  }

  /**
   * Returns this plan with a rule for all children that {@linkplain Blueprint#protocol speak}
   * {@code protocol}. Of several rules that fit the first counts.
   *
   * @param by returns what a child goes on with; null to leave it to other rules. Called in turns
   *     of supervisors, also for children that come later
   */
  public <M> CodeChange replace(
      Class<M> protocol, Function<? super CodePlace, ? extends @Nullable Blueprint<M>> by) {
    return new CodeChange(rules.with(protocol, by), extra, limit, mayBeginAnew);
  }

  /** Returns this plan with a rule for all children with the label and protocol of {@code from}. */
  public <M> CodeChange replace(Blueprint<M> from, Blueprint<M> to) {
    return new CodeChange(rules.with(from, to), extra, limit, mayBeginAnew);
  }

  /** Returns this plan with something that each behaviour that takes over is told along. */
  public CodeChange extra(Object extra) {
    return new CodeChange(rules, extra, limit, mayBeginAnew);
  }

  /** Returns this plan with another limit to how long it may take until all have changed. */
  public CodeChange within(Duration limit) {
    return new CodeChange(rules, extra, limit, mayBeginAnew);
  }

  /** Returns this plan for a tree in which these children may begin anew if they show no state. */
  public CodeChange beginAnew(Predicate<? super CodePlace> which) {
    return new CodeChange(rules, extra, limit, which);
  }

  /**
   * Changes what the rules say in the tree below a supervisor, which stays as it is itself.
   *
   * @return completes with what has changed, or with a {@link CodeChangeException}. To cancel it
   *     takes the change back; once all have changed it cannot be cancelled any more, and says so
   */
  public <Q> CompletableFuture<Report> run(Address<Q> supervisor) {
    return CodeChangeRun.start(this, supervisor, null);
  }

  /**
   * Changes a supervisor and the tree below it, to be as a newer blueprint of it and the rules say.
   *
   * @return completes with what has changed, or with a {@link CodeChangeException}
   */
  public <Q> CompletableFuture<Report> run(Address<Q> supervisor, Blueprint<Q> to) {
    return CodeChangeRun.start(this, supervisor, to);
  }

  /**
   * What has changed.
   *
   * @param changed the processes that went on with other code, supervisors included
   * @param later the children that do not run, and will with other code
   * @param added the children that are new, and do not run
   * @param took how long it was until all went on
   */
  public record Report(
      List<CodePlace> changed, List<CodePlace> later, List<CodePlace> added, Duration took) {
    public Report {
      changed = List.copyOf(changed);
      later = List.copyOf(later);
      added = List.copyOf(added);
    }
  }
}
