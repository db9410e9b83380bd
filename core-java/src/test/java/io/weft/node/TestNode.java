package io.weft.node;

import static org.junit.jupiter.api.Assertions.fail;

import io.weft.term.Pid;
import io.weft.term.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * A local node for one test, and a process the test acts through. Closing it checks that nothing is
 * left behind.
 */
public final class TestNode implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final Node node;
  private final List<Actor> actors = new ArrayList<>();
  private boolean timersMayBeLeft;

  public TestNode() {
    this(Node.start(NodeOptions.local()));
  }

  public TestNode(Node node) {
    this.node = node;
  }

  /** For tests that kill processes which wait for a time: their timers go when they are due. */
  public TestNode timersMayBeLeft() {
    timersMayBeLeft = true;
    return this;
  }

  public Node node() {
    return node;
  }

  /** Starts a process that records what it gets and does what the test tells it. */
  public Actor actor() {
    return start(new Actor(), false);
  }

  public Actor trappingActor() {
    return start(new Actor(), true);
  }

  private Actor start(Actor actor, boolean trapping) {
    Blueprint<Object> blueprint =
        Blueprint.<Object>of("actor", () -> actor).codec(AnyCodec.INSTANCE);
    actor.address = node.start(trapping ? blueprint.trapExit() : blueprint);
    actors.add(actor);
    return actor;
  }

  /** Describes a process that ignores what it gets. */
  static Blueprint<Object> idle() {
    return Blueprint.of("idle", () -> (_, _) -> {});
  }

  /** Takes every term for a message, as it is. */
  enum AnyCodec implements TermCodec<Object> {
    INSTANCE;

    @Override
    public Term encode(Object message) {
      return (Term) message;
    }

    @Override
    public Object decode(Term term) {
      return term;
    }

    @Override
    public Term encodeReply(Object request, Object reply) {
      return (Term) reply;
    }

    @Override
    public Object decodeReply(Object request, Term reply) {
      return reply;
    }
  }

  @Override
  public void close() {
    NodeLeaks.checkTies(node);
    // those that trap exits would sit out the grace of the shutdown
    actors.forEach(actor -> node.exit(actor.pid(), ExitReason.KILL));
    NodeLeaks.closeAndCheck(node, timersMayBeLeft);
  }

  /** A process driven from the test's thread. */
  public static final class Actor implements Behavior<Object> {
    private final LinkedBlockingQueue<Object> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<ExitReason> ended = new CompletableFuture<>();
    private volatile Self<Object> self;
    private volatile Address<Object> address;

    @Override
    public void start(Self<Object> self) {
      this.self = self;
    }

    @Override
    public void message(Self<Object> self, Object message) {
      if (message instanceof Throwable failure) {
        throw new IllegalStateException("asked to crash", failure);
      }
      received.add(message);
    }

    @Override
    public void call(Self<Object> self, Object request, From from) {
      received.add(new Called(request, from));
    }

    @Override
    public void info(Self<Object> self, Info info) {
      received.add(info);
      if (info instanceof Info.Exit exit && exit.from().equals(self.parent())) {
        self.stop(exit.reason());
      }
    }

    @Override
    public void ended(Self<Object> self, ExitReason reason) {
      ended.complete(reason);
    }

    public Pid pid() {
      return self.pid();
    }

    public Address<Object> address() {
      return address;
    }

    /**
     * Runs {@code action} in a turn of the process and returns its result, or throws what it threw.
     */
    public <R> R does(Function<Self<Object>, R> action) {
      var result = new CompletableFuture<R>();
      self.post(() -> {
        try {
          result.complete(action.apply(self));
        } catch (ExitException exit) {
          result.complete(null);
          throw exit;
        } catch (RuntimeException refused) {
          result.completeExceptionally(refused);
        }
      });
      return await(result);
    }

    /** Runs {@code action} in a turn of the process, which it may end. */
    public void post(java.util.function.Consumer<Self<Object>> action) {
      self.post(() -> action.accept(self));
    }

    public void run(java.util.function.Consumer<Self<Object>> action) {
      this.<Boolean>does(s -> {
        action.accept(s);
        return true;
      });
    }

    /** Returns the next thing the process received. */
    public Object next() {
      try {
        Object next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return next == null ? fail("nothing received") : next;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Returns what was received so far, after everything sent before has been handled. */
    public java.util.List<Object> drained() {
      address.tell("drained");
      var all = new java.util.ArrayList<>();
      for (Object o = next(); !o.equals("drained"); o = next()) {
        all.add(o);
      }
      return all;
    }

    public ExitReason endsWith() {
      return await(ended);
    }

    public boolean hasEnded() {
      return ended.isDone();
    }
  }

  /** A call the process got. */
  public record Called(Object request, From from) {}

  static <R> R await(CompletableFuture<R> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
