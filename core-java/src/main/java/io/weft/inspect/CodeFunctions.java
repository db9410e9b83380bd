package io.weft.inspect;

import io.weft.node.FunctionCall;
import io.weft.node.FunctionName;
import io.weft.node.Functions;
import io.weft.node.ProcessInfo;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.List;
import java.util.stream.Stream;

/**
 * What tools ask about code. Modules are what functions were provided under, and what processes say
 * that they began in; all code is there from the start, and none of it can be loaded or traced.
 */
final class CodeFunctions {
  private static final Atom PRELOADED = Atom.of("preloaded");

  private CodeFunctions() {}

  static void provide(Functions functions) {
    functions
        .provide("code", "ensure_loaded", 1, CodeFunctions::ensureLoaded)
        .provide("code", "is_loaded", 1, CodeFunctions::isLoaded)
        .provide("code", "which", 1, CodeFunctions::which)
        .provide("code", "all_loaded", 0, call -> allLoaded(call.node().functions()))
        .provide("erlang", "function_exported", 3, CodeFunctions::isExported)
        .provide("proc_lib", "translate_initial_call", 1, CodeFunctions::initialCall)
        .provideEverywhere("module_info", 0, CodeFunctions::moduleInfo)
        .provideEverywhere("module_info", 1, CodeFunctions::moduleInfo);
  }

  private static Stream<FunctionName> exports(Functions functions, Term module) {
    return functions.names().stream().filter(name -> name.module().equals(module));
  }

  private static boolean exists(FunctionCall call, Term module) {
    return exports(call.node().functions(), module).findAny().isPresent();
  }

  private static Term ensureLoaded(FunctionCall call) {
    Atom module = call.argument(0, Atom.class);
    return exists(call, module)
        ? Tuple.of(Atom.of("module"), module)
        : Tuple.of(Atom.ERROR, Atom.of("nofile"));
  }

  private static Term isLoaded(FunctionCall call) {
    return exists(call, call.argument(0, Atom.class))
        ? Tuple.of(Atom.of("file"), PRELOADED)
        : Atom.FALSE;
  }

  private static Term which(FunctionCall call) {
    return exists(call, call.argument(0, Atom.class)) ? PRELOADED : Atom.of("non_existing");
  }

  private static Term allLoaded(Functions functions) {
    return Terms.list(
        functions.names().stream()
            .map(FunctionName::module)
            .distinct()
            .map(module -> (Term) Tuple.of(module, PRELOADED))
            .toList());
  }

  private static Term isExported(FunctionCall call) {
    if (!(call.argument(0) instanceof Atom module
        && call.argument(1) instanceof Atom function
        && call.argument(2) instanceof IntTerm(long arity))) {
      throw call.badarg();
    }
    return Atom.of(
        exports(call.node().functions(), module)
            .anyMatch(name -> name.function().equals(function) && name.arity() == arity));
  }

  /** Where the process began, as its {@code $initial_call} tells. */
  private static Term initialCall(FunctionCall call) {
    ProcessInfo info = ProcessFunctions.infoOf(call.self(), call.argument(0, Pid.class));
    Term began = info == null ? null : info.dictionary().get(Atom.of("$initial_call"));
    return began == null ? Tuple.of(Atom.of("proc_lib"), Atom.of("init_p"), IntTerm.of(5)) : began;
  }

  /**
   * The module of a process is no module that has functions: all that can be said of it is what its
   * processes behave like towards others.
   */
  private static Term moduleInfo(FunctionCall call) {
    Atom module = call.name().module();
    Term exported =
        Terms.list(
            exports(call.node().functions(), module)
                .map(name -> (Term) Tuple.of(name.function(), IntTerm.of(name.arity())))
                .toList());
    Term attributes =
        exported.equals(ListTerm.NIL)
            ? Terms.list(Tuple.of(Atom.of("behaviour"), Terms.list(Atom.of("gen_server"))))
            : ListTerm.NIL;
    List<Tuple> items =
        List.of(
            Tuple.of(Atom.of("module"), module),
            Tuple.of(Atom.of("exports"), exported),
            Tuple.of(Atom.of("attributes"), attributes),
            Tuple.of(Atom.of("compile"), ListTerm.NIL),
            Tuple.of(Atom.of("functions"), exported));
    if (call.name().arity() == 0) {
      return Terms.list(List.copyOf(items));
    }
    return items.stream()
        .filter(item -> item.get(0).equals(call.argument(0)))
        .map(item -> item.get(1))
        .findFirst()
        .orElseThrow(call::badarg);
  }
}
