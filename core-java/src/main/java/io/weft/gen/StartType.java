package io.weft.gen;

import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;

/**
 * Why an application starts on this node: what OTP passes to {@code Module:start/2}. Weft itself
 * starts applications normally; who distributes them over nodes says so with {@link
 * Applications#start(Application, ApplicationType, StartType)}.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/application.html#t:start_type/0">OTP, module
 *     application, start_type</a>
 */
public sealed interface StartType {
  /** It just starts. */
  record Normal() implements StartType {}

  /**
   * It runs on {@code node}, and takes over from there.
   *
   * @param node the name of that node
   */
  record Takeover(String node) implements StartType {}

  /**
   * It ran on {@code node}, which is gone. As in OTP an application without start phases is told
   * that it starts normally.
   *
   * @param node the name of that node
   */
  record Failover(String node) implements StartType {}

  /** Returns that it just starts. */
  static StartType normal() {
    return new Normal();
  }

  /** Returns {@code normal}, {@code {takeover, Node}} or {@code {failover, Node}}. */
  default Term term() {
    return switch (this) {
      case Normal() -> Atom.of("normal");
      case Takeover(String node) -> Tuple.of(Atom.of("takeover"), Atom.of(node));
      case Failover(String node) -> Tuple.of(Atom.of("failover"), Atom.of(node));
    };
  }
}
