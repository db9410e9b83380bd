package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process to be started on another node: what {@code spawn_request/5} is told. On an OTP node it
 * calls {@code Module:Function(Arguments...)}; a Weft node starts what it provided under that name,
 * see {@link Functions}. Immutable.
 *
 * <pre>{@code
 * self.spawnRequest(
 *     RemoteSpawn.on("shop@host", "counter", "start", Terms.integer(5)).link().within(second),
 *     result -> ...);
 * }</pre>
 *
 * @param node where
 * @param module the module
 * @param function the function
 * @param arguments what it is called with
 * @param linked whether the new process is linked to the one that asks
 * @param monitored whether the one that asks monitors the new process
 * @param alias whether the monitor is an alias too, and for how long; null if it is none
 * @param within how long to wait for the answer; null for ever
 * @param options what else the other node is told, such as {@code {priority, high}}
 * @see <a href="https://www.erlang.org/doc/man/erlang.html#spawn_request-5">OTP,
 *     erlang:spawn_request/5</a>
 */
public record RemoteSpawn(
    Atom node,
    Atom module,
    Atom function,
    ListTerm arguments,
    boolean linked,
    boolean monitored,
    @Nullable AliasMode alias,
    @Nullable Duration within,
    List<Term> options) {
  static final Atom LINK = Atom.of("link");
  static final Atom MONITOR = Atom.of("monitor");

  public RemoteSpawn {
    options = List.copyOf(options);
  }

  /** Returns the wish for a process that calls a function of a node. */
  public static RemoteSpawn on(String node, String module, String function, Term... arguments) {
    return new RemoteSpawn(
        Atom.of(node),
        Atom.of(module),
        Atom.of(function),
        Terms.list(arguments),
        false,
        false,
        null,
        null,
        List.of());
  }

  /** Returns this, linked to the process that asks from before its first moment. */
  public RemoteSpawn link() {
    return new RemoteSpawn(
        node, module, function, arguments, true, monitored, alias, within, options);
  }

  /** Returns this, monitored; the monitor's reference is that of the request. */
  public RemoteSpawn monitor() {
    return new RemoteSpawn(node, module, function, arguments, linked, true, alias, within, options);
  }

  /** Returns this, monitored, where the monitor's reference is an alias from now on. */
  public RemoteSpawn monitor(AliasMode alias) {
    return new RemoteSpawn(node, module, function, arguments, linked, true, alias, within, options);
  }

  /** Returns this, given up with {@code timeout} if there is no answer in time. */
  public RemoteSpawn within(Duration within) {
    return new RemoteSpawn(
        node, module, function, arguments, linked, monitored, alias, within, options);
  }

  /** Returns this with something else for the other node: a node refuses what it does not know. */
  public RemoteSpawn option(Term option) {
    List<Term> all = new ArrayList<>(options);
    all.add(option);
    return new RemoteSpawn(
        node, module, function, arguments, linked, monitored, alias, within, all);
  }

  /** Returns the options as they travel. */
  ListTerm optionTerms() {
    List<Term> terms = new ArrayList<>(options);
    if (linked) {
      terms.add(LINK);
    }
    if (monitored) {
      terms.add(MONITOR);
    }
    return new ListTerm(terms);
  }

  @Override
  public String toString() {
    return module + ":" + function + "/" + arguments.size() + " on " + node;
  }
}
