package io.weft.kernel;

import io.weft.node.AliasMode;
import io.weft.node.BlockingSelf;
import io.weft.node.Info;
import io.weft.node.Target;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;

/**
 * Prints where a process's group leader is: for a function that another node called, at that node.
 *
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/io.html">OTP, module io</a>
 */
public final class Io {
  private Io() {}

  /**
   * Prints text and waits until the group leader has it: {@code io:put_chars/1}. Returns {@code
   * ok}, or {@code {error, Reason}}; {@code {error, terminated}} if there is no group leader any
   * more.
   */
  public static Term putChars(BlockingSelf<Term> self, String text) {
    Pid leader = self.does(() -> self.self().groupLeader());
    Reference request =
        self.does(() -> self.self().monitor(new Target.ByPid(leader), AliasMode.REPLY_DEMONITOR));
    self.node()
        .address(leader)
        .tell(
            Tuple.of(
                Atom.of("io_request"),
                self.pid(),
                request,
                Tuple.of(Atom.of("put_chars"), Atom.of("unicode"), Terms.binary(text))));
    return self.select(on -> {
      on.message(
          Tuple.class,
          reply -> reply.isTagged(Atom.of("io_reply"), 3) && reply.get(1).equals(request),
          reply -> {
            boolean _ = self.demonitor(request, true);
            return reply.get(2);
          });
      on.report(
          Info.Down.class,
          down -> down.monitor().equals(request),
          _ -> Tuple.of(Atom.ERROR, Atom.of("terminated")));
    });
  }
}
