package io.weft.gen;

import io.weft.gen.ApplicationInfo.State;
import io.weft.gen.ApplicationOrder.Result;
import io.weft.node.ExitReason;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What OTP's module application asks the process {@code application_controller}, and its answers to
 * the letter. What it has no answer for is refused.
 */
enum ApplicationTerms implements TermCodec<ApplicationOrder> {
  INSTANCE;

  private static final Atom UNDEFINED = Atom.of("undefined");

  @Override
  public ApplicationOrder decode(Term term) {
    ApplicationOrder order =
        switch (term) {
          case Atom name -> ofAtom(name.name());
          case Tuple tuple when tuple.arity() > 1 && tuple.get(0) instanceof Atom name ->
              ofTuple(name.name() + "/" + tuple.arity(), tuple);
          default -> null;
        };
    if (order == null) {
      throw new TermMappingException("the application controller has no request " + term);
    }
    return order;
  }

  private static @Nullable ApplicationOrder ofAtom(String name) {
    return switch (name) {
      case "which_applications" -> new ApplicationOrder.Which();
      case "info" -> new ApplicationOrder.Inspect();
      default -> null;
    };
  }

  private static @Nullable ApplicationOrder ofTuple(String what, Tuple request) {
    if (what.equals("set_env/3")) {
      return new ApplicationOrder.SetEnv(configOf(request.get(1)));
    }
    if (!(request.get(1) instanceof Atom application)) {
      return null;
    }
    String name = application.name();
    return switch (what) {
      case "load_application/2" -> new ApplicationOrder.LoadNamed(name);
      case "unload_application/2" -> new ApplicationOrder.Unload(name);
      case "start_application/3" ->
          new ApplicationOrder.StartLoaded(name, ApplicationType.of(request.get(2)));
      case "stop_application/2" -> new ApplicationOrder.Stop(name);
      case "start_type/2" -> new ApplicationOrder.AskStartType(name);
      case "set_env/5" ->
          new ApplicationOrder.SetEnv(Map.of(name, Map.of(keyOf(request.get(2)), request.get(3))));
      case "unset_env/4" -> new ApplicationOrder.UnsetEnv(name, keyOf(request.get(2)));
      default -> null;
    };
  }

  /** Reads {@code [{Application, [{Key, Value}]}]}. */
  private static Map<String, Map<String, Object>> configOf(Term config) {
    return pairs(config, values -> pairs(values, Object.class::cast));
  }

  private static <T> Map<String, T> pairs(Term list, Function<Term, T> value) {
    if (!(list instanceof ListTerm pairs)) {
      throw new TermMappingException("a configuration is a list of pairs, not " + list);
    }
    Map<String, T> map = new LinkedHashMap<>();
    for (Term pair : pairs.elements()) {
      if (!(pair instanceof Tuple tuple) || tuple.arity() != 2) {
        throw new TermMappingException("a configuration is a list of pairs, not " + list);
      }
      map.put(keyOf(tuple.get(0)), value.apply(tuple.get(1)));
    }
    return map;
  }

  private static String keyOf(Term key) {
    if (key instanceof Atom name) {
      return name.name();
    }
    throw new TermMappingException("the key of a configuration is an atom, not " + key);
  }

  // --- answers
  // ------------------------------------------------------------------------------------------------

  @Override
  public Term encodeReply(ApplicationOrder order, Object reply) {
    if (!(reply instanceof Result result)) {
      throw new TermMappingException("no reply of the application controller: " + reply);
    }
    ExitReason failure = result.failure();
    return switch (order) {
      case ApplicationOrder.Which _ ->
          list(result.infos().reversed(), info -> true, ApplicationTerms::row);
      case ApplicationOrder.Inspect _ -> info(result.infos());
      case ApplicationOrder.AskStartType _ -> Atom.of("local");
      case ApplicationOrder.StartLoaded(String name, ApplicationType _)
          when failure != null && failure.equals(ApplicationErrors.unknown(name)) ->
          error(ApplicationErrors.about("not_loaded", name));
      default -> failure == null ? Atom.OK : error(failure);
    };
  }

  private static Term error(ExitReason reason) {
    return Tuple.of(Atom.ERROR, reason.term());
  }

  /** Returns {@code {Name, Description, Version}}. */
  private static Term row(ApplicationInfo info) {
    return Tuple.of(
        Atom.of(info.name()), Terms.charlist(info.description()), Terms.charlist(info.version()));
  }

  private static Term info(List<ApplicationInfo> infos) {
    Predicate<ApplicationInfo> runs =
        info -> info.state() == State.RUNNING || info.state() == State.STOPPING;
    return Terms.list(
        item("loaded", list(infos, info -> true, ApplicationTerms::row)),
        item("loading", ListTerm.NIL),
        item("started", list(infos, runs, info -> item(info.name(), typeOf(info)))),
        item("start_p_false", ListTerm.NIL),
        item("running", list(infos, runs, info -> item(info.name(), masterOf(info)))),
        item(
            "starting",
            list(
                infos,
                info -> info.state() == State.STARTING,
                info ->
                    Tuple.of(Atom.of(info.name()), typeOf(info), Atom.of("normal"), UNDEFINED))));
  }

  private static Term item(String name, Term value) {
    return Tuple.of(Atom.of(name), value);
  }

  private static Term list(
      List<ApplicationInfo> infos,
      Predicate<ApplicationInfo> which,
      Function<ApplicationInfo, Term> form) {
    return Terms.list(infos.stream().filter(which).map(form).toList());
  }

  private static Term typeOf(ApplicationInfo info) {
    return info.type() == null ? UNDEFINED : info.type().term();
  }

  private static Term masterOf(ApplicationInfo info) {
    Pid master = info.master();
    return master == null ? UNDEFINED : master;
  }

  // --- not spoken by this node
  // ------------------------------------------------------------------------------------------------

  @Override
  public Term encode(ApplicationOrder order) {
    throw new TermMappingException("is for the applications of this node only: " + order);
  }

  @Override
  public Object decodeReply(ApplicationOrder order, Term reply) {
    throw new TermMappingException("is for the applications of this node only: " + order);
  }
}
