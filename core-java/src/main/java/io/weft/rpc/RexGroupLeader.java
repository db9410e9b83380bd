package io.weft.rpc;

import io.weft.kernel.IoRequests;
import io.weft.node.Behavior;
import io.weft.node.BlockingSelf;
import io.weft.node.Blueprint;
import io.weft.node.ErrorException;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.Objects;

/**
 * The group leader of a call that came to {@code rex}: a process of the caller's, the {@code user}
 * of this node, or one that sends what is printed to the caller as {@code {rex_stdout, Text}}.
 */
final class RexGroupLeader implements Behavior<Term> {
  static final Atom STDOUT_TO_CALLER = Atom.of("send_stdout_to_caller");
  private static final Atom USER = Atom.of("user");

  private final Pid caller;
  private final Pid worker;

  private RexGroupLeader(Pid caller, Pid worker) {
    this.caller = caller;
    this.worker = worker;
  }

  /**
   * Gives the process the group leader that the request names.
   *
   * @throws ErrorException if it names none
   */
  static void set(BlockingSelf<Term> self, Term leader) {
    switch (leader) {
      case Pid pid -> use(self, pid);
      case Atom user when user.equals(USER) -> {
        Pid pid = self.node().whereis(USER);
        if (pid != null) {
          use(self, pid);
        }
      }
      case Tuple toCaller
          when toCaller.isTagged(STDOUT_TO_CALLER, 2) && toCaller.get(1) instanceof Pid caller ->
          use(self, start(self, caller));
      default -> {
        Term where =
            Tuple.of(Atom.of("rpc"), Atom.of("set_group_leader"), Terms.list(leader), ListTerm.NIL);
        throw new ErrorException(Atom.of("function_clause"), Terms.list(where));
      }
    }
  }

  private static void use(BlockingSelf<Term> self, Pid leader) {
    self.does(() -> {
      self.self().groupLeader(leader);
      return true;
    });
  }

  private static Pid start(BlockingSelf<Term> self, Pid caller) {
    var blueprint =
        Blueprint.<Term>of("rex_stdout", () -> new RexGroupLeader(caller, self.pid()))
            .codec(TermCodec.identity());
    Target target = Objects.requireNonNull(self.spawn(blueprint).target());
    return (Pid) target.item();
  }

  @Override
  public void start(Self<Term> self) {
    var _ = self.monitor(new Target.ByPid(worker));
  }

  @Override
  public void message(Self<Term> self, Term message) {
    IoRequests.answer(
        self,
        message,
        text ->
            self.node().address(caller).tell(Tuple.of(Atom.of("rex_stdout"), Terms.binary(text))));
  }

  @Override
  public void info(Self<Term> self, Info info) {
    if (info instanceof Info.Down) {
      self.stop(ExitReason.NORMAL);
    }
  }
}
