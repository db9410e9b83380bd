package io.weft.node;

import io.weft.term.Term;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A look into processes of this node, and a hand on them: OTP's {@code sys}.
 *
 * <p>Each function acts in a turn of the process, in its order among the messages ({@link #info}
 * before them), and completes when it has; with a {@link NoSuchProcessException} if there is none.
 * A suspended process, and one with a straight-line body, answers at once. Other nodes reach the
 * same with OTP's own system messages.
 */
public final class Sys {
  private Sys() {}

  // --- state
  // ---------------------------------------------------------------------------------------

  /** Returns what the process is and does. */
  public static CompletableFuture<ProcessInfo> info(Address<?> process) {
    return ask(process, Signal.Request::new, found -> ProcessInfo.of(found), (_, _) -> {});
  }

  /** Returns the messages that wait, the oldest first, as {@link ShownTerms} shows them. */
  public static CompletableFuture<List<Term>> messages(Address<?> process) {
    return ask(
        process,
        Signal.Request::new,
        found -> {
          List<Term> waiting = new ArrayList<>();
          found.forEach(message -> waiting.add(ShownTerms.of(message.content())));
          return waiting;
        },
        (_, _) -> {});
  }

  /** Returns the state the behaviour shows: {@link Behavior#state}. */
  public static CompletableFuture<@Nullable Object> state(Address<?> process) {
    return inTurn(process, Process::stateShown);
  }

  /** Replaces the state by what {@code change} makes of it: {@link Behavior#replaceState}. */
  public static CompletableFuture<Object> replaceState(
      Address<?> process, UnaryOperator<@Nullable Object> change) {
    return inTurn(process, found -> replaceStateOf(found, change));
  }

  private static <M> Object replaceStateOf(
      Process<M> process, UnaryOperator<@Nullable Object> change) throws Exception {
    Object state = change.apply(process.stateShown());
    if (state == null) {
      throw new IllegalArgumentException("a state cannot be replaced by nothing");
    }
    process.behavior().replaceState(process, state);
    return state;
  }

  // --- suspended, changed, ended
  // -------------------------------------------------------------------

  /**
   * Lets the process do nothing more until {@link #resume}: its messages wait, and so do its timers
   * and the results of its calls. System messages still reach it, and so does the exit of its
   * parent, which also ends the suspension.
   *
   * @return whether it was not suspended before. To cancel the future withdraws the request
   */
  public static CompletableFuture<Boolean> suspend(Address<?> process) {
    return inTurn(
        process,
        found -> {
          boolean ran = !found.isSuspended();
          found.suspend();
          return ran;
        },
        (found, ran) -> {
          if (ran) {
            found.resume();
          }
        });
  }

  /** Ends {@link #suspend}. */
  public static CompletableFuture<Boolean> resume(Address<?> process) {
    return inTurn(
        process,
        found -> {
          found.resume();
          return true;
        });
  }

  /**
   * Replaces the behaviour of a running process by that of another blueprint, as a rule made of
   * newer classes: no message is lost, links, monitors, name and pid stay. The new behaviour gets
   * the state of the old one: {@link Behavior#codeChange}. If it fails there, the process goes on
   * with the old one, and the future completes with the failure.
   *
   * <p>Label, codec and urgency become those of the blueprint; its name, mailbox policy and choice
   * to trap exits concern processes that start.
   *
   * @param extra what the new behaviour is told along
   * @throws UnsupportedOperationException through the future, for a straight-line body, which
   *     cannot be replaced while it runs
   */
  public static <M> CompletableFuture<Boolean> changeCode(
      Address<M> process, Blueprint<M> to, @Nullable Object extra) {
    return inTurn(
        process,
        found -> {
          Contents.<Process<M>>own(found).change(to, extra);
          return true;
        });
  }

  /**
   * As {@link #changeCode}, but the change can be taken back until it is committed: for changes of
   * several processes, of which one may fail. To cancel the future takes it back too.
   */
  public static <M> CompletableFuture<CodeTrial<M>> tryCode(
      Address<M> process, Blueprint<M> to, @Nullable Object extra) {
    return inTurn(
        process,
        found -> CodeTrial.begin(Contents.<Process<M>>own(found), to, extra),
        (_, trial) -> trial.rollBackNow());
  }

  /**
   * Does something with the behaviour of the process, in its turn: what a behaviour lets others of
   * its kind do with it, beside its protocol.
   */
  public static <T extends @Nullable Object> CompletableFuture<T> with(
      Address<?> process, Function<Behavior<?>, T> action) {
    return inTurn(process, found -> action.apply(found.behavior()));
  }

  /** Ends the process with {@code reason}, by its own doing: its terminate runs. */
  public static CompletableFuture<Boolean> terminate(Address<?> process, ExitReason reason) {
    return inTurn(
        process,
        found -> {
          found.failed(new ExitException(reason));
          return true;
        });
  }

  // --- events
  // --------------------------------------------------------------------------------------

  /** Writes each event of the process to the log {@code io.weft.sys.trace}, or no more. */
  public static CompletableFuture<Boolean> trace(Address<?> process, boolean on) {
    return inTurn(
        process,
        found -> {
          if (on) {
            boolean _ = found.debug().add(DebugTrace.INSTANCE);
          } else {
            found.debug().remove(DebugTrace.INSTANCE.key());
          }
          return on;
        });
  }

  /** Keeps the last {@code size} events of the process, for {@link #log}; 0 for none. */
  public static CompletableFuture<Integer> keepLog(Address<?> process, int size) {
    return inTurn(
        process,
        found -> {
          SystemDebug debug = found.debug();
          DebugLog before = debug.find(DebugLog.class);
          if (size <= 0) {
            debug.remove(DebugLog.class);
          } else {
            debug.replace(new DebugLog(size).with(before == null ? List.of() : before.events()));
          }
          return size;
        });
  }

  /** Returns the events kept by {@link #keepLog}, the oldest first. */
  public static CompletableFuture<List<SystemEvent>> log(Address<?> process) {
    return inTurn(
        process,
        found -> {
          DebugLog log = found.debug().find(DebugLog.class);
          return log == null ? List.of() : log.events();
        });
  }

  /** Writes the events kept by {@link #keepLog} to the log {@code io.weft.sys.trace}. */
  public static CompletableFuture<Boolean> printLog(Address<?> process) {
    return inTurn(
        process,
        found -> {
          DebugLog log = found.debug().find(DebugLog.class);
          if (log != null) {
            log.events().forEach(event -> DebugTrace.print(event, found));
          }
          return log != null;
        });
  }

  /**
   * Writes each event of the process to a file, whose former content is lost; completes when it is
   * open, or with the {@link IOException}. It is written to beside the turns of the process.
   */
  public static CompletableFuture<Path> logToFile(Address<?> process, Path file) {
    var open = new CompletableFuture<Path>();
    forward(
        open,
        inTurn(
            process,
            found -> {
              found
                  .debug()
                  .openFile(
                      () -> file,
                      failure -> {
                        if (failure == null) {
                          open.complete(file);
                        } else {
                          open.completeExceptionally(failure);
                        }
                      });
              return true;
            }));
    return open;
  }

  /** Ends {@link #logToFile}; completes when all is written and the file is closed. */
  public static CompletableFuture<Boolean> noLogFile(Address<?> process) {
    var closed = new CompletableFuture<Boolean>();
    forward(
        closed,
        inTurn(
            process,
            found -> {
              found.debug().closeFile(() -> closed.complete(true));
              return true;
            }));
    return closed;
  }

  private static void forward(CompletableFuture<?> to, CompletableFuture<Boolean> begun) {
    var _ =
        begun.whenComplete((_, failure) -> {
          if (failure != null) {
            to.completeExceptionally(failure);
          }
        });
  }

  /** Counts what the process does from now on, or no more. Counting already, it goes on. */
  public static CompletableFuture<Boolean> statistics(Address<?> process, boolean on) {
    return inTurn(
        process,
        found -> {
          if (on) {
            boolean _ = found.debug().add(new DebugStatistics(found.node().seams().clock()));
          } else {
            found.debug().remove(DebugStatistics.class);
          }
          return on;
        });
  }

  /** Returns what was counted; empty if nothing is. */
  public static CompletableFuture<Optional<SystemStatistics>> statistics(Address<?> process) {
    return inTurn(
        process,
        found ->
            Optional.ofNullable(found.debug().find(DebugStatistics.class))
                .map(DebugStatistics::now));
  }

  /**
   * Installs a function that is told of each event of the process, until it has seen enough; false
   * if there is one with this id, which stays.
   *
   * @param id names it for {@link #remove}
   * @param initial what it remembers before the first event
   */
  public static <S> CompletableFuture<Boolean> install(
      Address<?> process, String id, S initial, DebugFunction<S> function) {
    return inTurn(
        process, found -> found.debug().add(new DebugOption.Installed<>(id, initial, function)));
  }

  /** Removes a function, if it is there. */
  public static CompletableFuture<Boolean> remove(Address<?> process, String id) {
    return inTurn(
        process,
        found -> {
          found.debug().remove(DebugOption.Installed.keyOf(id));
          return true;
        });
  }

  /** Ends all of this: trace, log, file, statistics and functions. */
  public static CompletableFuture<Boolean> noDebug(Address<?> process) {
    return inTurn(
        process,
        found -> {
          found.debug().removeAll();
          return true;
        });
  }

  // --- in a turn
  // -----------------------------------------------------------------------------------

  /** What to do in a turn of a process. */
  interface Action<T extends @Nullable Object> {
    T apply(Process<?> process) throws Exception;
  }

  /** How a request travels: as a message, or as a signal that acts at once. */
  private interface Form {
    Signal of(Runnable action, Runnable otherwise);
  }

  /** What to do with what came of an action that nobody waits for any more. */
  private interface Undo<T extends @Nullable Object> {
    void apply(Process<?> process, T result);
  }

  static <T extends @Nullable Object> CompletableFuture<T> inTurn(
      Address<?> address, Action<T> action) {
    return ask(address, Message.OfSys::new, action, (_, _) -> {});
  }

  private static <T extends @Nullable Object> CompletableFuture<T> inTurn(
      Address<?> address, Action<T> action, Undo<T> undo) {
    return ask(address, Message.OfSys::new, action, undo);
  }

  private static <T extends @Nullable Object> CompletableFuture<T> ask(
      Address<?> address, Form form, Action<T> action, Undo<T> undo) {
    var done = new CompletableFuture<T>();
    Process<?> process = find(address);
    if (process == null) {
      done.completeExceptionally(new NoSuchProcessException(address));
      return done;
    }
    boolean _ =
        process
            .node()
            .router()
            .deliver(
                process,
                form.of(
                    () -> run(process, action, undo, done),
                    () -> done.completeExceptionally(new NoSuchProcessException(address))));
    return done;
  }

  private static <T extends @Nullable Object> void run(
      Process<?> process, Action<T> action, Undo<T> undo, CompletableFuture<T> done) {
    if (done.isDone()) {
      return; // withdrawn
    }
    try {
      T result = action.apply(process);
      if (!done.complete(result)) {
        undo.apply(process, result);
      }
    } catch (Exception | LinkageError | AssertionError | StackOverflowError failure) {
      done.completeExceptionally(failure);
    }
  }

  private static @Nullable Process<?> find(Address<?> address) {
    Process<?> process = address.process();
    Target target = address.target();
    if (process == null && target != null && address.node().router().isHere(target)) {
      process = address.node().router().find(target);
    }
    return process;
  }
}
