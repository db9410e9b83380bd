package io.weft.inspect;

import io.weft.node.AliasMode;
import io.weft.node.CallException;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.FunctionCall;
import io.weft.node.Functions;
import io.weft.node.Info;
import io.weft.node.Target;
import io.weft.term.Atom;
import io.weft.term.ImproperList;
import io.weft.term.IntTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Functions of OTP that only ask a process something: {@code sys}, {@code gen_server:call}, and the
 * questions to supervisors and to the application controller. They fail as those of OTP do.
 */
final class OtpFunctions {
  private static final Duration USUAL = Duration.ofSeconds(5);
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  private OtpFunctions() {}

  static void provide(Functions functions) {
    for (String question : List.of("get_state", "get_status", "suspend", "resume")) {
      functions
          .provide("sys", question, 1, call -> system(call, Atom.of(question), null))
          .provide("sys", question, 2, call -> system(call, Atom.of(question), call.argument(1)));
    }
    functions
        .provide("gen_server", "call", 2, call -> call(call, call.argument(1), USUAL))
        .provide("gen_server", "call", 3, call -> call(call, call.argument(1), time(call, 2)))
        .provide(
            "supervisor",
            "which_children",
            1,
            call -> call(call, Atom.of("which_children"), FOR_EVER))
        .provide(
            "supervisor",
            "count_children",
            1,
            call -> call(call, Atom.of("count_children"), FOR_EVER))
        .provide("application", "which_applications", 0, call -> applications(call, USUAL))
        .provide("application", "which_applications", 1, call -> applications(call, time(call, 0)))
        .provide("application", "info", 0, OtpFunctions::applicationInfo)
        .provide("application_controller", "get_master", 1, OtpFunctions::master);
  }

  private static Duration time(FunctionCall call, int argument) {
    return switch (call.argument(argument)) {
      case IntTerm(long millis) when millis >= 0 -> Duration.ofMillis(millis);
      case Atom infinity when infinity.equals(Atom.of("infinity")) -> FOR_EVER;
      default -> throw call.functionClause();
    };
  }

  /** Returns whom the first argument names. */
  private static Target target(FunctionCall call) {
    return switch (call.argument(0)) {
      case Pid pid -> new Target.ByPid(pid);
      case Atom name -> new Target.ByName(name, call.node().name());
      case Tuple remote
          when remote.arity() == 2
              && remote.get(0) instanceof Atom name
              && remote.get(1) instanceof Atom node ->
          new Target.ByName(name, node);
      default -> throw call.functionClause();
    };
  }

  // --- sys ---------------------------------------------------------------------------------------

  private static Term system(FunctionCall call, Atom question, @Nullable Term timeout) {
    Target target = target(call);
    Duration within = timeout == null ? USUAL : time(call, 1);
    Reference tag =
        call.self().does(() -> call.self().self().monitor(target, AliasMode.REPLY_DEMONITOR));
    Term asker = Tuple.of(call.self().pid(), new ImproperList(List.of(Atom.of("alias")), tag));
    send(call, target, Tuple.of(Atom.of("system"), asker, question));
    return call.self()
        .<Term>select(on -> {
          on.message(Tuple.class, reply -> answers(reply, tag), reply -> reply.get(1));
          on.report(
              Info.Down.class,
              down -> down.monitor().equals(tag),
              down -> {
                throw exit(down.reason().term(), call);
              });
          on.after(
              within,
              () -> {
                boolean _ = call.self().demonitor(tag, true);
                throw exit(Atom.of("timeout"), call);
              });
        });
  }

  private static boolean answers(Tuple reply, Reference tag) {
    return reply.arity() == 2
        && reply.get(0) instanceof ImproperList alias
        && alias.tail().equals(tag);
  }

  private static ExitException exit(Term reason, FunctionCall call) {
    return new ExitException(ExitReason.of(Tuple.of(reason, call.term())));
  }

  private static void send(FunctionCall call, Target target, Term message) {
    switch (target) {
      case Target.ByPid(Pid pid) -> call.node().address(pid).tell(message);
      case Target.ByName(Atom name, Atom node) ->
          call.node().address(name.name(), node.name()).tell(message);
    }
  }

  // --- gen_server --------------------------------------------------------------------------------

  private static Term call(FunctionCall call, Term request, Duration within) {
    Target target = target(call);
    try {
      return switch (target) {
        case Target.ByPid(Pid pid) ->
            call.self().callTerm(call.node().address(pid), request, within);
        case Target.ByName(Atom name, Atom node) ->
            call.self().callTerm(call.node().address(name.name(), node.name()), request, within);
      };
    } catch (CallException failure) {
      Term what =
          Tuple.of(Atom.of("gen_server"), Atom.of("call"), Terms.list(call.argument(0), request));
      throw new ExitException(ExitReason.of(Tuple.of(failure.reason().term(), what)));
    }
  }

  // --- application -------------------------------------------------------------------------------

  private static Term applications(FunctionCall call, Duration within) {
    return RunningApps.ask(call.self(), "which_applications", within);
  }

  private static Term applicationInfo(FunctionCall call) {
    return RunningApps.ask(call.self(), "info", USUAL);
  }

  private static Term master(FunctionCall call) {
    Pid master = RunningApps.master(call.self(), call.argument(0));
    return master == null ? Atom.UNDEFINED : master;
  }
}
