package io.weft.rpc;

import io.weft.node.BlockingSelf;
import io.weft.node.ErrorException;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.ThrowException;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of a function that was called for another node: what {@code erpc} tells as the reason
 * of an exit, and {@code rpc} as a value.
 */
sealed interface Outcome {
  /** It returned. */
  record Returned(Term value) implements Outcome {}

  /** It threw a value. */
  record Thrown(Term value) implements Outcome {}

  /** It exited. */
  record Exited(Term reason) implements Outcome {}

  /** It failed. */
  record Failed(Term reason, Term stack) implements Outcome {}

  /** Calls a function that the node provides, in the process of {@code self}. */
  static Outcome of(Term module, Term function, Term arguments, BlockingSelf<Term> self) {
    try {
      return new Returned(self.node().functions().apply(module, function, arguments, self));
    } catch (ThrowException thrown) {
      return new Thrown(thrown.value());
    } catch (ExitException exit) {
      return new Exited(exit.reason().term());
    } catch (ErrorException error) {
      return new Failed(error.reason(), trimmed(error.stack(), module, function, arguments));
    } catch (Throwable failure) {
      return ExitReason.crash(failure).term() instanceof Tuple crash && crash.arity() == 2
          ? new Failed(crash.get(0), trimmed(crash.get(1), module, function, arguments))
          : new Failed(ExitReason.SYSTEM_LIMIT.term(), ListTerm.NIL);
    }
  }

  /** Leaves out how the node came to call the function. */
  private static Term trimmed(Term stack, Term module, Term function, Term arguments) {
    if (!(stack instanceof ListTerm list)) {
      return stack;
    }
    List<Term> kept = new ArrayList<>();
    for (Term frame : list.elements()) {
      if (frame instanceof Tuple place
          && place.arity() == 4
          && place.get(0) instanceof Atom(String at)
          && isOurs(at)) {
        int arity = arguments instanceof ListTerm with ? with.size() : 0;
        kept.add(Tuple.of(module, function, IntTerm.of(arity), ListTerm.NIL));
        break;
      }
      kept.add(frame);
    }
    return Terms.list(kept);
  }

  private static boolean isOurs(String className) {
    return className.startsWith("io.weft.node.Functions") || className.startsWith("io.weft.rpc.");
  }

  /** Returns the exit reason of {@code erpc:execute_call/4}. */
  default Term exitReason(Term reference) {
    return switch (this) {
      case Returned(Term value) -> Tuple.of(reference, Atom.of("return"), value);
      case Thrown(Term value) -> Tuple.of(reference, Atom.of("throw"), value);
      case Exited(Term reason) -> Tuple.of(reference, Atom.of("exit"), reason);
      case Failed(Term reason, Term stack) -> Tuple.of(reference, Atom.ERROR, reason, stack);
    };
  }

  /** Returns what {@code rpc} replies. */
  default Term reply() {
    return switch (this) {
      case Returned(Term value) -> value;
      case Thrown(Term value) -> value;
      case Exited(Term reason) -> BadRpc.exit(reason);
      case Failed(Term reason, Term stack) -> BadRpc.exit(Tuple.of(reason, stack));
    };
  }

  /** Reads the reason of the exit of {@code erpc:execute_call/4}, as its caller sees it. */
  static RpcResult<Term> read(Reference reference, ExitReason exit) {
    Term reason = exit.term();
    if (reason.equals(ExitReason.NOCONNECTION.term())) {
      return RpcResult.failed(RpcException.erpc(reason));
    }
    if (!(reason instanceof Tuple tuple)
        || tuple.arity() < 3
        || !tuple.get(0).equals(reference)
        || !(tuple.get(1) instanceof Atom(String how))) {
      return RpcResult.failed(RpcException.signal(reason));
    }
    Term value = tuple.get(2);
    return switch (how + "/" + tuple.arity()) {
      case "return/3" -> new RpcResult.Ok<>(value);
      case "throw/3" -> RpcResult.failed(RpcException.thrown(value));
      case "exit/3" -> RpcResult.failed(RpcException.exit(value));
      case "error/4" -> RpcResult.failed(RpcException.error(value, tuple.get(3)));
      default ->
          RpcResult.failed(
              value instanceof Tuple erpc && erpc.isTagged(RpcException.ERPC, 2)
                  ? RpcException.erpc(erpc.get(1))
                  : RpcException.signal(reason));
    };
  }
}
