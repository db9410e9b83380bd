package io.weft.rpc;

import io.weft.node.BlockingSelf;
import io.weft.node.Blueprint;
import io.weft.node.ErrorException;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.FunctionName;
import io.weft.node.Functions;
import io.weft.node.TermCodec;
import io.weft.node.ThrowException;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;

/**
 * What {@code erpc} of another node spawns here. A call's process ends with the outcome as its
 * reason, which is news for nobody but the caller: it exits by a signal to itself, not by a crash.
 */
final class ErpcFunctions {
  private ErpcFunctions() {}

  static void provide(Functions functions) {
    functions.provideProcess(
        "erpc",
        "execute_call",
        4,
        arguments -> body(arguments.subList(1, 4), self -> call(self, arguments)));
    functions.provideProcess(
        "erpc", "execute_cast", 3, arguments -> body(arguments, self -> cast(self, arguments)));
  }

  private interface Body {
    void run(BlockingSelf<Term> self);
  }

  private static Blueprint<Term> body(List<Term> mfa, Body body) {
    return Blueprint.<Term>straightLine(label(mfa), body::run).codec(TermCodec.identity());
  }

  private static String label(List<Term> mfa) {
    return mfa.get(0) instanceof Atom module
            && mfa.get(1) instanceof Atom function
            && mfa.get(2) instanceof ListTerm arguments
        ? new FunctionName(module, function, arguments.size()).toString()
        : "erpc";
  }

  private static void call(BlockingSelf<Term> self, List<Term> arguments) {
    Outcome outcome = Outcome.of(arguments.get(1), arguments.get(2), arguments.get(3), self);
    endQuietly(self, ExitReason.of(outcome.exitReason(arguments.get(0))));
  }

  private static void endQuietly(BlockingSelf<Term> self, ExitReason reason) {
    self.does(() -> {
      boolean _ = self.self().trapExit(false);
      self.self().exit(self.pid(), reason);
      return true;
    });
    self.sleep(Duration.ofDays(1)); // until the signal acts
  }

  private static void cast(BlockingSelf<Term> self, List<Term> arguments) {
    switch (Outcome.of(arguments.get(0), arguments.get(1), arguments.get(2), self)) {
      case Outcome.Returned _ -> {}
      case Outcome.Thrown(Term value) -> throw new ThrowException(value);
      case Outcome.Exited(Term reason) -> throw new ExitException(ExitReason.of(reason));
      case Outcome.Failed(Term reason, Term stack) ->
          throw new ErrorException(
              Tuple.of(Atom.of("exception"), Tuple.of(reason, stack)), ListTerm.NIL);
    }
  }
}
