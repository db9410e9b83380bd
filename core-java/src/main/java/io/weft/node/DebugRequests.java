package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.function.Consumer;

/**
 * What {@code {system, From, {debug, What}}} asks for, and OTP's answers. {@code unknown_debug} is
 * OTP's for all that it does not know.
 */
final class DebugRequests {
  private static final Atom OK = Atom.of("ok");
  private static final Atom GET = Atom.of("get");
  private static final Atom PRINT = Atom.of("print");
  private static final Term UNKNOWN = Atom.of("unknown_debug");
  private static final Term NO_FILE = Tuple.of(Atom.ERROR, Atom.of("open_file"));

  private final Process<?> process;

  DebugRequests(Process<?> process) {
    this.process = process;
  }

  /** Answers, at once or in a later turn. */
  void answer(Term what, Consumer<Term> then) {
    if (what.equals(Atom.of("no_debug"))) {
      process.debug().removeAll();
      then.accept(OK);
    } else if (what instanceof Tuple pair
        && pair.arity() == 2
        && pair.get(0) instanceof Atom kind
        && kind.name().equals("log_to_file")) {
      logToFile(pair.get(1), then);
    } else {
      then.accept(atOnce(what));
    }
  }

  private Term atOnce(Term what) {
    if (!(what instanceof Tuple pair) || pair.arity() != 2 || !(pair.get(0) instanceof Atom kind)) {
      return UNKNOWN;
    }
    Term argument = pair.get(1);
    return switch (kind.name()) {
      case "trace" -> onOrOff(argument, DebugTrace.INSTANCE);
      case "statistics" -> statistics(argument);
      case "log" -> log(argument);
      case "install" -> install(argument);
      case "remove" -> {
        process.debug().remove(argument);
        yield OK;
      }
      default -> UNKNOWN;
    };
  }

  private Term onOrOff(Term argument, DebugOption option) {
    if (argument.equals(Atom.TRUE)) {
      process.debug().add(option);
    } else if (argument.equals(Atom.FALSE)) {
      process.debug().remove(option.key());
    } else {
      return UNKNOWN;
    }
    return OK;
  }

  private Term statistics(Term argument) {
    if (!argument.equals(GET)) {
      return onOrOff(argument, new DebugStatistics(process.node().seams().clock()));
    }
    DebugStatistics counted = process.debug().find(DebugStatistics.class);
    return Tuple.of(
        OK, counted == null ? Atom.of("no_statistics") : DebugStatistics.term(counted.now()));
  }

  /** A log that is there keeps its size, as in OTP. */
  private Term log(Term argument) {
    DebugLog log = process.debug().find(DebugLog.class);
    if (argument.equals(GET)) {
      return Tuple.of(OK, log == null ? Terms.list() : log.terms(process));
    }
    if (argument.equals(PRINT)) {
      if (log != null) {
        log.events().forEach(event -> DebugTrace.print(event, process));
      }
      return OK;
    }
    if (argument instanceof Tuple sized
        && sized.isTagged(Atom.TRUE, 2)
        && sized.get(1) instanceof IntTerm(long size)
        && size > 0) {
      process.debug().add(new DebugLog(Math.clamp(size, 1, DebugLog.MAX_SIZE)));
      return OK;
    }
    return onOrOff(argument, new DebugLog(DebugLog.DEFAULT_SIZE));
  }

  /** {@code {Fun, State}} or {@code {Id, Fun, State}}. */
  private Term install(Term argument) {
    if (!(argument instanceof Tuple function) || function.arity() < 2 || function.arity() > 3) {
      return UNKNOWN;
    }
    Term shown =
        function.arity() == 2
            ? function
            : Tuple.of(function.get(0), Tuple.of(function.get(1), function.get(2)));
    process.debug().add(new DebugOption.Foreign(function.get(0), shown));
    return OK;
  }

  // --- the file ----------------------------------------------------------------------------------

  private void logToFile(Term argument, Consumer<Term> then) {
    if (argument.equals(Atom.FALSE)) {
      process.debug().closeFile(() -> then.accept(OK));
      return;
    }
    SystemLogs logs = process.node().systemLogs();
    process
        .debug()
        .openFile(
            () -> logs.resolve(argument), failure -> then.accept(failure == null ? OK : NO_FILE));
  }
}
