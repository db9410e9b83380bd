package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Export;
import io.weft.term.Fun;
import io.weft.term.ListTerm;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The functions of a node that other nodes may run, by the names they know them by: {@code spawn},
 * {@code rpc} and {@code erpc} reach what was provided here, and nothing else.
 *
 * <pre>{@code
 * node.functions()
 *     .provide("shop", "price", 1, call -> prices.of(call.argument(0, Binary.class).utf8()))
 *     .provideProcess("shop", "counter", 0, arguments -> CounterServer.blueprint());
 * }</pre>
 *
 * <p>A function that was provided later replaces the one before under its name; calls under way go
 * on. Any thread.
 */
public final class Functions {
  private static final Atom ERLANG = Atom.of("erlang");
  private static final Atom APPLY = Atom.of("apply");
  private static final Atom NO_MODULE = Atom.of("");

  /** What runs under a name. */
  private sealed interface Provided {
    record Value(ValueFunction function) implements Provided {}

    record Direct(DirectFunction function) implements Provided {}

    record Body(ProcessFunction function) implements Provided {}
  }

  private final ConcurrentHashMap<FunctionName, Provided> functions = new ConcurrentHashMap<>();

  /** What every module has, by function and arity: under the name of no module. */
  private final ConcurrentHashMap<FunctionName, Provided> everywhere = new ConcurrentHashMap<>();

  Functions() {
    provide("erlang", "apply", 2, call -> apply(call, call.argument(0), call.argument(1)));
    provide(
        "erlang",
        "apply",
        3,
        call -> apply(call, call.argument(0), call.argument(1), call.argument(2)));
  }

  // --- provide -----------------------------------------------------------------------------------

  /** Provides a function that returns a value. Returns this. */
  public Functions provide(String module, String function, int arity, ValueFunction value) {
    functions.put(FunctionName.of(module, function, arity), new Provided.Value(value));
    return this;
  }

  /**
   * Provides a function that returns a value, in the types of a protocol.
   *
   * @param codec makes a request of {@code {Module, Function, Arguments}}; arguments it cannot map
   *     are a {@code function_clause} error
   */
  public <M> Functions provide(
      String module, String function, int arity, TermCodec<M> codec, TypedFunction<M> value) {
    return provide(
        module,
        function,
        arity,
        call -> {
          M request;
          try {
            request = codec.decode(call.term(), call.self().node());
          } catch (TermMappingException wrong) {
            throw call.functionClause();
          }
          return codec.encodeReply(request, value.apply(request, call));
        });
  }

  /**
   * Provides a function that returns a value at once: other nodes run it as any other, and a
   * process of this node may run it {@linkplain #direct in its turns}, such as a producer of stages
   * the function that a consumer chooses its events by. Returns this.
   */
  public Functions provideDirect(String module, String function, int arity, DirectFunction direct) {
    functions.put(FunctionName.of(module, function, arity), new Provided.Direct(direct));
    return this;
  }

  /**
   * Provides a function that is the life of a process. A call of it by {@code rpc} or {@code erpc}
   * runs the process and returns {@code ok} when it has ended normally, or exits as it did.
   */
  public Functions provideProcess(String module, String function, int arity, ProcessFunction body) {
    functions.put(FunctionName.of(module, function, arity), new Provided.Body(body));
    return this;
  }

  /**
   * Provides a function of every module that has none of its own under this name: as every module
   * of OTP has a {@code module_info/1}. Its call tells which module is meant. Returns this.
   */
  public Functions provideEverywhere(String function, int arity, ValueFunction value) {
    everywhere.put(FunctionName.of("", function, arity), new Provided.Value(value));
    return this;
  }

  /** Whether there is a function of that name. */
  public boolean has(FunctionName name) {
    return find(name) != null;
  }

  /** Returns the function of that name that was {@linkplain #provideDirect provided}, or null. */
  public @Nullable DirectFunction direct(FunctionName name) {
    return functions.get(name) instanceof Provided.Direct(DirectFunction direct) ? direct : null;
  }

  private @Nullable Provided find(FunctionName name) {
    Provided own = functions.get(name);
    return own != null
        ? own
        : everywhere.get(new FunctionName(NO_MODULE, name.function(), name.arity()));
  }

  /** Withdraws a function; false if there was none. */
  public boolean withdraw(String module, String function, int arity) {
    return functions.remove(FunctionName.of(module, function, arity)) != null;
  }

  /** Returns the names of all functions, sorted by their text. */
  public Set<FunctionName> names() {
    var names = new TreeSet<FunctionName>((a, b) -> a.toString().compareTo(b.toString()));
    names.addAll(functions.keySet());
    return names;
  }

  // --- run ---------------------------------------------------------------------------------------

  /**
   * Runs {@code Module:Function(Arguments...)} in the process of {@code self}, and returns its
   * value: {@code apply/3}. Fails as the function does; with {@code undef} if there is none.
   */
  public Term apply(Term module, Term function, Term arguments, BlockingSelf<Term> self)
      throws Exception {
    if (!(module instanceof Atom m
        && function instanceof Atom f
        && arguments instanceof ListTerm a)) {
      throw ErrorException.badarg(ERLANG, APPLY, Terms.list(module, function, arguments));
    }
    var name = new FunctionName(m, f, a.size());
    return switch (find(name)) {
      case null -> throw ErrorException.undef(m, f, a);
      case Provided.Value(ValueFunction value) ->
          value.apply(new FunctionCall(name, a.elements(), self));
      case Provided.Direct(DirectFunction direct) -> direct.apply(a.elements());
      case Provided.Body(ProcessFunction body) -> live(body.apply(a.elements()), self);
    };
  }

  private Term apply(FunctionCall call, Term module, Term function, Term arguments)
      throws Exception {
    return apply(module, function, arguments, call.self());
  }

  /** A fun of another node is code that is not here: to Erlang it is undefined. */
  private Term apply(FunctionCall call, Term fun, Term arguments) throws Exception {
    return switch (fun) {
      case Export export when arguments instanceof ListTerm with -> {
        if (with.size() != export.arity()) {
          throw new ErrorException(
              Tuple.of(Atom.of("badarity"), Tuple.of(fun, arguments)), ListTerm.NIL);
        }
        yield apply(export.module(), export.function(), with, call.self());
      }
      case Fun local -> {
        Term frame = Tuple.of(local, arguments, ListTerm.NIL);
        throw new ErrorException(Atom.of("undef"), Terms.list(frame));
      }
      case Export _ -> throw call.badarg();
      default -> throw new ErrorException(Tuple.of(Atom.of("badfun"), fun), ListTerm.NIL);
    };
  }

  /** Runs a process to its end; one that ends abnormally takes the caller along, by a link. */
  private static <M> Term live(Blueprint<M> blueprint, BlockingSelf<Term> self) {
    Reference watch =
        self.does(() -> {
          Address<M> body = self.self().spawnLink(blueprint);
          return self.self().monitor(Objects.requireNonNull(body.target()));
        });
    return self.select(on -> on.down(watch, _ -> Atom.OK));
  }

  // --- for spawn ---------------------------------------------------------------------------------

  /**
   * Returns what a process does that is to run a function. Where the function is not there, or
   * fails to tell what its process does, that process ends as one that runs it does in Erlang.
   */
  Blueprint<?> blueprint(Atom module, Atom function, Term arguments) {
    Provided found = null;
    if (arguments instanceof ListTerm with) {
      found = functions.get(new FunctionName(module, function, with.size()));
      if (found instanceof Provided.Body(ProcessFunction body)) {
        return bodyOf(body, with, label(module, function, with.size()));
      }
    }
    int arity = arguments instanceof ListTerm with ? with.size() : 0;
    return Blueprint.<Term>straightLine(
            label(module, function, arity), self -> apply(module, function, arguments, self))
        .codec(TermCodec.identity());
  }

  private static Blueprint<?> bodyOf(ProcessFunction body, ListTerm arguments, String label) {
    try {
      return body.apply(arguments.elements());
    } catch (Throwable failure) {
      return failing(label, failure);
    }
  }

  /** Returns the blueprint of a process that fails at once. */
  static Blueprint<?> failing(String label, Throwable failure) {
    return Blueprint.<Void>of(label, () -> new Failing(failure));
  }

  private record Failing(Throwable failure) implements Behavior<Void> {
    @Override
    public void start(Self<Void> self) throws Exception {
      switch (failure) {
        case Exception exception -> throw exception;
        case Error error -> throw error;
        default -> throw new IllegalStateException(failure);
      }
    }

    @Override
    public void message(Self<Void> self, Void message) {}
  }

  private static String label(Atom module, Atom function, int arity) {
    return new FunctionName(module, function, arity).toString();
  }
}
