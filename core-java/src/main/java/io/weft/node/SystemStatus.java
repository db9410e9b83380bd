package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;

/**
 * What {@code sys:get_status} of a foreign node shows of a behaviour, in the words of the OTP
 * module that it is like.
 *
 * @param module that module: {@code gen_server}, {@code gen_statem}, {@code gen_event}
 * @param misc the last part of the status, made of {@link #header}, {@link #data} and the like
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/sys.html#get_status/1">OTP,
 *     sys:get_status</a>
 */
public record SystemStatus(Atom module, ListTerm misc) {
  /**
   * What is true of a process whatever its behaviour.
   *
   * @param name its registered name, else its pid, as text
   * @param state the atom {@code running} or {@code suspended}
   * @param parent its parent, or itself for a process without one
   * @param loggedEvents what {@code sys:log} keeps, the oldest first
   */
  public record Facts(String name, Atom state, Pid parent, ListTerm loggedEvents) {}

  /** Returns a status with these parts. */
  public static SystemStatus of(String module, Term... misc) {
    return new SystemStatus(Atom.of(module), Terms.list(misc));
  }

  /** Returns the status of a server: the state, after what is true of every process. */
  public static SystemStatus ofServer(Facts facts, Term state) {
    return of(
        "gen_server",
        header("Status for generic server " + facts.name()),
        data(
            item("Status", facts.state()),
            item("Parent", facts.parent()),
            item("Logged events", facts.loggedEvents())),
        data(item("State", state)));
  }

  /** Returns {@code {header, Text}}. */
  public static Term header(String text) {
    return Tuple.of(Atom.of("header"), Terms.charlist(text));
  }

  /** Returns {@code {data, Items}}. */
  public static Term data(Term... items) {
    return Tuple.of(Atom.of("data"), Terms.list(items));
  }

  /** Returns {@code {Name, Value}}, the name being a character list. */
  public static Term item(String name, Term value) {
    return Tuple.of(Terms.charlist(name), value);
  }
}
