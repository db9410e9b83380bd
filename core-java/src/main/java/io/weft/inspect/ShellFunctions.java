package io.weft.inspect;

import io.weft.node.BlockingSelf;
import io.weft.node.Blueprint;
import io.weft.node.FunctionCall;
import io.weft.node.Functions;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.Objects;

/**
 * What {@code erl -remsh}, and {@code r} in the job control of a shell, start on the node that they
 * are to run on. There is no Erlang here to evaluate: the shell that starts says so and ends.
 */
final class ShellFunctions {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Atom IO_REPLY = Atom.of("io_reply");

  private ShellFunctions() {}

  static void provide(Functions functions) {
    for (int arity = 0; arity <= 2; arity++) {
      functions.provide("shell", "start", arity, ShellFunctions::start);
    }
  }

  private static Term start(FunctionCall call) {
    Pid leader = call.groupLeader();
    var shell =
        Blueprint.<Term>straightLine("shell", self -> explain(self, leader))
            .codec(TermCodec.identity());
    return Objects.requireNonNull(call.self().spawn(shell).pid());
  }

  /** Writes, and waits until that is done: the other side shows nothing of a shell that is gone. */
  private static void explain(BlockingSelf<Term> self, Pid leader) {
    Reference tag = self.monitor(new Target.ByPid(leader));
    Term text =
        Terms.binary(
            ("%s is a Weft node: it runs on the JVM and has no Erlang shell. Look at it with"
                    + " observer, sys and rpc:call from a shell of another node.%n")
                .formatted(self.node().name().name()));
    Term put = Tuple.of(Atom.of("put_chars"), Atom.of("unicode"), text);
    self.node().address(leader).tell(Tuple.of(Atom.of("io_request"), self.pid(), tag, put));
    Term _ =
        self.<Term>select(on ->
            on.message(Tuple.class, reply -> isReply(reply, tag), reply -> reply)
                .down(tag, _ -> tag)
                .after(PATIENCE, () -> tag));
  }

  private static boolean isReply(Tuple reply, Reference tag) {
    return reply.isTagged(IO_REPLY, 3) && reply.get(1).equals(tag);
  }
}
