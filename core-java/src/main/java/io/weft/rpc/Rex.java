package io.weft.rpc;

import io.weft.kernel.ServiceKeeper;
import io.weft.node.Behavior;
import io.weft.node.BlockingSelf;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The server {@code rex}, which peers ask what this node can do, and older ones and C nodes for
 * calls. Each call runs in a process of its own; a {@code block_call} too, but the server waits for
 * it. What it does not know it does not answer, as OTP's.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/rpc.html">OTP, module rpc</a>
 */
final class Rex implements Behavior<Term> {
  private static final Atom REX = Atom.of("rex");
  private static final Atom CALL = Atom.of("call");
  private static final Atom CAST = Atom.of("cast");
  private static final Atom BLOCK_CALL = Atom.of("block_call");
  private static final Atom SBCAST = Atom.of("sbcast");
  private static final Atom SEND = Atom.of("send");
  private static final Atom STOP = Atom.of("stop");
  private static final Atom STOPPED = Atom.of("stopped");
  private static final Atom FEATURES_REQUEST = Atom.of("features_request");

  /** Who waits for a process that runs a call, should it not answer. */
  private final Map<Reference, Consumer<Term>> running = new HashMap<>();

  static Blueprint<Term> blueprint() {
    return Blueprint.<Term>of("rpc", Rex::new)
        .named(REX.name())
        .codec(TermCodec.identity())
        .trapExit();
  }

  @Override
  public void call(Self<Term> self, Term request, From from) {
    if (request.equals(STOP)) {
      from.reply(STOPPED);
      self.stop(ExitReason.NORMAL);
    } else if (request instanceof Tuple call && call.isTagged(CALL, 5)) {
      run(self, call, call.get(4), from::reply);
    } else if (request instanceof Tuple call && call.isTagged(BLOCK_CALL, 5)) {
      self.hold();
      run(
          self,
          call,
          call.get(4),
          reply -> {
            from.reply(reply);
            self.post(self::release);
          });
    }
  }

  @Override
  public void message(Self<Term> self, Term message) {
    if (!(message instanceof Tuple tuple)) {
      return;
    }
    if (tuple.isTagged(CAST, 5)) {
      cast(self, tuple);
    } else if (tuple.arity() == 2 && tuple.get(0) instanceof Pid from) {
      asked(self, from, tuple.get(1));
    }
  }

  private void cast(Self<Term> self, Tuple call) {
    Term leader = call.get(4);
    var _ =
        self.spawn(
            Blueprint.<Term>straightLine(
                    "rpc",
                    body -> {
                      RexGroupLeader.set(body, leader);
                      Term _ =
                          body.node()
                              .functions()
                              .apply(call.get(1), call.get(2), call.get(3), body);
                    })
                .codec(TermCodec.identity()));
  }

  /** Handles {@code {From, What}}. */
  private void asked(Self<Term> self, Pid from, Term what) {
    if (what.equals(FEATURES_REQUEST)) {
      Term features = Terms.list(Atom.of("erpc"));
      tell(self, from, Tuple.of(Atom.of("features_reply"), self.node().name(), features));
    } else if (what instanceof Tuple call && call.isTagged(CALL, 5)) {
      Term leader = call.get(4);
      Term known = leader.equals(RexGroupLeader.STDOUT_TO_CALLER) ? Tuple.of(leader, from) : leader;
      run(self, call, known, reply -> tell(self, from, Tuple.of(REX, reply)));
    } else if (what instanceof Tuple send && send.isTagged(SBCAST, 3)) {
      boolean sent = deliver(self, send.get(1), send.get(2));
      tell(self, from, sent ? Tuple.of(REX, here(self), here(self)) : nobody(self, send.get(1)));
    } else if (what instanceof Tuple send && send.isTagged(SEND, 3)) {
      if (!deliver(self, send.get(1), Tuple.of(from, send.get(2)))) {
        tell(self, from, nobody(self, send.get(1)));
      }
    }
  }

  private static Atom here(Self<Term> self) {
    return self.node().name();
  }

  private static Tuple nobody(Self<Term> self, Term name) {
    return Tuple.of(REX, here(self), Tuple.of(Atom.of("nonexisting_name"), name));
  }

  private static void tell(Self<Term> self, Pid to, Term message) {
    self.node().address(to).tell(message);
  }

  /** Sends to whatever can be sent to; false for a name of this node that nobody has. */
  private static boolean deliver(Self<Term> self, Term to, Term message) {
    switch (to) {
      case Pid pid -> tell(self, pid, message);
      case Reference alias -> self.node().address(alias).tell(message);
      case Tuple remote
          when remote.arity() == 2
              && remote.get(0) instanceof Atom(String name)
              && remote.get(1) instanceof Atom(String node) ->
          self.node().address(name, node).tell(message);
      case Atom name -> {
        Pid pid = self.node().whereis(name);
        if (pid == null) {
          return false;
        }
        tell(self, pid, message);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  // --- calls -------------------------------------------------------------------------------------

  private void run(Self<Term> self, Tuple call, Term leader, Consumer<Term> answer) {
    Consumer<Term> reply = once(answer);
    Target worker;
    try {
      var body =
          Blueprint.<Term>straightLine("rpc", at -> execute(at, call, leader, reply))
              .codec(TermCodec.identity());
      worker = Objects.requireNonNull(self.spawn(body).target());
    } catch (RuntimeException full) {
      reply.accept(BadRpc.exit(ExitReason.SYSTEM_LIMIT.term()));
      return;
    }
    running.put(self.monitor(worker), reply);
  }

  /** A process that is killed and its end both answer, and a second answer is nobody's. */
  private static Consumer<Term> once(Consumer<Term> answer) {
    var answered = new AtomicBoolean();
    return reply -> {
      if (answered.compareAndSet(false, true)) {
        answer.accept(reply);
      }
    };
  }

  private static void execute(
      BlockingSelf<Term> self, Tuple call, Term leader, Consumer<Term> reply) {
    RexGroupLeader.set(self, leader);
    reply.accept(Outcome.of(call.get(1), call.get(2), call.get(3), self).reply());
  }

  @Override
  public void info(Self<Term> self, Info info) {
    if (info instanceof Info.Down down) {
      Consumer<Term> reply = running.remove(down.monitor());
      if (reply != null && !down.reason().isNormal()) {
        reply.accept(BadRpc.exit(down.reason().term()));
      }
    } else {
      boolean _ = ServiceKeeper.isExit(self, info);
    }
  }

  @Override
  public Term state(Self<Term> self) {
    return ListTerm.NIL;
  }
}
