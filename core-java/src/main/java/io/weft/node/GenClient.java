package io.weft.node;

import io.weft.runtime.Timers;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What OTP's gen_server offers to clients besides {@link Weft#call} and {@link Address#cast}: to
 * stop a server, to start one in time, and to speak with servers of many nodes at once.
 *
 * <p>The blocking functions are for threads outside of processes. Inside a process use the others,
 * and go on in a turn: {@code future.whenComplete((result, failure) -> self.post(...))}.
 */
public final class GenClient {
  private GenClient() {}

  // --- stop
  // ----------------------------------------------------------------------------------------

  /**
   * Asks a process to end with {@code reason} and waits until it has: {@code gen_server:stop/3}. It
   * handles what is in its mailbox first, and runs its terminate.
   *
   * @throws CallException if there is no such process ({@code noproc}), it ended with another
   *     reason, or not in time ({@code timeout})
   */
  public static void stop(Address<?> server, ExitReason reason, Duration within) {
    server.node().refuseToBlock("GenClient.stop");
    Weft.join(stopAsync(server, reason, within));
  }

  /** Asks a process to end; completes when it has, or as {@link #stop} fails. */
  public static CompletableFuture<ExitReason> stopAsync(
      Address<?> server, ExitReason reason, @Nullable Duration within) {
    var done = new CompletableFuture<ExitReason>();
    Target target = server.target();
    if (target == null) {
      done.completeExceptionally(CallException.ended(server, ExitReason.NOPROC));
    } else {
      server.node().spawn(Blueprint.of("stopper", () -> new Stopper(target, reason, within, done)));
    }
    return done;
  }

  /** Sends {@code {system, From, {terminate, Reason}}} and waits for the end. */
  private record Stopper(
      Target target,
      ExitReason reason,
      @Nullable Duration within,
      CompletableFuture<ExitReason> done)
      implements Behavior<Void> {
    private static final Atom SYSTEM = Atom.of("system");
    private static final Atom TERMINATE = Atom.of("terminate");

    @Override
    public void start(Self<Void> self) {
      Reference monitor = self.monitor(target);
      new TargetAddress<>(self.node(), target, IdentityCodec.INSTANCE)
          .tell(
              Tuple.of(SYSTEM, Tuple.of(self.pid(), monitor), Tuple.of(TERMINATE, reason.term())));
      if (within != null) {
        Timers.Timer timer =
            self.after(within, () -> fail(self, CallException.timeout(target, within.toMillis())));
        var _ = done.whenComplete((_, _) -> timer.cancel());
      }
    }

    @Override
    public void message(Self<Void> self, Void message) {}

    @Override
    public void info(Self<Void> self, Info info) {
      if (info instanceof Info.Down down) {
        if (down.reason().equals(reason)) {
          self.stop(ExitReason.NORMAL);
          done.complete(reason);
        } else if (down.reason().equals(ExitReason.NOCONNECTION)) {
          fail(self, CallException.nodedown(target, target.node()));
        } else {
          fail(self, CallException.ended(target, down.reason()));
        }
      }
    }

    private void fail(Self<Void> self, CallException why) {
      self.stop(ExitReason.NORMAL);
      done.completeExceptionally(why);
    }

    @Override
    public void ended(Self<Void> self, ExitReason end) {
      done.completeExceptionally(CallException.ended(target, end)); // the node is stopping
    }
  }

  // --- start in time
  // -------------------------------------------------------------------------------

  /**
   * Starts a process and waits until it serves. After {@code within} it is killed.
   *
   * @throws StartException if it ended before it served; with the reason {@code timeout} if it took
   *     too long
   */
  public static <M> Address<M> start(Node node, Blueprint<M> blueprint, Duration within) {
    node.refuseToBlock("GenClient.start");
    return startAsync(node, blueprint, within).join().orThrow(blueprint.label());
  }

  /**
   * Starts a process, and kills it if it does not serve in time; completes with what came of it.
   */
  public static <M> CompletableFuture<Started<M>> startAsync(
      Node node, Blueprint<M> blueprint, Duration within) {
    var outcome = new CompletableFuture<Started<M>>();
    var limit = new StartLimit<M>(outcome::complete);
    try {
      Process<M> process = node.spawn(blueprint, null, false, limit::ended);
      limit.begin(
          node.seams().timers(),
          within,
          () -> node.router().exit(node.outside(), process.pid(), ExitReason.KILL));
    } catch (NameTakenException taken) {
      outcome.complete(new Started.Failed<>(StartException.alreadyStarted(taken.holder())));
    }
    return outcome;
  }

  /**
   * As {@link Self#startLink}, but kills the process if it does not serve in time; {@code then} is
   * told that it failed with {@code timeout}.
   */
  public static <M> Address<M> startLink(
      Self<?> self, Blueprint<M> blueprint, Duration within, Consumer<Started<M>> then) {
    var limit = new StartLimit<M>(then);
    Address<M> address = self.startLink(blueprint, limit::ended);
    Pid pid = address.pid();
    if (pid != null) {
      limit.begin(
          self.node().seams().timers(),
          within,
          () -> self.post(() -> self.exit(pid, ExitReason.KILL)));
    }
    return address;
  }

  /** Tells a process that was killed for its slow start from one that failed otherwise. */
  private static final class StartLimit<M> {
    private static final ExitReason TIMEOUT = ExitReason.of(Atom.of("timeout"));
    private final Consumer<Started<M>> then;
    private final CompletableFuture<Boolean> decided = new CompletableFuture<>();

    StartLimit(Consumer<Started<M>> then) {
      this.then = then;
    }

    void begin(Timers timers, Duration within, Runnable kill) {
      Timers.Timer timer =
          timers.after(
              within,
              () -> {
                if (decided.complete(false)) {
                  kill.run();
                }
              });
      var _ = decided.thenRun(timer::cancel);
    }

    void ended(Started<M> outcome) {
      boolean inTime = decided.complete(true) || decided.join();
      then.accept(
          !inTime && outcome instanceof Started.Failed<M>
              ? new Started.Failed<>(TIMEOUT)
              : outcome);
    }
  }

  // --- many nodes
  // ----------------------------------------------------------------------------------

  /**
   * What servers of many nodes replied.
   *
   * @param replies by node, in the order in which they were asked
   * @param badNodes those without a reply: no such node or server, or too slow
   */
  public record Replies<R>(Map<Atom, R> replies, List<Atom> badNodes) {
    public Replies {
      replies = Collections.unmodifiableMap(new LinkedHashMap<>(replies));
      badNodes = List.copyOf(badNodes);
    }
  }

  /** Returns this node and all that it is connected with now: whom multi_call asks by default. */
  public static List<String> allNodes(Node node) {
    var names = new ArrayList<String>();
    names.add(node.name().name());
    Network network = node.network();
    if (network != null) {
      var peers = new TreeSet<String>();
      network.peers().forEach(peer -> peers.add(peer.name()));
      names.addAll(peers);
    }
    return names;
  }

  /**
   * Calls the servers of one name on many nodes and waits for all of them: {@code
   * gen_server:multi_call/4}.
   */
  public static <R, Q extends Request<R>> Replies<R> multiCall(
      Node node,
      Collection<String> nodes,
      String name,
      TermCodec<? super Q> codec,
      Q request,
      Duration within) {
    node.refuseToBlock("GenClient.multiCall");
    return multiCallAsync(node, nodes, name, codec, request, within).join();
  }

  /** Calls the servers of one name on many nodes; completes when all have replied or failed. */
  public static <R, Q extends Request<R>> CompletableFuture<Replies<R>> multiCallAsync(
      Node node,
      Collection<String> nodes,
      String name,
      TermCodec<? super Q> codec,
      Q request,
      Duration within) {
    Map<Atom, CompletableFuture<R>> asked = new LinkedHashMap<>();
    for (String each : nodes) {
      asked.put(Atom.of(each), Weft.callAsync(node.address(name, each, codec), request, within));
    }
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
        .handle((_, _) -> repliesOf(asked));
  }

  private static <R> Replies<R> repliesOf(Map<Atom, CompletableFuture<R>> asked) {
    Map<Atom, R> replies = new LinkedHashMap<>();
    List<Atom> badNodes = new ArrayList<>();
    asked.forEach((node, reply) -> {
      if (reply.isCompletedExceptionally()) {
        badNodes.add(node);
      } else {
        replies.put(node, reply.join());
      }
    });
    return new Replies<>(replies, badNodes);
  }

  /** Casts to the servers of one name on many nodes: {@code gen_server:abcast/3}. */
  public static <M> void abcast(
      Node node, Collection<String> nodes, String name, TermCodec<M> codec, M message) {
    for (String each : nodes) {
      node.address(name, each, codec).cast(message);
    }
  }
}
