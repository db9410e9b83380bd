package io.weft.node;

import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * The sequential trace token of one process, {@code {Flags, Label, Serial, From, LastCount}}: it
 * has that of the message it handles, and what it sends has it too, counted on. A message without
 * one takes it away; what the runtime reports leaves it. In the turns of its process only.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/seq_trace.html">OTP, module seq_trace</a>
 */
final class SequentialTrace {
  private static final int ARITY = 5;
  private static final IntTerm NO_FLAGS = IntTerm.of(0);

  private @Nullable Tuple token;

  /** Whether the label of the token is an observer's own. */
  private boolean observed;

  private long clock;
  private long lastCount;

  /** Returns a token that may be one; null for anything else. */
  static @Nullable Tuple read(Term term) {
    return term instanceof Tuple tuple
            && tuple.arity() == ARITY
            && tuple.get(0) instanceof IntTerm
            && tuple.get(2) instanceof IntTerm
            && tuple.get(3) instanceof Pid
            && tuple.get(4) instanceof IntTerm
        ? tuple
        : null;
  }

  static Term labelOf(Tuple token) {
    return token.get(1);
  }

  /** The process takes a message that has this token, or none. */
  void take(@Nullable Trail trail) {
    Tuple taken = trail == null ? null : trail.token();
    token = taken;
    observed = taken != null && trail != null && trail.context() != null;
    if (taken != null && taken.get(2) instanceof IntTerm(long serial)) {
      lastCount = serial;
      clock = Math.max(clock, serial);
    }
  }

  /** A new process begins with what its parent has. */
  void inherit(SequentialTrace parent) {
    token = parent.token;
    observed = parent.observed;
    clock = parent.clock;
    lastCount = parent.clock;
  }

  /** Returns the token of what the process sends inside the node: contexts go beside it there. */
  @Nullable Tuple nextOfOthers(Pid self) {
    return observed ? null : next(self, null);
  }

  /**
   * Returns the token of what the process sends now.
   *
   * @param label that of an observer; goes before its own former one, not before that of others
   */
  @Nullable Tuple next(Pid self, @Nullable Term label) {
    Tuple before = token;
    if (before != null && (label == null || !observed)) {
      return sent(before.get(0), labelOf(before), self);
    }
    return label == null ? null : sent(before == null ? NO_FLAGS : before.get(0), label, self);
  }

  private Tuple sent(Term flags, Term label, Pid self) {
    clock++;
    return Tuple.of(flags, label, IntTerm.of(clock), self, IntTerm.of(lastCount));
  }

  /** Returns the token of what somebody sends who is no process. */
  static Tuple from(Pid outside, Term label) {
    return Tuple.of(NO_FLAGS, label, IntTerm.of(1), outside, IntTerm.of(0));
  }
}
