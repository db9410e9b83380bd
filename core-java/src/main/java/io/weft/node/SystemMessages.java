package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Export;
import io.weft.term.Fun;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;

/**
 * The system messages that {@code sys}, supervisors and the observer of another node send: {@code
 * {system, From, Request}}.
 *
 * <p>Functions of another node cannot run here. So {@code replace_state} is answered as by an OTP
 * node that has not the function's module, and {@code install} does what it does there. {@code
 * change_code} begins anew from the blueprint the process has, with its state and what came along:
 * which code that is, the blueprint decides.
 *
 * @see <a href="https://www.erlang.org/doc/man/sys.html">OTP, module sys</a>
 */
final class SystemMessages<M> {
  private static final Atom OK = Atom.of("ok");
  private static final Atom EXIT = Atom.of("EXIT");
  private static final Atom GEN_EVENT = Atom.of("gen_event");
  private static final Atom RUNNING = Atom.of("running");
  private static final Atom SUSPENDED = Atom.of("suspended");
  private static final Atom UNDEF = Atom.of("undef");

  private final Process<M> process;

  SystemMessages(Process<M> process) {
    this.process = process;
  }

  void handle(GenProtocol.Meaning.System message) throws Exception {
    From from = From.foreign(process.node(), process.pid(), message.client(), message.tag());
    switch (message.request()) {
      case Atom name -> from.reply(answer(name));
      case Tuple end when end.isTagged(Atom.of("terminate"), 2) -> {
        from.reply(OK);
        throw new ExitException(ExitReason.of(end.get(1)));
      }
      case Tuple debug when debug.isTagged(Atom.of("debug"), 2) ->
          new DebugRequests(process).answer(debug.get(1), from::reply);
      case Tuple replace when replace.isTagged(Atom.of("replace_state"), 2) ->
          from.reply(replaceState(replace.get(1)));
      case Tuple change when change.isTagged(Atom.of("change_code"), 4) && process.isSuspended() ->
          from.reply(changeCode(change));
      case Term unknown -> from.reply(GenProtocol.unknownSystemMessage(unknown));
    }
  }

  private Term answer(Atom request) throws Exception {
    return switch (request.name()) {
      case "get_state" -> ShownTerms.of(process.stateShown());
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

  /** A function that fails leaves a handler of a gen_event as it is, and is told by all others. */
  private Term replaceState(Term function) throws Exception {
    Atom module = shown().module();
    if (module.equals(GEN_EVENT)) {
      return ShownTerms.of(process.stateShown());
    }
    boolean isFunction = function instanceof Fun || function instanceof Export;
    return error(
        Tuple.of(
            Atom.of("callback_failed"),
            Tuple.of(module, Atom.of("system_replace_state")),
            error(isFunction ? UNDEF : Tuple.of(Atom.of("badfun"), function))));
  }

  // --- status ------------------------------------------------------------------------------------

  private Term status() throws Exception {
    SystemStatus status = shown();
    return Tuple.of(
        Atom.of("status"),
        process.pid(),
        Tuple.of(Atom.of("module"), status.module()),
        Terms.list(dictionary(), runningOrSuspended(), parent(), debugOptions(), status.misc()));
  }

  private SystemStatus shown() throws Exception {
    var facts =
        new SystemStatus.Facts(nameOf(process), runningOrSuspended(), parent(), loggedEvents());
    return process.behavior().status(process, facts);
  }

  private Atom runningOrSuspended() {
    return process.isSuspended() ? SUSPENDED : RUNNING;
  }

  private ListTerm loggedEvents() {
    DebugLog log = process.debug().find(DebugLog.class);
    return log == null ? ListTerm.NIL : log.terms(process);
  }

  private ListTerm debugOptions() {
    return new ListTerm(process.debug().terms());
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

  // --- code --------------------------------------------------------------------------------------

  /** A behaviour that shows no state cannot hand it on, as a module without code_change. */
  private Term changeCode(Tuple request) {
    Term extra = request.get(3);
    try {
      if (process.stateShown() == null) {
        return error(
            Tuple.of(EXIT, Tuple.of(UNDEF, Terms.list(codeChange(request.get(2), extra)))));
      }
      process.change(process.blueprint(), extra);
      return OK;
    } catch (ExitException exit) {
      return error(returned(exit.reason().term()));
    } catch (Exception | LinkageError | AssertionError | StackOverflowError failure) {
      return error(Tuple.of(EXIT, ExitReason.crash(failure).term()));
    }
  }

  /** An exit with {@code {error, Reason}} is what OTP's callbacks return, any other one an exit. */
  private static Term returned(Term reason) {
    return reason instanceof Tuple tuple && tuple.isTagged(Atom.ERROR, 2)
        ? reason
        : Tuple.of(EXIT, reason);
  }

  private Term codeChange(Term oldVersion, Term extra) {
    return Tuple.of(
        GenProtocol.moduleOf(process.label()),
        Atom.of("code_change"),
        Terms.list(oldVersion, Atom.UNDEFINED, extra),
        ListTerm.NIL);
  }
}
