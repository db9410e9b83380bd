package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;

/**
 * The system messages that {@code sys}, supervisors and the observer of another node send: {@code
 * {system, From, Request}}.
 *
 * <p>Functions of another node cannot run here, so {@code replace_state}, {@code install} and
 * {@code change_code} are answered with an error that says so; inside the node they are done with
 * {@link Sys}.
 *
 * @see <a href="https://www.erlang.org/doc/man/sys.html">OTP, module sys</a>
 */
final class SystemMessages<M> {
  private static final Atom OK = Atom.of("ok");
  private static final Atom GET = Atom.of("get");
  private static final Atom TRUE = Atom.of("true");
  private static final Atom RUNNING = Atom.of("running");
  private static final Atom SUSPENDED = Atom.of("suspended");
  private static final int DEFAULT_LOG = 10;

  private final Process<M> process;

  SystemMessages(Process<M> process) {
    this.process = process;
  }

  void handle(GenProtocol.Meaning.System message) throws Exception {
    From from = From.foreign(process.node(), process.pid(), message.client(), message.tag());
    Term request = message.request();
    if (request instanceof Atom name) {
      from.reply(answer(name));
    } else if (request instanceof Tuple tuple && tuple.isTagged(Atom.of("terminate"), 2)) {
      from.reply(OK);
      throw new ExitException(ExitReason.of(tuple.get(1)));
    } else if (request instanceof Tuple tuple && tuple.isTagged(Atom.of("debug"), 2)) {
      from.reply(debug(tuple.get(1), request));
    } else if (request instanceof Tuple tuple && needsForeignCode(tuple)) {
      from.reply(
          error(Terms.binary("a function of another node cannot run here; use io.weft.node.Sys")));
    } else {
      from.reply(GenProtocol.unknownSystemMessage(request));
    }
  }

  private static boolean needsForeignCode(Tuple request) {
    return request.isTagged(Atom.of("replace_state"), 2)
        || request.isTagged(Atom.of("change_code"), 4);
  }

  private Term answer(Atom request) throws Exception {
    return switch (request.name()) {
      case "get_state" -> state();
      case "get_status" -> status();
      case "suspend" -> {
        process.suspend();
        yield OK;
      }
      case "resume" -> {
        process.resume();
        yield OK;
      }
      default -> GenProtocol.unknownSystemMessage(request);
    };
  }

  private static Term error(Term reason) {
    return Tuple.of(Atom.ERROR, reason);
  }

  // --- state and status --------------------------------------------------------------------------

  private Term state() throws Exception {
    return ShownTerms.of(process.behavior().state(process));
  }

  private Term status() throws Exception {
    var facts =
        new SystemStatus.Facts(nameOf(process), runningOrSuspended(), parent(), loggedEvents());
    SystemStatus status = process.behavior().status(process, facts);
    return Tuple.of(
        Atom.of("status"),
        process.pid(),
        Tuple.of(Atom.of("module"), status.module()),
        Terms.list(dictionary(), facts.state(), facts.parent(), Terms.list(), status.misc()));
  }

  private Atom runningOrSuspended() {
    return process.isSuspended() ? SUSPENDED : RUNNING;
  }

  private ListTerm loggedEvents() {
    SystemDebug debug = process.extras().debug;
    return debug == null ? ListTerm.NIL : new ListTerm(debug.loggedTerms());
  }

  /** A process that was not linked to whoever started it is its own parent, as in OTP. */
  private Pid parent() {
    return process.isRoot() ? process.pid() : process.parent();
  }

  /** The way gen's modules call a process in texts. */
  private static String nameOf(Process<?> process) {
    Atom name = process.name();
    Pid pid = process.pid();
    return name == null
        ? "<0.%s.%s>"
            .formatted(Integer.toUnsignedString(pid.id()), Integer.toUnsignedString(pid.serial()))
        : name.name();
  }

  private Term dictionary() {
    return new ListTerm(
        ProcessInfo.dictionaryOf(process).entrySet().stream()
            .<Term>map(entry -> Tuple.of(entry.getKey(), entry.getValue()))
            .toList());
  }

  // --- debug -------------------------------------------------------------------------------------

  private Term debug(Term what, Term request) {
    SystemDebug debug = process.debug();
    if (what.equals(Atom.of("no_debug"))) {
      debug.off();
      return OK;
    }
    if (!(what instanceof Tuple tuple)
        || tuple.arity() != 2
        || !(tuple.get(0) instanceof Atom kind)) {
      return GenProtocol.unknownSystemMessage(request);
    }
    Term argument = tuple.get(1);
    return switch (kind.name()) {
      case "trace" -> {
        debug.tracing(argument.equals(TRUE));
        yield OK;
      }
      case "log" -> log(debug, argument);
      case "statistics" -> statistics(debug, argument);
      case "install", "remove", "log_to_file" ->
          error(Terms.binary(kind.name() + " is not supported on this node"));
      default -> GenProtocol.unknownSystemMessage(request);
    };
  }

  private static Term log(SystemDebug debug, Term argument) {
    if (argument.equals(GET)) {
      return Tuple.of(OK, new ListTerm(debug.loggedTerms()));
    }
    if (argument instanceof Tuple(var elements)
        && elements.size() == 2
        && elements.get(1) instanceof IntTerm(long size)) {
      debug.logSize(Math.clamp(size, 0, 100_000));
    } else {
      debug.logSize(argument.equals(TRUE) ? DEFAULT_LOG : 0);
    }
    return OK;
  }

  private static Term statistics(SystemDebug debug, Term argument) {
    if (!argument.equals(GET)) {
      debug.counting(argument.equals(TRUE));
      return OK;
    }
    if (!debug.isCounting()) {
      return Tuple.of(OK, Atom.of("no_statistics"));
    }
    return Tuple.of(
        OK,
        Terms.list(
            Tuple.of(Atom.of("running_ms"), new IntTerm(debug.countingMillis())),
            Tuple.of(Atom.of("messages_in"), new IntTerm(debug.messagesIn()))));
  }
}
