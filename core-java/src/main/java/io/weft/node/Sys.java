package io.weft.node;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A look into processes of this node, and a hand on them: OTP's {@code sys}.
 *
 * <p>Each function acts in a turn of the process, in its order among the messages ({@link #info}
 * before them), and completes when it has; with a {@link NoSuchProcessException} if there is none.
 * Processes of other nodes are reached with OTP's own system messages, through {@link
 * Weft#callTerm}.
 */
public final class Sys {
  private Sys() {}

  /** Returns what the process is and does. */
  public static CompletableFuture<ProcessInfo> info(Address<?> process) {
    return ask(process, ProcessInfo::of, Signal.Request::new);
  }

  /** Returns the state the behaviour shows: {@link Behavior#state}. */
  public static CompletableFuture<@Nullable Object> state(Address<?> process) {
    return inTurn(process, Sys::stateOf);
  }

  private static <M> @Nullable Object stateOf(Process<M> process) throws Exception {
    return process.behavior().state(process);
  }

  /** Replaces the state by what {@code change} makes of it: {@link Behavior#replaceState}. */
  public static CompletableFuture<Object> replaceState(
      Address<?> process, UnaryOperator<@Nullable Object> change) {
    return inTurn(process, found -> replaceStateOf(found, change));
  }

  private static <M> Object replaceStateOf(
      Process<M> process, UnaryOperator<@Nullable Object> change) throws Exception {
    Object state = change.apply(process.behavior().state(process));
    if (state == null) {
      throw new IllegalArgumentException("a state cannot be replaced by nothing");
    }
    process.behavior().replaceState(process, state);
    return state;
  }

  /**
   * Lets the process handle no more messages until {@link #resume}; they wait. System messages and
   * the exit of its parent still reach it.
   */
  public static CompletableFuture<Boolean> suspend(Address<?> process) {
    return inTurn(
        process,
        found -> {
          found.suspend();
          return true;
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
   */
  public static <M> CompletableFuture<Boolean> changeCode(
      Address<M> process, Blueprint<M> to, @Nullable Object extra) {
    return inTurn(
        process,
        found -> {
          Process.<Process<M>>own(found).change(to, extra);
          return true;
        });
  }

  /** Writes each message the process handles to the log {@code io.weft.sys.trace}, or no more. */
  public static CompletableFuture<Boolean> trace(Address<?> process, boolean on) {
    return inTurn(
        process,
        found -> {
          found.debug().tracing(on);
          return on;
        });
  }

  /** Keeps the last {@code size} messages the process handles, for {@link #log}; 0 for none. */
  public static CompletableFuture<Integer> keepLog(Address<?> process, int size) {
    return inTurn(
        process,
        found -> {
          found.debug().logSize(size);
          return size;
        });
  }

  /** Returns the messages kept by {@link #keepLog}, the oldest first, as text. */
  public static CompletableFuture<List<String>> log(Address<?> process) {
    return inTurn(process, found -> found.debug().log());
  }

  /** What to do in a turn of a process. */
  private interface Action<T extends @Nullable Object> {
    T apply(Process<?> process) throws Exception;
  }

  /** How a request travels: as a message, or as a signal that acts at once. */
  private interface Form {
    Signal of(Runnable action, Runnable otherwise);
  }

  private static <T extends @Nullable Object> CompletableFuture<T> inTurn(
      Address<?> address, Action<T> action) {
    return ask(address, action, Message.OfSys::new);
  }

  private static <T extends @Nullable Object> CompletableFuture<T> ask(
      Address<?> address, Action<T> action, Form form) {
    var done = new CompletableFuture<T>();
    Process<?> process = find(address);
    if (process == null) {
      done.completeExceptionally(new NoSuchProcessException(address));
      return done;
    }
    process
        .node()
        .router()
        .deliver(
            process,
            form.of(
                () -> {
                  try {
                    done.complete(action.apply(process));
                  } catch (Exception failure) {
                    done.completeExceptionally(failure);
                  }
                },
                () -> done.completeExceptionally(new NoSuchProcessException(address))));
    return done;
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
