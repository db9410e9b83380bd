package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.AliasMode;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.CallResult;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Node;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.node.Weft;
import io.weft.runtime.Timers;
import io.weft.term.Atom;
import io.weft.term.ImproperList;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Questions whose reply is owed to a part of the message: whoever gets the message may pass the
 * {@link Reply} on, to be sent by another process while it lives itself.
 *
 * <pre>{@code
 * record Watch(Reply<Integer> reply) implements Shop {}
 *
 * int size = Ask.ask(shop, Watch::new, Duration.ofSeconds(5));
 * }</pre>
 *
 * <p>A short-lived process asks, monitors whom it asks, and takes the first reply. A {@link
 * io.weft.node.Request} needs none of that; prefer it where the one who is asked answers itself.
 */
public final class Ask {
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  private Ask() {}

  /**
   * Asks and waits for the reply.
   *
   * @param message makes the message of the reply that is owed
   * @throws CallException if there is none, for whatever reason
   * @throws IllegalStateException inside a process that must not block
   */
  public static <M, R> R ask(
      Address<M> server, Function<? super Reply<R>, ? extends M> message, Duration within) {
    CompletableFuture<R> reply = askAsync(server, message, within);
    Weft.await(server.node(), reply.exceptionally(_ -> null), FOR_EVER);
    try {
      return reply.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  /**
   * Asks; the future completes with the reply, or exceptionally with a {@link CallException}. To
   * cancel the future gives the question up.
   *
   * @param within how long to wait; null for ever
   */
  public static <M, R> CompletableFuture<R> askAsync(
      Address<M> server,
      Function<? super Reply<R>, ? extends M> message,
      @Nullable Duration within) {
    var answer = new CompletableFuture<R>();
    Asker<R> asker =
        new Asker<>(
            server,
            within,
            reply -> server.tell(message.apply(reply)),
            result -> complete(answer, result));
    Pid pid = asker.begin(server.node());
    var _ =
        answer.whenComplete((_, _) -> {
          if (answer.isCancelled()) {
            server.node().exit(pid, ExitReason.SHUTDOWN);
          }
        });
    return answer;
  }

  private static <R> void complete(CompletableFuture<R> answer, CallResult<R> result) {
    switch (result) {
      case CallResult.Ok<R>(R value) -> answer.complete(value);
      case CallResult.Failed<R>(CallException why) -> answer.completeExceptionally(why);
    }
  }

  /**
   * Asks in the name of a process and goes on; {@code then} gets the result in a turn of it,
   * exactly once. The message is sent in a turn that comes soon.
   *
   * @param within how long to wait; null for ever
   * @return gives the question up; any thread
   */
  public static <M, R> Runnable ask(
      Self<?> self,
      Address<M> server,
      Function<? super Reply<R>, ? extends M> message,
      @Nullable Duration within,
      Consumer<CallResult<R>> then) {
    Asker<R> asker =
        new Asker<>(
            server,
            within,
            reply -> self.post(() -> server.tell(message.apply(reply))),
            result -> self.post(() -> then.accept(result)));
    Pid pid = asker.begin(self.node());
    return () -> self.node().exit(pid, ExitReason.SHUTDOWN);
  }

  // --- as terms
  // ------------------------------------------------------------------------------------

  /**
   * Returns the term that stands for a reply which is owed to somebody of this node, {@code {Pid,
   * [alias | Reference]}}: that of a {@code gen_server}'s caller, to be answered by {@code
   * gen_server:reply/2} or {@link #replyOf}.
   *
   * @param decode makes a reply of the term that comes back, at the node that it comes to; it may
   *     throw TermMappingException
   * @throws TermMappingException for a reply that was not made by this class
   */
  public static <R> Term termOf(Reply<R> reply, BiFunction<Term, Node, ? extends R> decode) {
    return switch (reply) {
      case Owed<R> owed -> owed.asTerm(decode);
      case Distant<R>(From _, Term from, Function<? super R, Term> _) -> from;
      default ->
          throw new TermMappingException("only a reply that was asked for is a term, not " + reply);
    };
  }

  /**
   * Returns the reply that a term stands for, to be sent in the name of the process in whose turn
   * this is called.
   *
   * @param encode makes a term of the reply
   * @throws TermMappingException if the term is no caller
   */
  public static <R> Reply<R> replyOf(Term from, Function<? super R, Term> encode) {
    return new Distant<>(From.of(from), from, encode);
  }

  /** A reply to somebody who is known by a term. */
  private record Distant<R>(From caller, Term from, Function<? super R, Term> encode)
      implements Reply<R> {
    @Override
    public void send(R value) {
      caller.reply(encode.apply(value));
    }
  }

  /** A reply to an {@link Asker}. */
  private static final class Owed<R> implements Reply<R> {
    private final Asker<R> asker;
    private final Self<Term> home;
    private final Term from;
    private volatile BiFunction<Term, Node, ? extends R> decode;

    Owed(Asker<R> asker, Self<Term> home, Reference alias) {
      this.asker = asker;
      this.home = home;
      this.from = Tuple.of(home.pid(), new ImproperList(List.of(Atom.of("alias")), alias));
      this.decode =
          (term, _) -> {
            throw new TermMappingException("was asked for an object and got " + term);
          };
    }

    @Override
    public void send(R value) {
      home.post(() -> asker.finish(home, new CallResult.Ok<>(value)));
    }

    Term asTerm(BiFunction<Term, Node, ? extends R> from) {
      decode = from;
      return this.from;
    }
  }

  // --- the one who asks
  // ----------------------------------------------------------------------------

  /** Waits for one reply. */
  private static final class Asker<R> implements Behavior<Term> {
    private final Address<?> server;
    private final @Nullable Duration within;
    private final Consumer<Reply<R>> send;
    private final Consumer<CallResult<R>> then;
    private @Nullable Owed<R> owed;
    private Timers.@Nullable Timer timer;
    private boolean finished;

    Asker(
        Address<?> server,
        @Nullable Duration within,
        Consumer<Reply<R>> send,
        Consumer<CallResult<R>> then) {
      this.server = server;
      this.within = within;
      this.send = send;
      this.then = then;
    }

    Pid begin(Node node) {
      Address<Term> asker =
          node.spawn(Blueprint.<Term>of("asker", () -> this).codec(TermCodec.identity()));
      return Objects.requireNonNull(asker.pid());
    }

    @Override
    public void start(Self<Term> self) {
      Target target = server.target();
      if (target == null) {
        finish(self, CallException.ended(server, ExitReason.NOPROC));
        return;
      }
      owed = new Owed<>(this, self, self.monitor(target, AliasMode.REPLY_DEMONITOR));
      if (within != null) {
        Duration patience = within;
        timer =
            self.after(
                patience, () -> finish(self, CallException.timeout(server, patience.toMillis())));
      }
      try {
        send.accept(owed);
      } catch (RuntimeException refused) {
        finish(self, CallException.ended(server, ExitReason.crash(refused)));
      }
    }

    @Override
    public void message(Self<Term> self, Term message) {
      if (owed == null || !(message instanceof Tuple reply) || reply.arity() != 2) {
        return;
      }
      R value;
      try {
        value = owed.decode.apply(reply.get(1), self.node());
      } catch (TermMappingException unmapped) {
        finish(self, CallException.badReply(server, unmapped));
        return;
      }
      finish(self, new CallResult.Ok<>(value));
    }

    @Override
    public void info(Self<Term> self, Info info) {
      if (info instanceof Info.Down down) {
        Target target = server.target();
        finish(
            self,
            down.reason().equals(ExitReason.NOCONNECTION) && target != null
                ? CallException.nodedown(server, target.node())
                : CallException.ended(server, down.reason()));
      }
    }

    @Override
    public void ended(Self<Term> self, ExitReason reason) {
      finish(self, CallException.ended(server, reason)); // given up, or the node is stopping
    }

    private void finish(Self<Term> self, CallException why) {
      finish(self, new CallResult.Failed<>(why));
    }

    private void finish(Self<Term> self, CallResult<R> result) {
      if (!finished) {
        finished = true;
        if (timer != null) {
          timer.cancel();
        }
        self.stop(ExitReason.NORMAL);
        then.accept(result);
      }
    }
  }
}
