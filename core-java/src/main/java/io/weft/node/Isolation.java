package io.weft.node;

import io.weft.runtime.Seams;
import io.weft.term.Pid;
import io.weft.term.Reference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One process alone, for a test of what its behaviour does: it lives as in production, in the same
 * turns, by the same rules, on the seams it is given. But what leaves it (messages, calls, links,
 * monitors, spawned processes, exit signals) is recorded instead of done, and nothing else runs.
 *
 * <p>Processes that it spawns are stand-ins, which do nothing. Calls wait until {@link #answer},
 * {@link #fail} or {@link #refuse}; links and monitors until {@link #exit} and {@link #down}.
 * Messages to itself arrive, and are recorded too. What it started from outside of its own name, by
 * {@link Node#spawn}, does run.
 *
 * <p>To be used by the thread that runs the turns, between them.
 *
 * @param <M> the protocol of the process
 */
public final class Isolation<M> implements AutoCloseable {
  private final Node node;
  private final Consumer<Effect> effects;
  private final Deque<Effect.Called> underWay = new ArrayDeque<>();
  private final Map<String, ExitReason> failing = new HashMap<>();
  private final Address<Object> outside;
  private @Nullable Blueprint<M> awaited;
  private @Nullable IsolatedProcess<M> subject;

  /**
   * Makes the surroundings of a process.
   *
   * @param effects is told of each effect when it happens
   */
  public Isolation(Seams seams, Consumer<Effect> effects) {
    this.effects = effects;
    NodeOptions options = NodeOptions.builder(NodeOptions.NO_NAME).seams(seams).build();
    node = Node.start(options, NodeLog::new, made -> new IsolatedRouter(made, this));
    outside = node.spawn(Blueprint.of("outside", () -> new Outside<>(this)));
  }

  /** Returns the node that holds the process, for its addresses. */
  public Node node() {
    return node;
  }

  /** Starts the process: once. Completes with how its start ended. */
  public CompletableFuture<Started<M>> start(Blueprint<M> blueprint) {
    if (subject != null) {
      throw new IllegalStateException("one isolation is for one process");
    }
    awaited = blueprint;
    return node.startAsync(blueprint);
  }

  /** Returns the address of the process; null if it was not started. */
  public @Nullable Address<M> address() {
    IsolatedProcess<M> process = subject;
    return process == null ? null : process.address();
  }

  /**
   * Returns an address of somebody outside, for the process to speak to.
   *
   * @param name the name to register, or null
   */
  public <P> Address<P> standIn(String label, @Nullable String name) {
    Blueprint<P> blueprint = Blueprint.of(label, () -> new Outside<>(this));
    return node.spawn(name == null ? blueprint : blueprint.named(name));
  }

  /** Lets the next process that it spawns with this label fail in its start. */
  public void failStart(String label, ExitReason reason) {
    failing.put(label, reason);
  }

  // --- what happens to it ------------------------------------------------------------------------

  /** Answers a call. */
  public void answer(Effect.Called call, Object reply) {
    call.toAnswer().reply(reply);
  }

  /** Answers a call with there being no reply, for {@code reason}. */
  public void fail(Effect.Called call, ExitReason reason) {
    call.toAnswer().fail(reason);
  }

  /** Refuses a call. */
  public void refuse(Effect.Called call, String why) {
    call.toAnswer().refuse(why);
  }

  /** Lets it hear that a process ended, through its link, or sent it an exit signal. */
  public void exit(Pid from, ExitReason reason) {
    IsolatedProcess<M> process = present();
    process.post(() -> process.takeExitOf(from, reason));
  }

  /** Lets all its monitors of a target report. Completes with whether there were any. */
  public CompletableFuture<Boolean> down(Target target, ExitReason reason) {
    IsolatedProcess<M> process = present();
    var watched = new CompletableFuture<Boolean>();
    node.router()
        .deliver(
            process,
            new Signal.Request(
                () -> watched.complete(process.takeEndOf(target, reason)),
                () -> watched.complete(false)));
    return watched;
  }

  private IsolatedProcess<M> present() {
    IsolatedProcess<M> process = subject;
    if (process == null) {
      throw new IllegalStateException("the process was not started");
    }
    return process;
  }

  /** Ends the process, if it lives still, and all that surrounds it. Waits for nothing. */
  @Override
  public void close() {
    var _ = node.stop();
  }

  // --- for the router and the process ------------------------------------------------------------

  void did(Effect effect) {
    effects.accept(effect);
  }

  /** The process has begun a call; its request is on the way. */
  void called(Effect.Called call) {
    underWay.add(call);
    did(call);
  }

  /** Returns the process if this is the one to be started, else null. */
  @SuppressWarnings("ReferenceEquality") // this start and no other
  @Nullable IsolatedProcess<M> takeSubject(Pid pid, Blueprint<?> blueprint, boolean root) {
    Blueprint<M> mine = awaited;
    if (mine == null || mine != blueprint) {
      return null;
    }
    awaited = null;
    IsolatedProcess<M> process = new IsolatedProcess<>(this, node, pid, mine, root);
    subject = process;
    return process;
  }

  @Nullable Process<?> subject() {
    return subject;
  }

  boolean isTurnOfSubject() {
    return subject != null && Node.current() == subject;
  }

  /** Whether what is sent there comes to the process itself, or to one that serves the kit. */
  boolean isInside(Address<?> to) {
    Process<?> found = to.process();
    Target target = to.target();
    Reference alias = to.alias();
    if (found == null && target != null && node.router().isHere(target)) {
      found = node.router().find(target);
    } else if (found == null && alias != null) {
      Pid owner = References.ownerOf(alias, node.home());
      found = owner == null ? null : node.find(owner);
    }
    return found != null && !(found.behavior() instanceof Outside<?>);
  }

  /** Where calls go. */
  @SuppressWarnings("unchecked") // it takes whatever it is asked
  <Q> Address<Q> outside() {
    return (Address<Q>) outside;
  }

  <P> Behavior<P> standIn(Blueprint<P> blueprint) {
    ExitReason failure = failing.remove(blueprint.label());
    return failure == null ? new Outside<>(this) : new FailedStart<>(failure);
  }

  /** Somebody who does nothing by itself. */
  private record Outside<P>(Isolation<?> isolation) implements Behavior<P> {
    @Override
    public void message(Self<P> self, P message) {}

    @Override
    public void call(Self<P> self, P request, From from) {
      Effect.Called call = isolation.underWay.poll();
      if (call == null) { // of a process that serves the kit
        call = new Effect.Called(self.address(), Contents.own(request), null);
        isolation.did(call);
      }
      call.from(from);
    }

    @Override
    public void info(Self<P> self, Info info) {}
  }
}
