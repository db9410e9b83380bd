package io.weft.observe;

import io.weft.node.CallException;
import io.weft.node.CallResult;
import io.weft.node.ExitReason;
import io.weft.term.Atom;
import java.util.Set;

/** What came of a call or a process, in a few words: there are no others. */
final class Outcome {
  private static final Set<String> WORDS =
      Set.of(
          "noproc",
          "timeout",
          "overload",
          "nodedown",
          "noconnection",
          "normal",
          "shutdown",
          "killed",
          "system_limit");

  private Outcome() {}

  static String of(CallResult<?> result) {
    return result instanceof CallResult.Failed<?>(CallException failure) ? of(failure) : "ok";
  }

  static String of(CallException failure) {
    return wordOf(failure.reason(), "error");
  }

  static String of(ExitReason reason) {
    return reason.isOrderly() && !reason.isNormal() ? "shutdown" : wordOf(reason, "crash");
  }

  private static String wordOf(ExitReason reason, String otherwise) {
    return switch (reason.term()) {
      case Atom atom when WORDS.contains(atom.name()) -> atom.name();
      case io.weft.term.Tuple tuple
          when tuple.arity() > 0
              && tuple.get(0) instanceof Atom atom
              && WORDS.contains(atom.name()) ->
          atom.name();
      default -> otherwise;
    };
  }
}
