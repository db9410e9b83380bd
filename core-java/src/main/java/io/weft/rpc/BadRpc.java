package io.weft.rpc;

import io.weft.node.CallException;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;

/** {@code {badrpc, Reason}}: how {@code rpc} tells of a failure, as a value. */
final class BadRpc {
  static final Atom NODEDOWN = Atom.of("nodedown");
  static final Atom TIMEOUT = Atom.of("timeout");
  static final Atom NOTSUP = Atom.of("notsup");
  private static final Atom BADRPC = Atom.of("badrpc");
  private static final Atom EXIT = Atom.of("EXIT");

  private BadRpc() {}

  static Tuple of(Term reason) {
    return Tuple.of(BADRPC, reason);
  }

  /** Returns {@code {badrpc, {'EXIT', Reason}}}. */
  static Tuple exit(Term reason) {
    return of(Tuple.of(EXIT, reason));
  }

  static boolean is(Term term) {
    return term instanceof Tuple tuple && tuple.isTagged(BADRPC, 2);
  }

  /** A value that is {@code {'EXIT', _}} cannot be told from a failure, and counts as one. */
  static Term value(Term value) {
    return value instanceof Tuple tuple && tuple.isTagged(EXIT, 2) ? of(tuple) : value;
  }

  /** Returns what a call of the server {@code rex} that was not answered comes to. */
  static Term of(CallException failure, Term call) {
    Term reason = failure.reason().term();
    if (reason.equals(TIMEOUT)) {
      return of(TIMEOUT);
    }
    if (reason instanceof Tuple tuple && tuple.isTagged(NODEDOWN, 2)) {
      return of(NODEDOWN);
    }
    return exit(Tuple.of(reason, call));
  }
}
