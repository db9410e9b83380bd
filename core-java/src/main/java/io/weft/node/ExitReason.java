package io.weft.node;

import io.weft.etf.Etf;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * Why a process ended, or is asked to end.
 *
 * <p>A reason is a term, so that it means the same on every node; a crash of this node also carries
 * the {@link Throwable} behind it. Two reasons are equal when their terms are.
 *
 * @see <a href="https://www.erlang.org/doc/system/ref_man_processes.html#error-handling">Erlang
 *     reference manual, Processes</a>
 */
public final class ExitReason {
  /** The process ended as it should; the one reason that breaks no linked process. */
  public static final ExitReason NORMAL = of(Atom.of("normal"));

  /** An orderly end, as supervisors ask for. */
  public static final ExitReason SHUTDOWN = of(Atom.of("shutdown"));

  /** As an exit signal sent on purpose: ends the receiver unconditionally, with {@link #KILLED}. */
  public static final ExitReason KILL = of(Atom.of("kill"));

  /** What remains of a process that was sent {@link #KILL}. */
  public static final ExitReason KILLED = of(Atom.of("killed"));

  /** There is no such process. */
  public static final ExitReason NOPROC = of(Atom.of("noproc"));

  /** The connection to the process's node was lost or could not be made. */
  public static final ExitReason NOCONNECTION = of(Atom.of("noconnection"));

  /** A message was not taken by a full mailbox. */
  public static final ExitReason OVERLOAD = of(Atom.of("overload"));

  /** A limit of the node was reached, or of its memory. */
  public static final ExitReason SYSTEM_LIMIT = of(Atom.of("system_limit"));

  private static final Atom EXIT = Atom.of("EXIT");
  private static final int MAX_BRIEF_CHARS = 500;

  private final Term term;
  private final @Nullable Throwable cause;

  /** 0 until it is asked for; a race counts it twice. */
  private long externalSize;

  private ExitReason(Term term, @Nullable Throwable cause) {
    this.term = term;
    this.cause = cause;
  }

  /** Returns the reason that {@code term} is. */
  public static ExitReason of(Term term) {
    return new ExitReason(term, null);
  }

  /**
   * Returns {@code {Reason, Stack}} for a failure that a process did not catch, as OTP reports an
   * error.
   *
   * <p>Any {@link Throwable} ends only the process whose turn it hit. That holds for a {@link
   * StackOverflowError}, whose stack is gone with the turn, and for an {@link OutOfMemoryError},
   * most of whose memory as a rule is garbage with the process; where not even the reason can be
   * made it is {@code system_limit}. Whoever prefers to lose the JVM then, starts it with {@code
   * -XX:+ExitOnOutOfMemoryError}.
   */
  public static ExitReason crash(Throwable failure) {
    try {
      return new ExitReason(CrashTerm.of(failure), failure);
    } catch (VirtualMachineError exhausted) {
      return SYSTEM_LIMIT;
    }
  }

  /**
   * Returns {@code {'EXIT', {Reason, Stack}}} for a failure of a function that was called to start
   * a process, as OTP's {@code catch} makes of an error.
   */
  public static ExitReason raised(Throwable failure) {
    ExitReason crash = crash(failure);
    return new ExitReason(Tuple.of(EXIT, crash.term), crash.cause);
  }

  /** Returns the reason as every node sees it. */
  public Term term() {
    return term;
  }

  /** Returns how many bytes the term takes in the external format. */
  long externalSize() {
    if (externalSize == 0) {
      externalSize = Etf.externalSize(term);
    }
    return externalSize;
  }

  /** Returns the failure behind a crash of this node, else null. */
  public @Nullable Throwable cause() {
    return cause;
  }

  /**
   * Returns the reason for one line of a log or message: of a crash only what failed, without the
   * stack, also where another reason tells of it; at most about 500 characters.
   */
  public String brief() {
    Term crash = term instanceof Tuple raised && raised.isTagged(EXIT, 2) ? raised.get(1) : term;
    Term shown =
        cause != null && crash instanceof Tuple tuple && tuple.arity() == 2 ? tuple.get(0) : term;
    return StackTerm.without(shown).abbreviate(MAX_BRIEF_CHARS);
  }

  /** Tells whether this is {@code normal}. */
  public boolean isNormal() {
    return term.equals(NORMAL.term);
  }

  /**
   * Tells whether this is {@code normal}, {@code shutdown} or {@code {shutdown, _}}: an end nobody
   * needs to hear of.
   */
  public boolean isOrderly() {
    return isNormal()
        || term.equals(SHUTDOWN.term)
        || (term instanceof Tuple tuple
            && tuple.arity() == 2
            && tuple.get(0).equals(SHUTDOWN.term));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ExitReason that && term.equals(that.term);
  }

  @Override
  public int hashCode() {
    return term.hashCode();
  }

  @Override
  public String toString() {
    return term.toString();
  }
}
