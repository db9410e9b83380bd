package io.weft.node;

import io.weft.etf.NodeAlias;
import io.weft.runtime.Clock;
import io.weft.runtime.Scheduler;
import io.weft.runtime.Seams;
import io.weft.runtime.TurnThread;
import io.weft.runtime.Urgency;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.wire.handshake.PeerInfo;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A set of processes with one name: what an Erlang node is. All methods are callable from any
 * thread.
 *
 * <pre>{@code
 * try (Node node = Node.start(NodeOptions.builder("shop@127.0.0.1").cookie("secret").build())) {
 *   Address<Counter> counter = node.start(CounterServer.blueprint());
 *   counter.tell(new Counter.Add(5));
 * }
 * }</pre>
 */
public final class Node implements AutoCloseable {
  private static final ThreadLocal<@Nullable Process<?>> CURRENT = new ThreadLocal<>();

  /** Creations 0 to 3 are what nodes of old releases use. */
  private static final int FIRST_CREATION = 4;

  private static final Atom USER = Atom.of("user");

  /** The node in the pids of its own processes, which do not change when it gets a name. */
  private final Atom home;

  private final int homeCreation;
  private volatile @Nullable NodeAlias given;
  private final Seams seams;
  private final boolean ownsSeams;
  private final Router router;
  private final @Nullable StartGate startGate;
  private final Registry registry = new Registry();
  private final ProcessTable processes;
  private final Scheduler scheduler;
  private final Pid outside;
  private final Map<String, Map<String, Object>> env;
  private final SystemLogs systemLogs;
  private final CompletableFuture<Void> emptied = new CompletableFuture<>();
  private final NodeLog processLog;
  private final Functions functions = new Functions();
  private final SpawnAcceptor spawnAcceptor = new SpawnAcceptor(this);
  private final MessageLimit messageLimit;
  private final @Nullable Observer observer;
  private final Tracing tracing;
  private final NodeMonitors nodeMonitors;
  private final LongAdder termsRefused = new LongAdder();
  private final CompressionWishes compressionWishes = new CompressionWishes();
  private final Map<Class<?>, Object> services = new ConcurrentHashMap<>();
  private final Deque<Supplier<? extends CompletionStage<?>>> beforeClose =
      new ConcurrentLinkedDeque<>();
  private volatile boolean stopping;
  private volatile @Nullable Network network;
  private @Nullable CompletableFuture<Void> stopped;

  private Node(
      NodeOptions options, Function<Clock, NodeLog> newLog, Function<Node, Router> newRouter) {
    startGate = options.startGate();
    home = Atom.of(options.dynamic() ? NodeOptions.NO_NAME : options.name());
    ownsSeams = options.seams() == null;
    seams = options.seams() == null ? ownSeams(options) : options.seams();
    homeCreation = options.distributed() ? newCreation(seams) : 0;
    scheduler = seams.scheduler();
    observer = Observers.of(options.observers(), seams.clock());
    tracing = new Tracing(this, observer);
    router = newRouter.apply(this);
    nodeMonitors = new NodeMonitors(seams.clock());
    processLog = newLog.apply(seams.clock());
    messageLimit = new MessageLimit(options.maxMessageBytes(), processLog.messages);
    processes =
        new ProcessTable(home, homeCreation, options.maxProcesses(), scheduler.parallelism());
    outside = new Pid(home, 0, 0, homeCreation);
    systemLogs = new SystemLogs(options.systemLogs());
    env = options.env();
  }

  private static Seams ownSeams(NodeOptions options) {
    return options.carriers() == 0 ? Seams.system() : Seams.system(options.carriers());
  }

  /** A new life of a name must not be taken for the former one; 32 random bits tell them apart. */
  private static int newCreation(Seams seams) {
    int creation = seams.entropy().nextInt();
    return Integer.compareUnsigned(creation, FIRST_CREATION) < 0
        ? creation + FIRST_CREATION
        : creation;
  }

  /**
   * Starts a node. When this returns a node with a name is reachable by its peers.
   *
   * @throws NodeStartException if it has a name but no network module is on the class path, or the
   *     network refused it
   */
  public static Node start(NodeOptions options) {
    return start(options, NodeLog::new);
  }

  static Node start(NodeOptions options, Function<Clock, NodeLog> newLog) {
    return start(options, newLog, Router::new);
  }

  static Node start(
      NodeOptions options, Function<Clock, NodeLog> newLog, Function<Node, Router> newRouter) {
    Node node = new Node(options, newLog, newRouter);
    if (node.observer != null) {
      node.observer.started(node);
    }
    if (options.distributed()) {
      try {
        Network network = provider(options).create(node, options);
        node.network = network;
        ServiceLoader.load(NodeService.class).forEach(service -> service.start(node, options));
        network.open();
      } catch (RuntimeException failure) {
        node.close();
        throw failure;
      }
    }
    return node;
  }

  private static NetworkProvider provider(NodeOptions options) {
    NetworkProvider chosen = options.networkProvider();
    return chosen != null ? chosen : installedProvider(options);
  }

  private static NetworkProvider installedProvider(NodeOptions options) {
    return ServiceLoader.load(NetworkProvider.class)
        .findFirst()
        .orElseThrow(() ->
            new NodeStartException(
                "node "
                    + options.name()
                    + " needs a network, but no NetworkProvider is on the class path: add io.weft:weft-dist,"
                    + " or start it with NodeOptions.local()"));
  }

  // --- identity ----------------------------------------------------------------------------------

  /**
   * Returns {@code name@host}: {@code node()}. Of a node with a {@linkplain NodeOptions#dynamic
   * dynamic} name the one that it has now, {@code nonode@nohost} while it has none.
   */
  public Atom name() {
    NodeAlias now = given;
    return now == null ? home : now.outer();
  }

  /** Returns what tells this life of the name from others; part of every pid as peers see it. */
  public int creation() {
    NodeAlias now = given;
    return now == null ? homeCreation : now.outerCreation();
  }

  /**
   * Whether that is a process of this node, alive or not. A node with a dynamic name gives none of
   * its names to the pids of its own processes: they are processes of {@code nonode@nohost},
   * whatever peers call them.
   */
  public boolean isHere(Pid pid) {
    return isCalled(pid.node());
  }

  /** Whether that is a name of this node. */
  public boolean isCalled(Atom node) {
    if (node.equals(home)) {
      return true;
    }
    NodeAlias now = given;
    return now != null && node.equals(now.outer());
  }

  /** Returns the configuration of applications that the node was started with. */
  public Map<String, Map<String, Object>> env() {
    return env;
  }

  /** Returns who sees what happens here, all observers as one; null if there is none. */
  public @Nullable Observer observer() {
    return observer;
  }

  /**
   * Shows each process that lives here, in no order, to {@code look}: on this thread, while they
   * run. Takes a while where there are many.
   */
  public void forEachProcess(Consumer<? super Observed> look) {
    processes.forEach(look::accept);
  }

  /** Returns what the node runs on. */
  public Seams seams() {
    return seams;
  }

  /**
   * Returns the one object of its kind that belongs to this node, made at the first call: what
   * keeps a subject's state for the whole node.
   */
  public <T> T service(Class<T> kind, Function<Node, T> make) {
    return kind.cast(services.computeIfAbsent(kind, _ -> make.apply(this)));
  }

  /**
   * Runs {@code step} when the node stops, while its processes still live, and waits for what it
   * returns; the last one given runs first. It must not block.
   */
  public void beforeClose(Supplier<? extends CompletionStage<?>> step) {
    beforeClose.push(step);
  }

  /** Returns the functions that other nodes may run here. */
  public Functions functions() {
    return functions;
  }

  /** Returns the connections to other nodes, or null for a node without a network. */
  public @Nullable Network network() {
    return network;
  }

  // --- other nodes -------------------------------------------------------------------------------

  /** Returns the visible nodes this one is connected with, sorted: {@code nodes()}. */
  public List<Atom> nodes() {
    return nodes(NodeKind.VISIBLE);
  }

  /** Returns the nodes of a kind that this one is connected with, sorted: {@code nodes/1}. */
  public List<Atom> nodes(NodeKind kind) {
    return nodeMonitors.nodes(kind);
  }

  /** Returns what the handshake told of a peer that is connected, else null. */
  public @Nullable PeerInfo peer(Atom name) {
    return nodeMonitors.find(name);
  }

  /**
   * Tells {@code listener} of each node of a kind that is connected or lost from now on: {@code
   * net_kernel:monitor_nodes}. It is called by threads of the network, one at a time, in the order
   * of what happens, and must not block. Inside a process use {@link Self#monitorNodes}.
   */
  public NodeMonitor monitorNodes(NodeKind kind, Consumer<? super NodeEvent> listener) {
    return nodeMonitors.watch(kind, listener);
  }

  /**
   * Connects with a node, if need be, and tells {@code listener} once when the connection ends or
   * could not be made: {@code erlang:monitor_node}. Called by a thread of the network, or by this
   * one if it has no way at all; it must not block. Inside a process use {@link Self#monitorNode}.
   */
  public NodeMonitor monitorNode(Atom peer, Consumer<? super NodeEvent.Down> listener) {
    var watch = new NodeWatch(listener);
    if (!isCalled(peer)) {
      router.watchNode(peer, watch);
    }
    return watch;
  }

  // --- processes ---------------------------------------------------------------------------------

  /**
   * Starts a process and returns at once; what it does in its start may still fail.
   *
   * @throws NameTakenException if the blueprint's name is registered
   * @throws TooManyProcessesException if there are as many processes as there may be
   */
  public <M> Address<M> spawn(Blueprint<M> blueprint) {
    return spawn(blueprint, null, false, null).address();
  }

  /**
   * Starts a process and completes with how its start ended. A name that is taken is a failure like
   * any other.
   */
  public <M> CompletableFuture<Started<M>> startAsync(Blueprint<M> blueprint) {
    var outcome = new CompletableFuture<Started<M>>();
    try {
      spawn(blueprint, null, false, outcome::complete);
    } catch (NameTakenException taken) {
      outcome.complete(new Started.Failed<>(StartException.alreadyStarted(taken.holder())));
    }
    return outcome;
  }

  /**
   * Starts a process and waits until it serves.
   *
   * @throws StartException if it ended before it served
   */
  public <M> Address<M> start(Blueprint<M> blueprint) {
    refuseToBlock("start");
    return Weft.join(this, startAsync(blueprint)).orThrow(blueprint.label());
  }

  <M> Process<M> spawn(
      Blueprint<M> blueprint,
      @Nullable Process<?> parent,
      boolean link,
      @Nullable Consumer<Started<M>> awaitingStart) {
    Ancestry ancestry = parent == null ? null : parent.ancestry();
    Process<M> process = newProcess(blueprint, ancestry, parent == null || !link);
    Pid pid = process.pid();
    Pid leader = parent == null || parent.extras == null ? null : parent.extras.groupLeader;
    if (leader != null) {
      process.extras().groupLeader = leader;
    }
    if (awaitingStart != null) {
      process.extras().start().waiting = awaitingStart;
    }
    if (parent != null && link) {
      parent.extras().ties.linkedFromBirth(pid);
      process.extras().ties.linkedFromBirth(parent.pid());
    }
    if (tracing.isOn()) {
      bear(process, parent);
    }
    begin(process);
    return process;
  }

  /** The new process has what whoever starts it has: a trace token, and contexts. */
  private void bear(Process<?> process, @Nullable Process<?> parent) {
    SequentialTrace trace = parent == null ? null : parent.trace();
    if (trace != null) {
      process.traced().inherit(trace);
    }
    if (observer != null) {
      Observer.Capture birth = observer.capture();
      if (birth != null) {
        process.extras().abroad().birth = birth;
      }
    }
  }

  /**
   * Starts a process for one that may live elsewhere.
   *
   * @param prepare runs before the process does
   */
  <M> void spawnFor(Blueprint<M> blueprint, Ancestry requester, Consumer<Process<M>> prepare) {
    Process<M> process = newProcess(blueprint, requester, true);
    prepare.accept(process);
    begin(process);
  }

  private void begin(Process<?> process) {
    if (observer != null) {
      observer.spawned(process);
    }
    schedule(process);
    if (stopping && process.isRoot()) { // it came after all were asked to end
      router.exit(outside, process.pid(), ExitReason.SHUTDOWN);
    }
  }

  private void refuseIfStopping() {
    if (stopping) {
      throw new IllegalStateException(this + " is stopping; it starts no more processes");
    }
  }

  private <M> Process<M> newProcess(
      Blueprint<M> blueprint, @Nullable Ancestry parent, boolean root) {
    Pid pid = processes.reserve();
    try {
      refuseIfStopping(); // with a place reserved: else the node would wait for the process
      Process<M> process = router.newProcess(pid, blueprint, parent, root);
      if (startGate != null) {
        passGate(startGate, process);
      }
      compressionWishes.put(pid, blueprint.compression());
      processes.put(pid, process);
      if (blueprint.name() != null) {
        registry.register(blueprint.name(), process);
      }
      return process;
    } catch (RuntimeException refused) {
      processes.remove(pid);
      finished(pid);
      throw refused;
    }
  }

  private <M> void passGate(StartGate gate, Process<M> process) {
    Process<?> starter = current();
    ExitReason refusal =
        gate.refusal(process.blueprint(), process.pid(), starter == null ? null : starter.pid());
    if (refusal != null) {
      process.become(process.blueprint(), new FailedStart<>(refusal));
    }
  }

  /** Returns the process registered as {@code name} here, or null. */
  public @Nullable Pid whereis(Atom name) {
    Process<?> process = registry.find(name);
    return process == null ? null : process.pid();
  }

  /** Returns all registered names, sorted. */
  public Set<Atom> registered() {
    return registry.names();
  }

  /**
   * Registers a process of this node.
   *
   * @throws IllegalArgumentException if the name is taken or {@code undefined}, the process has a
   *     name, or has ended
   */
  public void register(Atom name, Pid pid) {
    Process<?> process = find(pid);
    if (process == null) {
      throw new IllegalArgumentException("there is no process " + pid + " on " + name());
    }
    registry.register(name, process);
  }

  /** Frees a name; false if nobody held it. */
  public boolean unregister(Atom name) {
    return registry.unregister(name);
  }

  /** Sends an exit signal from outside of any process. */
  public void exit(Pid process, ExitReason reason) {
    router.exit(senderHere(), process, reason);
  }

  /** Tells whether this is a process of this node that has not ended. */
  public boolean isAlive(Pid pid) {
    return find(pid) != null;
  }

  /** Returns the processes that live here, in no order: {@code processes()}. */
  public List<Pid> processIds() {
    List<Pid> pids = new ArrayList<>();
    processes.forEach(process -> pids.add(process.pid()));
    return pids;
  }

  /** Returns how many processes live here, those included that are just ending. */
  public int processCount() {
    return processes.count();
  }

  /**
   * Returns how many messages, replies and exit reasons were too large for other nodes so far: see
   * {@link NodeOptions#maxMessageBytes}.
   */
  public long messagesTooLarge() {
    return messageLimit.exceeded();
  }

  /**
   * Returns how many terms were no message of the process they were sent to, by its codec: those
   * that were handled as {@link Info.Unknown}, and calls that were refused.
   */
  public long termsRefused() {
    return termsRefused.sum();
  }

  void termRefused() {
    termsRefused.increment();
  }

  // --- addresses ---------------------------------------------------------------------------------

  /** Returns the address of a process of any node that speaks the protocol of {@code codec}. */
  public <M> Address<M> address(Pid pid, TermCodec<M> codec) {
    return new TargetAddress<>(this, new Target.ByPid(pid), codec);
  }

  /** Returns the address of whoever is registered as {@code process} on {@code node}. */
  public <M> Address<M> address(String process, String node, TermCodec<M> codec) {
    Atom on = Atom.of(node);
    Target target = new Target.ByName(Atom.of(process), isCalled(on) ? home : on);
    return new TargetAddress<>(this, target, codec);
  }

  /**
   * Returns the address of an alias of any node, for messages of the protocol of {@code codec}. One
   * message after the other arrives as long as the alias is active when it is taken in; others are
   * dropped. An alias cannot be called or monitored.
   */
  public <M> Address<M> address(Reference alias, TermCodec<M> codec) {
    return new AliasAddress<>(this, alias, codec);
  }

  /** Returns the address of an alias of any node, for terms. */
  public Address<Term> address(Reference alias) {
    return address(alias, TermCodec.identity());
  }

  /** Returns the address of a process of any node that is spoken to in terms. */
  public Address<Term> address(Pid pid) {
    return address(pid, TermCodec.identity());
  }

  /** Returns the address of a name on any node that is spoken to in terms. */
  public Address<Term> address(String process, String node) {
    return address(process, node, TermCodec.identity());
  }

  // --- for the network ---------------------------------------------------------------------------

  /**
   * Gives the node a name, or with null takes it away. For the {@link Network} of a node with a
   * {@linkplain NodeOptions#dynamic dynamic} name.
   *
   * @return what the connections of the node translate by
   */
  public @Nullable NodeAlias rename(@Nullable Atom name, int creation) {
    NodeAlias now = name == null ? null : new NodeAlias(home, homeCreation, name, creation);
    given = now;
    return now;
  }

  /**
   * Makes the session for a connection that is live or being made. For implementations of {@link
   * Network}.
   */
  public PeerSession newSession(Atom peer, PeerChannel out) {
    return new PeerSession(this, peer, out);
  }

  // --- the end -----------------------------------------------------------------------------------

  /**
   * Begins to stop the node: {@code init:stop}. The steps of {@link #beforeClose} run; then its
   * processes are asked to shut down and, after ten seconds, killed; then the network sends what is
   * queued and closes. Completes when all is done. Any thread, a process of the node included;
   * idempotent.
   */
  public CompletableFuture<Void> stop() {
    synchronized (this) {
      if (stopped == null) {
        stopped = new NodeStop(this, emptied).begin(beforeClose);
      }
      return stopped;
    }
  }

  /** Stops the node, and blocks until that is done: see {@link #stop}. Idempotent. */
  @Override
  public void close() {
    refuseToBlock("close");
    CompletableFuture<Void> stopping = stop();
    seams.strands().await(stopping);
    Weft.join(stopping);
  }

  // --- for the package ---------------------------------------------------------------------------

  Router router() {
    return router;
  }

  /**
   * Stands for the node where no process is meant: sender of what outside threads send, parent of
   * root processes.
   */
  Pid outside() {
    return outside;
  }

  /** The node in the pids of its own processes. */
  Atom home() {
    return home;
  }

  NodeMonitors nodeMonitors() {
    return nodeMonitors;
  }

  Registry registry() {
    return registry;
  }

  /** The group leader of those who have no other. */
  Pid user() {
    Process<?> user = registry.find(USER);
    return user == null ? outside : user.pid();
  }

  /** Whether what it runs on ends with it. */
  boolean ownsSeams() {
    return ownsSeams;
  }

  Tracing tracing() {
    return tracing;
  }

  MessageLimit messageLimit() {
    return messageLimit;
  }

  /** Where processes write, and what they make the node write. */
  NodeLog log() {
    return processLog;
  }

  /** Returns where other nodes may have logs written. */
  SystemLogs systemLogs() {
    return systemLogs;
  }

  ProcessTable processes() {
    return processes;
  }

  CompressionWishes compressionWishes() {
    return compressionWishes;
  }

  /** What starts processes for other nodes. */
  SpawnAcceptor spawnAcceptor() {
    return spawnAcceptor;
  }

  @Nullable Process<?> find(Pid pid) {
    return processes.find(pid);
  }

  /** From now on no process starts, and the last one that ends is noticed. */
  void stopping() {
    stopping = true;
  }

  /** A process that was removed has told all whom its end concerns. */
  void finished(Pid pid) {
    compressionWishes.ended(pid);
    processes.release(pid);
    if (stopping && processes.count() == 0) {
      emptied.complete(null);
    }
  }

  /** Runs a turn of the process soon: it has something to do. */
  void schedule(Process<?> process) {
    if (process.isOrdinary()) {
      scheduler.execute(process);
      return;
    }
    if (process.behavior() instanceof StraightLine<?> body && body.takesTurn()) {
      return;
    }
    Urgency urgency = process.blueprint().urgency();
    if (urgency == Urgency.NORMAL) {
      scheduler.execute(process);
    } else {
      scheduler.execute(process, urgency);
    }
  }

  /** Runs another turn of the process after those of others: it has used up one. */
  void executeLater(Process<?> process) {
    Urgency urgency = process.blueprint().urgency();
    if (urgency == Urgency.NORMAL) {
      scheduler.executeLater(process);
    } else {
      scheduler.execute(process, urgency);
    }
  }

  // --- whose turn --------------------------------------------------------------------------------

  /** Returns the process whose turn the calling thread runs, or null. */
  static @Nullable Process<?> current() {
    Object running =
        Thread.currentThread() instanceof TurnThread thread ? thread.running() : CURRENT.get();
    return (Process<?>) running;
  }

  /**
   * Marks the process whose turn the calling thread runs; returns the one it interrupts, for {@link
   * #leave}.
   */
  static @Nullable Process<?> enter(Process<?> process) {
    Process<?> outer = current();
    leave(process);
    return outer;
  }

  static void leave(@Nullable Process<?> outer) {
    if (Thread.currentThread() instanceof TurnThread thread) {
      thread.running(outer);
    } else {
      CURRENT.set(outer);
    }
  }

  /** Returns whom a signal sent by the calling thread is from. */
  Pid senderHere() {
    Process<?> process = current();
    return process != null && process.node() == this ? process.pid() : outside;
  }

  /** A blocking call in a turn would hold up the carrier, and its own process for ever. */
  void refuseToBlock(String what) {
    refuseToBlock(what, "use the methods of Self, which do not, in Kotlin those that suspend");
  }

  /**
   * For what blocks its thread: fails where that thread runs turns of processes. A body that has a
   * thread of its own may block.
   *
   * @param what what blocks, as its users call it
   * @param instead what to do about it
   * @throws IllegalStateException inside a process that must not block
   */
  public void refuseToBlock(String what, String instead) {
    Process<?> process = current();
    if (process != null && !(process.behavior() instanceof StraightLine<?>)) {
      throw new IllegalStateException(
          what + " blocks and must not be used inside a process; " + instead);
    }
  }

  @Override
  public String toString() {
    return "node " + name();
  }
}
