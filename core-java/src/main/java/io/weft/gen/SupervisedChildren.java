package io.weft.gen;

import io.weft.gen.DynamicSupervisor.Query;
import io.weft.gen.Supervisor.ChildCount;
import io.weft.gen.Supervisor.ChildInfo;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Children of a behaviour that is more than their supervisor: what a {@link DynamicSupervisor}
 * does, as a part of something else.
 *
 * <p>The process must trap exits. Its behaviour hands over what it does not know itself: {@link
 * #message}, {@link #info} and {@link #ended}. As in a supervisor one thing is done at a time, in
 * the order in which it came up, so an action may be done in a later turn. All methods are for
 * turns of the process.
 *
 * <p>When more children fail than the intensity allows, all are stopped, and then the process with
 * {@code shutdown}.
 *
 * @param <A> what a child is started with
 * @param <M> the protocol of the children
 */
public final class SupervisedChildren<A, M> {
  private static final Atom INITIAL_CALL = Atom.of("$initial_call");

  private final DynamicChildren<A, M> children;

  private SupervisedChildren(DynamicChildren<A, M> children) {
    this.children = children;
  }

  /**
   * Begins with no children. The process is known for a supervisor from now on.
   *
   * @param gone told what a child was started with that had served and does not come again: it
   *     ended and is not restarted, was terminated, or decided not to serve when it was restarted
   */
  public static <A, M> SupervisedChildren<A, M> of(
      Self<?> self, ChildTemplate<A, M> template, Intensity intensity, Consumer<? super A> gone) {
    self.dictionary()
        .put(
            INITIAL_CALL,
            Tuple.of(Atom.of("supervisor"), ChildTerms.idOf(self.label()), Terms.integer(1)));
    return new SupervisedChildren<>(
        new DynamicChildren<>(speaking(self), template, intensity, gone));
  }

  /** It sends itself no more than reminders, which {@link #message} takes back. */
  @SuppressWarnings("unchecked")
  private static <A, M> Self<Query<A, M>> speaking(Self<?> self) {
    return (Self<Query<A, M>>) self;
  }

  // --- requests
  // ------------------------------------------------------------------------------------------------

  /** Starts a child from each argument, one after the other, and tells what came of them. */
  public void start(List<? extends A> arguments, Consumer<List<ChildStart<M>>> then) {
    children.job(done -> new Starts(List.copyOf(arguments), then, done).goOn());
  }

  /** Starts children one after the other, without a frame of the stack for each. */
  private final class Starts {
    private final List<A> arguments;
    private final Consumer<List<ChildStart<M>>> then;
    private final Runnable done;
    private final List<ChildStart<M>> results;
    private boolean going;

    Starts(List<A> arguments, Consumer<List<ChildStart<M>>> then, Runnable done) {
      this.arguments = arguments;
      this.then = then;
      this.done = done;
      this.results = new ArrayList<>(arguments.size());
    }

    void goOn() {
      if (going) {
        return;
      }
      going = true;
      int begun = results.size();
      while (begun == results.size() && begun < arguments.size()) {
        children.start(arguments.get(begun), this::started);
        begun++;
      }
      going = false;
      if (results.size() == arguments.size()) {
        then.accept(results);
        done.run();
      }
    }

    private void started(ChildStart<M> result) {
      results.add(result);
      goOn();
    }
  }

  /**
   * Stops a child and forgets it; {@link ChildResult#NOT_FOUND} if none goes by this pid. One that
   * is to be restarted goes by the pid of its last life.
   */
  public void terminate(Pid pid, Consumer<ChildResult> then) {
    children.job(done -> {
      if (!children.knows(pid)) {
        then.accept(ChildResult.NOT_FOUND);
        done.run();
        return;
      }
      children.terminate(
          pid,
          result -> {
            then.accept(result);
            done.run();
          });
    });
  }

  /** Tells of all children, when what came up before is done. */
  public void which(Consumer<List<ChildInfo>> then) {
    children.job(done -> {
      then.accept(children.which());
      done.run();
    });
  }

  /** Tells how many children there are, when what came up before is done. */
  public void count(Consumer<ChildCount> then) {
    children.job(done -> {
      then.accept(children.counts());
      done.run();
    });
  }

  /** Stops all children, and then the process with {@code reason}. */
  public void quit(ExitReason reason) {
    children.quit(reason);
  }

  // --- other code
  // ------------------------------------------------------------------------------------------------

  /**
   * Goes over to another template when what came up before is done: to be called in {@link
   * io.weft.node.Behavior#codeChange}. Children stay, and take it on when they start again; those
   * that come later have it at once. A change of the whole tree that fails takes it back.
   *
   * @throws IllegalArgumentException if the template has no blueprint for a child; nothing has
   *     changed
   */
  public void change(ChildTemplate<A, M> template, Intensity intensity) {
    children.change(template, intensity);
  }

  /** As a {@link Keeper} does. */
  void freeze(BooleanSupplier stillWanted, Consumer<Keeper.Frozen> then) {
    children.standstill().freeze(stillWanted, then);
  }

  // --- what the behaviour hands over
  // ------------------------------------------------------------------------------------------------

  /** Takes a message if it is one that the children sent this process; else returns false. */
  @SuppressWarnings("unchecked")
  public boolean message(Object message) {
    if (message instanceof DynamicBody.TryAgain<?, ?> again) {
      children.message((Query<A, M>) again);
      return true;
    }
    return false;
  }

  /**
   * Takes an exit, of a child or the parent; and the report of a monitor, if none of the
   * behaviour's own.
   */
  public void info(Info info) {
    switch (info) {
      case Info.Exit exit -> children.onExit(exit);
      case Info.Down down -> children.onDown(down);
      case Info.Unknown _ -> {}
    }
  }

  /**
   * Stops what still runs when the process ends: to be called in {@link
   * io.weft.node.Behavior#ended}, whose process is held until then.
   */
  public void ended(ExitReason reason) {
    children.ended(reason);
  }
}
