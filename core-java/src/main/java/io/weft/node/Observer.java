package io.weft.node;

import io.weft.term.Pid;
import io.weft.term.Term;
import org.jspecify.annotations.Nullable;

/**
 * Sees what happens on a node, without a part in it: what logging with context, metrics and tracing
 * build upon. Given to a node with {@link NodeOptions.Builder#observer}; there may be several.
 *
 * <p>All methods have a default that does nothing. They are called where it happens, by threads
 * that run turns, send or connect; they must be quick and must not block, and may be called by many
 * threads at once. What escapes from one is logged, at a limited rate, and changes nothing.
 *
 * <p>A node without observers pays one branch where a message is sent, one where it is handled, and
 * no memory.
 *
 * <h2>Contexts</h2>
 *
 * A context is an object of the observer's own, say a span. {@link #sent} and {@link #called} give
 * one to a message; it travels with it, and {@link #received} finds it. Between nodes it travels as
 * the label of a sequential trace token, see {@link #label}, which Erlang nodes hand on as well:
 * what their processes send while they handle a message has the token that it had.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/seq_trace.html">OTP, module seq_trace</a>
 */
public interface Observer {
  /** What a message is to those who exchange it. */
  enum Kind {
    MESSAGE,
    CAST,
    CALL,
    REPLY,
    /** An exit signal that is trapped, or the report of a monitor. */
    REPORT
  }

  /** What code of a process a thread runs. */
  enum Work {
    /** A turn: short, as a rule. */
    TURN,
    /** A straight-line body, for all of its life. */
    BODY,
    /** Code that left the turns for another thread, as that of {@code Dispatchers.IO}. */
    AWAY
  }

  /** Something that lasts until it is closed by the thread that began it. */
  @FunctionalInterface
  interface Scope {
    /** A scope of nothing. */
    Scope NONE = () -> {};

    void close();
  }

  /** What was current where code was handed on, to be current again where that code runs. */
  @FunctionalInterface
  interface Capture {
    /** Makes it current on the calling thread, as often as it takes; the scope undoes that. */
    Scope enter();
  }

  /** A call that is under way. */
  interface Calling {
    /** Returns what travels with the request, or null. */
    default @Nullable Object context() {
      return null;
    }

    /** The caller has the result. In one of its turns; not called if the caller ended before. */
    default void done(CallResult<?> result) {}
  }

  /**
   * A message that is being handled. It is entered for each piece of the work: several, where a
   * handler suspends.
   */
  interface Handling extends Capture {
    @Override
    default Scope enter() {
      return Scope.NONE;
    }

    /** What came as a term was read as this object of the protocol. */
    default void decoded(Object message) {}

    /** The handler is done; {@code failure} is what escaped from it, and ends the process. */
    default void done(@Nullable Throwable failure) {}
  }

  /**
   * A message that somebody sends.
   *
   * @param sender the process in whose turn it happens, or null
   * @param receiver an {@link Address}, or a pid, name or reference where there is none
   * @param message what is sent; a {@link Term} where the receiver is spoken to in terms
   */
  record Sent(Kind kind, @Nullable Observed sender, Object receiver, Object message) {}

  // --- the node ----------------------------------------------------------------------------------

  /** A node has started, or is about to: before its first process. */
  default void started(Node node) {}

  /** A node has stopped. Called once, also if its start failed. */
  default void stopped(Node node) {}

  // --- processes ---------------------------------------------------------------------------------

  /** A process was made, and will run. */
  default void spawned(Observed process) {}

  /** A process has ended, and its name is free. */
  default void ended(Observed process, ExitReason reason) {}

  /**
   * The crash report of a process is about to be written by the calling thread, or would be if its
   * rate were not limited; the scope is closed after that.
   */
  default Scope crashed(Observed process, ExitReason reason) {
    return Scope.NONE;
  }

  /** A supervisor starts a child again; {@code child} is its id, or the label of its kind. */
  default void restarted(Pid supervisor, String label, String child) {}

  /** A full mailbox did not take a message, or gave up an older one for it. */
  default void dropped(Observed process) {}

  // --- turns and messages ------------------------------------------------------------------------

  /**
   * The calling thread begins to run code of a process; the scope is closed when it has. May happen
   * inside another such scope.
   */
  default Scope entered(Observed process, Work work) {
    return Scope.NONE;
  }

  /**
   * The calling thread sends a message or a reply; not for calls.
   *
   * @return what travels with it, or null
   */
  default @Nullable Object sent(Sent message) {
    return null;
  }

  /** A process calls a server. */
  default @Nullable Calling called(Sent request) {
    return null;
  }

  /**
   * A process begins to handle a message; a body that receives, when it has taken it. It is handled
   * when the handler has returned and nothing of it is suspended, a body's when it receives again.
   *
   * @param message an object of the protocol, a {@link Info}, or a {@link Term} before it is read
   * @param context what its sender gave it, or null
   */
  default @Nullable Handling received(
      Observed process, Kind kind, Object message, @Nullable Object context) {
    return null;
  }

  /**
   * Returns what is current on the calling thread, or null if nothing is; for timers, tasks and
   * coroutines, which take it with them.
   */
  default @Nullable Capture capture() {
    return null;
  }

  // --- between nodes -----------------------------------------------------------------------------

  /** Returns a context in the form in which it is sent to other nodes; null to keep it here. */
  default @Nullable Term label(Object context) {
    return null;
  }

  /**
   * Returns the context that another node sent; null if this is no label of this observer. Whatever
   * it is, it comes from a peer: it may be long, deep or wrong.
   */
  default @Nullable Object context(Term label) {
    return null;
  }
}
