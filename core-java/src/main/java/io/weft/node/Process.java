package io.weft.node;

import io.weft.runtime.Timers;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.wire.CompressionWish;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One process: what it is to its behaviour, as {@link Self}, and to the rest of the node. How it
 * lives is told in {@link Life}.
 */
@SuppressWarnings("ReferenceEquality") // processes are themselves
class Process<M> extends Life<M> implements Self<M>, Observed {
  Process(Node node, Pid pid, Blueprint<M> blueprint, @Nullable Ancestry parent, boolean root) {
    super(node, pid, blueprint, parent, root);
  }

  @Override
  Process<M> self() {
    return this;
  }

  // --- Self: who ---------------------------------------------------------------------------------

  @Override
  public Pid pid() {
    return pid;
  }

  @Override
  public Address<M> address() {
    return new ProcessAddress<>(this);
  }

  @Override
  public Node node() {
    return node;
  }

  @Override
  public Pid parent() {
    return parent == null ? node.outside() : parent.pid();
  }

  @Override
  public String label() {
    return blueprint.label();
  }

  @Override
  public Pid groupLeader() {
    Pid leader = extras == null ? null : extras.groupLeader;
    return leader == null ? node.user() : leader;
  }

  @Override
  public void groupLeader(Pid leader) {
    requireTurn("groupLeader");
    extras().groupLeader = leader;
  }

  @Override
  public void groupLeader(Pid of, Pid leader) {
    if (of.equals(pid)) {
      groupLeader(leader);
    } else if (!node.router().groupLeader(leader, of)) {
      throw new NoSuchProcessException(of);
    }
  }

  @Override
  public Map<Term, Term> dictionary() {
    requireTurn("dictionary");
    return extras().dictionary();
  }

  @Override
  public void compression(@Nullable CompressionWish wish) {
    requireTurn("compression");
    node.compressionWishes().put(pid, wish);
  }

  @Override
  public void register(String name) {
    requireTurn("register");
    node.registry().register(Atom.of(name), this);
  }

  @Override
  public @Nullable Class<?> protocol() {
    return blueprint.protocol();
  }

  @Override
  public int waitingMessages() {
    return gauge == null ? depth() : gauge.depth();
  }

  @Override
  public Observer.@Nullable Capture handling() {
    return extras == null ? null : extras.seenAbroad().handling;
  }

  @Override
  public Observer.Scope enteredAway() {
    Observer observer = node.observer();
    return observer == null || isMyTurn()
        ? Observer.Scope.NONE
        : observer.entered(this, Observer.Work.AWAY);
  }

  // --- Self: processes ---------------------------------------------------------------------------

  @Override
  public <T> Address<T> spawn(Blueprint<T> child) {
    requireTurn("spawn");
    return node.spawn(child, this, false, null).address();
  }

  @Override
  public <T> Address<T> spawnLink(Blueprint<T> child) {
    requireTurn("spawnLink");
    return node.spawn(child, this, true, null).address();
  }

  @Override
  public <T> Address<T> startLink(Blueprint<T> child, Consumer<Started<T>> then) {
    requireTurn("startLink");
    return node.spawn(child, this, true, outcome -> post(() -> then.accept(outcome))).address();
  }

  @Override
  public Reference spawnRequest(RemoteSpawn wish, Consumer<SpawnResult> then) {
    requireTurn("spawnRequest");
    return extras().abroad().spawns(this).send(wish, nextReference(), then);
  }

  @Override
  public Reference spawnRequest(
      RemoteSpawn wish, Function<Info.Down, ? extends M> report, Consumer<SpawnResult> then) {
    requireTurn("spawnRequest");
    Reference request = nextReference();
    extras().reports().put(request, report);
    RemoteSpawn monitored = wish.monitored() ? wish : wish.monitor();
    return extras().abroad().spawns(this).send(monitored, request, then);
  }

  @Override
  public boolean abandonSpawn(Reference request) {
    requireTurn("abandonSpawn");
    return extras().abroad().spawns(this).abandon(request);
  }

  // --- Self: links, exits, monitors, aliases -----------------------------------------------------

  @Override
  public void link(Pid other) {
    requireTurn("link");
    if (other.equals(pid) || extras().ties.link(other)) {
      return;
    }
    if (!trapExit) {
      throw new NoSuchProcessException(other);
    }
    deliver(new Info.Exit(other, ExitReason.NOPROC));
  }

  @Override
  public void unlink(Pid other) {
    requireTurn("unlink");
    if (extras != null) {
      extras.ties.unlink(other);
    }
  }

  @Override
  public boolean trapExit(boolean trap) {
    requireTurn("trapExit");
    boolean before = trapExit;
    trapExit = trap;
    return before;
  }

  @Override
  public void exit(Pid other, ExitReason reason) {
    requireTurn("exit");
    node.router().exit(pid, other, reason);
  }

  @Override
  public void stop(ExitReason reason) {
    requireTurn("stop");
    if (phase == Phase.SERVING || phase == Phase.NEW) {
      phase = Phase.STOPPING;
      reason(reason);
    }
  }

  @Override
  public boolean isStopping() {
    return phase == Phase.STOPPING || phase == Phase.ENDING;
  }

  @Override
  public void ignore() {
    requireTurn("ignore");
    extras().start().ignored = true;
    stop(ExitReason.NORMAL);
  }

  @Override
  public void startInfo(Object info) {
    requireTurn("startInfo");
    extras().start().info = info;
  }

  @Override
  public Reference monitor(Target target) {
    requireTurn("monitor");
    Reference monitor = nextReference();
    extras().ties.watch(target, monitor);
    return monitor;
  }

  @Override
  public Reference monitor(Target target, AliasMode alias) {
    requireTurn("monitor");
    Reference monitor = nextReference();
    extras().ties.watch(target, monitor, alias);
    return monitor;
  }

  @Override
  public Reference monitor(Target target, Function<Info.Down, ? extends M> report) {
    requireTurn("monitor");
    Reference monitor = nextReference();
    extras().reports().put(monitor, report);
    extras().ties.watch(target, monitor);
    return monitor;
  }

  @Override
  public boolean demonitor(Reference monitor, boolean flush) {
    requireTurn("demonitor");
    boolean existed = extras != null && extras.ties.unwatch(monitor);
    if (existed) {
      extras().takeReport(monitor);
    }
    if (flush) {
      take(null, message -> message.isReportOf(monitor));
      if (behavior instanceof Stepwise<M> body) {
        body.messageGone();
      }
    }
    return existed;
  }

  @Override
  public Reference alias(AliasMode mode) {
    requireTurn("alias");
    if (mode != AliasMode.EXPLICIT_UNALIAS && mode != AliasMode.REPLY) {
      throw new IllegalArgumentException(
          "alias mode " + mode + " needs a monitor: use monitor(target, mode)");
    }
    Reference alias = nextReference();
    extras().ties.alias(alias, mode);
    return alias;
  }

  @Override
  public boolean unalias(Reference alias) {
    requireTurn("unalias");
    return extras != null && extras.ties.unalias(alias);
  }

  // --- Self: nodes -------------------------------------------------------------------------------

  @Override
  public NodeMonitor monitorNodes(NodeKind kind, Function<? super NodeEvent, ? extends M> message) {
    requireTurn("monitorNodes");
    var news = new NodeNews<M, NodeEvent>(this, message);
    return news.from(node.monitorNodes(kind, news));
  }

  @Override
  public NodeMonitor monitorNode(Atom peer, Function<? super NodeEvent.Down, ? extends M> message) {
    requireTurn("monitorNode");
    var news = new NodeNews<M, NodeEvent.Down>(this, message);
    return news.from(node.monitorNode(peer, news));
  }

  // --- Self: calls -------------------------------------------------------------------------------

  @Override
  public <R, Q extends Request<R>> void call(
      Address<? super Q> server,
      Q request,
      @Nullable Duration within,
      Consumer<CallResult<R>> then) {
    Observer.Calling seen = seen(server, request);
    CallReply<R> reply = CallReply.typed(server, request, seen(seen, then));
    begin(server, request, within, From.NO_DEADLINE, reply, seen);
  }

  @Override
  public void callTerm(
      Address<Term> server,
      Term request,
      @Nullable Duration within,
      Consumer<CallResult<Term>> then) {
    Observer.Calling seen = seen(server, request);
    CallReply<Term> reply = CallReply.ofTerms(server, seen(seen, then));
    begin(server, request, within, From.NO_DEADLINE, reply, seen);
  }

  @Override
  public <R, Q extends Request<R>> void pass(
      From caller, Address<? super Q> server, Q request, Consumer<CallResult<R>> then) {
    Observer.Calling seen = seen(server, request);
    CallReply<R> reply = CallReply.typed(server, request, seen(seen, then));
    begin(server, request, null, caller.deadline(), reply, seen);
  }

  @Override
  public void passTerm(
      From caller, Address<Term> server, Term request, Consumer<CallResult<Term>> then) {
    Observer.Calling seen = seen(server, request);
    CallReply<Term> reply = CallReply.ofTerms(server, seen(seen, then));
    begin(server, request, null, caller.deadline(), reply, seen);
  }

  <Q, R> void begin(
      Address<? super Q> server,
      Q request,
      @Nullable Duration within,
      long deadline,
      CallReply<R> reply,
      Observer.@Nullable Calling seen) {
    requireTurn("call");
    Object context = seen == null ? null : seen.context();
    extras().calls.begin(server, request, within, deadline, reply, context);
  }

  private Observer.@Nullable Calling seen(Address<?> server, Object request) {
    Observer observer = node.observer();
    return observer == null
        ? null
        : observer.called(new Observer.Sent(Observer.Kind.CALL, this, server, request));
  }

  /** Goes on in what is current now, after the observer has heard of the result. */
  private <R> Consumer<CallResult<R>> seen(
      Observer.@Nullable Calling seen, Consumer<CallResult<R>> then) {
    Observer observer = node.observer();
    Observer.Capture here = observer == null ? null : observer.capture();
    if (seen == null && here == null) {
      return then;
    }
    return result -> {
      if (seen != null) {
        seen.done(result);
      }
      Observer.Scope scope = here == null ? Observer.Scope.NONE : here.enter();
      try {
        then.accept(result);
      } finally {
        scope.close();
      }
    };
  }

  // --- Self: time and turns ----------------------------------------------------------------------

  @Override
  public <T> ProcessTimer sendAfter(Duration delay, Address<T> to, T message) {
    return newTimer(delay, () -> to.tell(message));
  }

  @Override
  public ProcessTimer startTimer(Duration delay, Function<Reference, ? extends M> message) {
    requireTurn("startTimer");
    M content = message.apply(nextReference());
    return newTimer(delay, () -> address().tell(content));
  }

  private ProcessTimer newTimer(Duration delay, Runnable send) {
    return new ProcessTimer(node.seams().clock(), node.seams().timers(), delay, send);
  }

  @Override
  public void next(Runnable action) {
    requireTurn("next");
    extras().next(action);
  }

  @Override
  public void whenIdle(Duration delay, Runnable action) {
    requireTurn("whenIdle");
    var timeout = new Extras.IdleTimeout(delay, action);
    extras().whenIdle(timeout);
    if (delay.isPositive()) {
      timeout.timer = after(delay, () -> timeout.due = true);
    } else {
      timeout.due = true;
    }
  }

  @Override
  public Timers.Timer after(Duration delay, Runnable action) {
    Runnable step = carrying(action);
    return node.seams().timers().after(delay, () -> submit(step));
  }

  @Override
  public void post(Runnable action) {
    submit(carrying(action));
  }

  private void submit(Runnable action) {
    node.router().deliver(this, new Signal.Task(action));
  }

  /** Returns the action, run in what is current here for an observer. */
  private Runnable carrying(Runnable action) {
    Observer observer = node.observer();
    Observer.Capture here = observer == null ? null : observer.capture();
    if (here == null) {
      return action;
    }
    return () -> {
      Observer.Scope scope = here.enter();
      try {
        action.run();
      } finally {
        scope.close();
      }
    };
  }

  @Override
  public void hold() {
    requireTurn("hold");
    holds++;
  }

  @Override
  public void release() {
    requireTurn("release");
    if (holds > 0) {
      holds--;
      if (holds == 0) {
        handled(null);
      }
    }
  }

  @Override
  public void holdStart() {
    requireTurn("holdStart");
    extras().start().held = true;
  }

  @Override
  public void releaseStart() {
    requireTurn("releaseStart");
    extras().start().held = false;
  }

  @Override
  public void warn(String format, Object... arguments) {
    node.log().warn(this, format, arguments);
  }

  /** Returns the process that a behaviour of this package sees as its {@code self}. */
  static <M> Process<M> of(Self<M> self) {
    return (Process<M>) self;
  }

  // --- for sys -----------------------------------------------------------------------------------

  SystemDebug debug() {
    Extras<M> mine = extras();
    SystemDebug present = mine.debug;
    if (present == null) {
      present = new SystemDebug(this);
      mine.debug = present;
    }
    return present;
  }

  /** Returns what answers the caller, and lets whoever follows the process know of the answer. */
  From noting(From caller) {
    return extras == null || extras.debug == null ? caller : extras.debug.noting(caller);
  }

  /**
   * The process has sent more than a connection takes: it handles no further message, timer or
   * answer until there is room. A straight-line body waits here.
   */
  void waitForRoom(PeerSession session) {
    if (behavior instanceof StraightLine<M> body) {
      body.waitForRoom(session);
    } else if (extras().standstill().stallOn(session)) {
      session.whenRoom(() -> node.router().deliver(this, new Signal.Room(session)));
    }
  }

  @Override
  public void debug(Supplier<? extends SystemEvent> event) {
    if (extras != null && extras.debug != null) {
      extras.debug.told(event);
    }
  }

  /** Nobody wants to know of events any more. */
  void debugDone() {
    extras().debug = null;
  }

  /** A body that receives has taken a message. */
  void takenByBody(Message message) {
    if (extras != null && extras.debug != null) {
      extras.debug.received(message);
    }
    Trail trail = message.trail();
    if (trail != null) {
      traced().take(trail);
    } else if (extras != null && extras.isTraced()) {
      leaveTrace(message);
    }
    if (node.observer() != null) {
      handled(null);
      received(message);
    }
  }

  /** Returns its trace token, if there ever was one. */
  @Nullable SequentialTrace trace() {
    return extras == null ? null : extras.seenAbroad().trace;
  }

  /** Returns its trace token, or the place for one. */
  SequentialTrace traced() {
    Abroad abroad = extras().abroad();
    SequentialTrace present = abroad.trace;
    if (present == null) {
      present = new SequentialTrace();
      abroad.trace = present;
    }
    return present;
  }

  /** What came as a term was read. */
  void decoded(Object message) {
    Observer.Handling handling = extras == null ? null : extras.seenAbroad().handling;
    if (handling != null) {
      handling.decoded(message);
    }
  }

  /** Returns what {@link Behavior#state} shows. */
  @Nullable Object stateShown() throws Exception {
    return behavior.state(this);
  }

  boolean isMyTurn() {
    return Node.current() == this;
  }

  /**
   * Refuses what touches the state of the process from outside of its turns. A straight-line body
   * has them while it holds their lock.
   *
   * @throws IllegalStateException naming what is to be done instead
   */
  void requireTurn(String what) {
    if (Node.current() != this) {
      throw NotItsTurn.of(this, what);
    }
    if (!isOrdinary() && behavior instanceof StraightLine<M> body && !body.isActing()) {
      throw NotItsTurn.withoutDoes(this, what);
    }
  }

  @Override
  public Duration backlogAge() {
    Extras<M> seen = extras;
    long since = seen == null ? 0 : seen.backlogSince;
    return since == 0 ? Duration.ZERO : Duration.ofNanos(node.seams().clock().nanoTime() - since);
  }

  // --- for the package ---------------------------------------------------------------------------

  Behavior<M> behavior() {
    return behavior;
  }

  TermCodec<M> codec() {
    return blueprint.codec();
  }

  /** Whether messages are terms, and the generic protocol is to be looked for in each. */
  boolean speaksTerms() {
    return blueprint.codec() == IdentityCodec.INSTANCE;
  }

  Blueprint<M> blueprint() {
    return blueprint;
  }

  @Nullable MailboxGauge gauge() {
    return gauge;
  }

  @Override
  public @Nullable Atom name() {
    return name;
  }

  void name(@Nullable Atom name) {
    this.name = name;
  }

  @Nullable Ancestry parentAncestry() {
    return parent;
  }

  /** What this process is to its children. In its turn only. */
  Ancestry ancestry() {
    Extras<M> mine = extras();
    Ancestry present = mine.ancestry;
    if (present == null) {
      present = new Ancestry(pid, label(), parent);
      mine.ancestry = present;
    }
    return present;
  }

  /** Tells whether nobody but the node itself answers for this process. */
  boolean isRoot() {
    return root;
  }

  boolean trapsExit() {
    return trapExit;
  }

  Reference nextReference() {
    return extras().nextReference(pid);
  }

  /** Another behaviour takes over: see {@link CodeTrial}. */
  void change(Blueprint<M> to, @Nullable Object extra) throws Exception {
    CodeTrial.begin(this, to, extra).commitNow();
  }

  /** The way crash reports and logs show the process: label, pid, and name if it has one. */
  @Override
  public String toString() {
    Atom registered = name;
    String suffix =
        registered == null || registered.name().equals(label())
            ? ""
            : " registered as " + registered;
    return label() + " " + pid + suffix;
  }
}
