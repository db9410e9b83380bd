package io.weft.node;

import io.weft.runtime.Timers;
import io.weft.runtime.TurnThread;
import io.weft.runtime.Urgency;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One process: the turn, and what each signal does.
 *
 * <h2>A turn</h2>
 *
 * The process takes in every queued signal. Messages join the mailbox; all other signals act at
 * once, in order, so that a long mailbox does not hold up an exit. Then it handles up to {@link
 * #MESSAGES_A_TURN} messages, and yields to the others if more are left. All state below the inbox
 * belongs to the turn and needs no lock: the inbox hands it from one carrier to the next.
 *
 * <h2>The end</h2>
 *
 * A process that ends goes through {@link Phase#ENDING}: the behaviour's last hooks have run, but
 * one of them holds the process because work it started is not finished. Only then is it closed:
 * its name is freed, its table entry goes, links and watchers are told, its own monitors are ended,
 * and what was still in the inbox is answered as a dead process answers. Where that is much, it
 * takes several turns: {@link Farewell}.
 *
 * <h2>Size</h2>
 *
 * There may be millions, idle. What few of them need stands in {@link Extras}, made on demand.
 */
final class Process<M> extends Mailbox implements Self<M>, Runnable {
  /**
   * Enough to pay for a switch, few enough that a flooded process does not starve its neighbours.
   */
  private static final int MESSAGES_A_TURN = 128;

  /** Where a process stands in its life. */
  private enum Phase {
    NEW,
    SERVING,
    /** It ends when the present handler is done. */
    STOPPING,
    /** Its last hooks have run. */
    ENDING
  }

  private final Node node;
  private final Pid pid;
  private final @Nullable Ancestry parent;
  private final @Nullable MailboxGauge gauge;
  private Blueprint<M> blueprint;
  private Behavior<M> behavior;
  private volatile @Nullable Atom name;
  private @Nullable Message current;
  private @Nullable Extras<M> extras;
  private Phase phase = Phase.NEW;
  private boolean trapExit;
  private final boolean root;
  private boolean ordinary;
  private short holds;

  Process(Node node, Pid pid, Blueprint<M> blueprint, @Nullable Ancestry parent, boolean root) {
    this.node = node;
    this.pid = pid;
    this.blueprint = blueprint;
    this.behavior = blueprint.newBehavior();
    this.parent = parent;
    this.root = root;
    this.trapExit = blueprint.trapsExit();
    this.ordinary = isOrdinary(blueprint, behavior);
    this.gauge = MailboxGauge.of(blueprint.mailbox());
  }

  private static boolean isOrdinary(Blueprint<?> blueprint, Behavior<?> behavior) {
    return blueprint.urgency() == Urgency.NORMAL && !(behavior instanceof StraightLine);
  }

  boolean isOrdinary() {
    return ordinary;
  }

  // --- the turn ----------------------------------------------------------------------------------

  @Override
  public void run() {
    if (ordinary && Thread.currentThread() instanceof TurnThread thread) {
      Object outer = thread.running();
      thread.running(this);
      try {
        turn();
      } finally {
        thread.running(outer);
      }
      return;
    }
    Process<?> outer = Node.enter(this);
    try {
      if (behavior instanceof StraightLine<M> body) {
        body.inTurn(this::turn);
      } else {
        turn();
      }
    } finally {
      Node.leave(outer);
    }
  }

  private void turn() {
    if (phase == Phase.NEW) {
      phase = Phase.SERVING;
      guard(() -> behavior.start(this));
    }
    int left = MESSAGES_A_TURN;
    do {
      takeIn(takeAll());
      if (extras != null) {
        acknowledgeStart(extras);
      }
      left--; // one that keeps signalling itself yields too
      while (left > 0 && goOn()) {
        left--;
      }
    } while (!settle(left > 0));
  }

  /**
   * Does what comes next: what must come before the next message, or that; false if nothing may.
   */
  private boolean goOn() {
    if (extras != null && mayContinue(extras)) {
      Runnable action = Objects.requireNonNull(extras.nextContinuation());
      guard(action::run);
      return true;
    }
    if (!mayHandle()) {
      return false;
    }
    handle(Objects.requireNonNull(poll()));
    return true;
  }

  /** Whether something comes before the next message. */
  private boolean mayContinue(Extras<M> extras) {
    return extras.hasContinuation(!hasMessages() && isInboxEmpty()) && isServing();
  }

  private boolean isServing() {
    return holds == 0 && phase == Phase.SERVING && (extras == null || !extras.isSuspended());
  }

  /** Whether a message waits that a turn may handle; a straight-line body takes its own. */
  private boolean mayHandle() {
    return isServing() && hasMessages() && (ordinary || !(behavior instanceof StraightLine));
  }

  /**
   * Decides what comes after the messages: the end, another turn, or sleep. False if the present
   * turn may go on, because something came meanwhile.
   */
  private boolean settle(boolean mayGoOn) {
    if (phase == Phase.STOPPING && holds == 0) {
      end(reason(), true);
    }
    if (phase == Phase.ENDING && holds == 0) {
      finish(reason());
    }
    if (isClosed()) {
      return true;
    }
    noteBacklog();
    if (!mayHandle() && (extras == null || !mayContinue(extras))) {
      if (tryPark()) {
        return true;
      }
      if (mayGoOn) {
        return false;
      }
    }
    node.executeLater(this);
    return true;
  }

  private void noteBacklog() {
    if (!hasMessages()) {
      if (extras != null) {
        extras.backlogSince = 0;
      }
    } else if (extras().backlogSince == 0) {
      extras().backlogSince = node.seams().clock().nanoTime() | 1;
    }
  }

  /**
   * Takes in what has arrived, before the turn does that is on its way: a straight-line body looks
   * for it, under its lock.
   */
  void takeInEarly() {
    takeIn(takeAll());
  }

  private void takeIn(@Nullable Signal oldest) {
    Signal signal = oldest;
    while (signal != null && !isClosed()) {
      Signal following = signal.next;
      signal.next = null;
      signal.arrive(this);
      signal = following;
    }
    while (signal != null) {
      Signal following = signal.next;
      signal.bounce(node.router(), pid);
      signal = following;
    }
  }

  private void handle(Message message) {
    if (!taken(message)) {
      message.passedOver(this);
      return;
    }
    current = message;
    if (extras != null) {
      noticeForIdle(message);
      if (extras.debug != null && !isOfSystem(message)) {
        extras.debug.received(message);
      }
    }
    try {
      message.handle(this);
    } catch (Throwable failure) {
      failed(failure);
    }
    if (isServing()) {
      current = null;
      if (extras != null && extras.debug != null) {
        extras.debug.handled();
      }
    }
  }

  /** Every message ends the wait for idleness; one of the system lets it begin anew. */
  private void noticeForIdle(Message message) {
    Extras.IdleTimeout timeout = extras == null ? null : extras.idle();
    if (extras == null || timeout == null) {
      return;
    }
    extras.notIdle();
    if (isOfSystem(message)) {
      whenIdle(timeout.delay, timeout.action);
    }
  }

  // --- messages arrive ---------------------------------------------------------------------------

  /** Enqueues a message that was delivered without regard to the bound of the mailbox. */
  void enqueueIfRoom(Message message) {
    if (gauge == null || gauge.admitArrived(this, message)) {
      enqueue(message);
    }
  }

  void enqueue(Message message) {
    if (phase == Phase.ENDING) {
      if (gauge != null) {
        gauge.forget(message);
      }
    } else if (!ordinary && behavior instanceof StraightLine<M> body) {
      add(body.opened(message));
      body.somethingNew();
    } else {
      add(message);
    }
  }

  /** A message leaves the mailbox: false if its bound has given it up. */
  boolean taken(Message message) {
    return gauge == null || gauge.taken(message);
  }

  /** Whether a message in the mailbox is only what its bound left of it. */
  boolean gaveUp(Message message) {
    return gauge != null && gauge.gaveUp(message);
  }

  private void deliver(Info info) {
    enqueue(new Message.Report(info));
  }

  /** Whether the term is the reply to a call of this process, which ends with it. */
  boolean takeReply(Term term) {
    return extras != null && extras.calls.takeReply(term);
  }

  boolean takeReply(Reference alias, Term term) {
    return extras != null && extras.calls.takeReply(alias, term);
  }

  /** A suspended process handles system messages at once, and leaves all others for later. */
  boolean takeSystemMessage(Message.OfTerm message) {
    if (!handlesSystemMessagesAtOnce() || !GenProtocol.isSystem(message.term)) {
      return false;
    }
    guard(() -> message.handle(this));
    return true;
  }

  /** A suspended process waits for nothing else, and a straight-line body does not know them. */
  boolean handlesSystemMessagesAtOnce() {
    return behavior instanceof StraightLine || isSuspended();
  }

  // --- exits arrive ------------------------------------------------------------------------------

  void onLinkExit(Signal.LinkExit exit) {
    if (extras == null || !extras.ties.breakLink(exit.from)) {
      return;
    }
    if (trapExit) {
      takeExit(exit.from, exit.reason);
    } else if (!exit.reason.isNormal()) {
      end(exit.reason, false);
    }
  }

  void onExit(Signal.Exit exit) {
    if (exit.reason.equals(ExitReason.KILL)) {
      end(ExitReason.KILLED, false);
      finish(ExitReason.KILLED);
    } else if (trapExit) {
      takeExit(exit.from, exit.reason);
    } else if (!exit.reason.isNormal() || exit.from.equals(pid)) {
      end(exit.reason, false);
    }
  }

  /** The exit of the parent reaches a suspended process too: it may wait for ever else. */
  private void takeExit(Pid from, ExitReason reason) {
    var exit = new Info.Exit(from, reason);
    if (isSuspended() && from.equals(parent())) {
      guard(() -> behavior.info(this, exit));
      resume(); // to end may take messages
    } else {
      deliver(exit);
    }
  }

  void onDown(Signal.Down down) {
    if (extras == null || !extras.ties.reported(down.monitor)) {
      return;
    }
    RemoteCalls.RemoteCall<?> call = extras.calls.end(down.monitor);
    if (call == null) {
      deliverReport(extras, new Info.Down(down.monitor, down.item, down.reason));
    } else {
      guard(() -> call.serverEnded(down.reason));
    }
  }

  private void deliverReport(Extras<M> extras, Info.Down down) {
    Function<Info.Down, ? extends M> report = extras.takeReport(down.monitor());
    if (report == null) {
      deliver(down);
    } else {
      guard(() -> enqueue(new Message.ReportAs(down, report.apply(down))));
    }
  }

  // --- the start and the end ---------------------------------------------------------------------

  /** Runs a step of the behaviour; a failure that escapes ends the process. */
  void guard(Step step) {
    if (isClosed()) {
      return;
    }
    try {
      step.run();
    } catch (Throwable failure) {
      failed(failure);
    }
  }

  @FunctionalInterface
  interface Step {
    void run() throws Exception;
  }

  /** As {@link #guard}; a suspended process puts the step off until it is resumed. */
  void act(Step step) {
    if (extras == null || !extras.putOff(step)) {
      guard(step);
    }
  }

  void failed(Throwable failure) {
    if (isClosed()) {
      return;
    }
    holds = 0;
    end(failure instanceof ExitException exit ? exit.reason() : ExitReason.crash(failure), true);
  }

  /**
   * Begins the end: runs the behaviour's last hooks once. Links and monitors are told by {@link
   * #finish}.
   */
  private void end(ExitReason reason, boolean byItself) {
    if (phase == Phase.ENDING) {
      return;
    }
    boolean started = phase != Phase.NEW;
    phase = Phase.ENDING;
    reason(reason);
    holds = 0;
    if (started && byItself) {
      lastStep(() -> behavior.terminate(this, reason));
    }
    ExitReason last = reason();
    lastStep(() -> behavior.ended(this, last));
    if (byItself || !reason().equals(reason)) {
      CrashReport.log(this, reason(), current, depth());
    }
    if (isSuspended()) {
      resume(); // what is under way may hold the end
    }
  }

  /** A failure while ending is the new reason, as a crash in terminate is in OTP. */
  private void lastStep(Step step) {
    try {
      step.run();
    } catch (ExitException exit) {
      reason(exit.reason());
    } catch (Throwable failure) {
      reason(ExitReason.crash(failure));
    }
  }

  /** Why it stops or ends; most end normally, and need nothing to say so. */
  private void reason(ExitReason reason) {
    if (extras != null || !reason.isNormal()) {
      extras().reason = reason;
    }
  }

  private ExitReason reason() {
    return extras == null || extras.reason == null ? ExitReason.NORMAL : extras.reason;
  }

  private void finish(ExitReason reason) {
    if (isClosed()) {
      return;
    }
    if (name != null) {
      node.registry().forget(this);
    }
    node.processes().remove(pid);
    Signal rest = close();
    if (name != null) { // given by another thread since
      node.registry().forget(this);
    }
    Extras<M> last = extras;
    if (last != null) {
      acknowledgeFailure(last, reason);
    }
    current = null;
    extras = null;
    if (Farewell.isShort(this, last, rest)) {
      sayFarewell(last, reason, rest);
    } else {
      new Farewell(this, last, reason, rest).run();
    }
  }

  private void sayFarewell(@Nullable Extras<M> last, ExitReason reason, @Nullable Signal rest) {
    if (last != null) {
      last.ties.cut(reason);
      last.calls.abandon(reason);
    }
    takeIn(rest);
    for (Message waiting = poll(); waiting != null; waiting = poll()) {
      waiting.abandoned();
    }
    forgotten();
  }

  /** All whom the end concerns are told. */
  void forgotten() {
    if (gauge != null) {
      gauge.close();
    }
    node.finished(pid);
  }

  private void acknowledgeStart(Extras<M> extras) {
    if (isServing()) {
      Extras.StartNews<M> news = extras.takeStart();
      if (news != null && news.waiting != null) {
        news.waiting.accept(new Started.Ok<>(address(), news.info));
      }
    }
  }

  private void acknowledgeFailure(Extras<M> extras, ExitReason reason) {
    Extras.StartNews<M> news = extras.takeFailedStart();
    if (news != null && news.waiting != null) {
      news.waiting.accept(news.ignored ? new Started.Ignored<>() : new Started.Failed<>(reason));
    }
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
    return leader == null ? node.outside() : leader;
  }

  @Override
  public void groupLeader(Pid leader) {
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
    return extras().dictionary();
  }

  @Override
  public void register(String name) {
    node.registry().register(Atom.of(name), this);
  }

  // --- Self: processes ---------------------------------------------------------------------------

  @Override
  public <T> Address<T> spawn(Blueprint<T> child) {
    return node.spawn(child, this, false, null).address();
  }

  @Override
  public <T> Address<T> spawnLink(Blueprint<T> child) {
    return node.spawn(child, this, true, null).address();
  }

  @Override
  public <T> Address<T> startLink(Blueprint<T> child, Consumer<Started<T>> then) {
    return node.spawn(child, this, true, outcome -> post(() -> then.accept(outcome))).address();
  }

  // --- Self: links, exits, monitors, aliases -----------------------------------------------------

  @Override
  public void link(Pid other) {
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
    if (extras != null) {
      extras.ties.unlink(other);
    }
  }

  @Override
  public boolean trapExit(boolean trap) {
    boolean before = trapExit;
    trapExit = trap;
    return before;
  }

  @Override
  public void exit(Pid other, ExitReason reason) {
    node.router().exit(pid, other, reason);
  }

  @Override
  public void stop(ExitReason reason) {
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
    extras().start().ignored = true;
    stop(ExitReason.NORMAL);
  }

  @Override
  public void startInfo(Object info) {
    extras().start().info = info;
  }

  @Override
  public Reference monitor(Target target) {
    Reference monitor = nextReference();
    extras().ties.watch(target, monitor);
    return monitor;
  }

  @Override
  public Reference monitor(Target target, AliasMode alias) {
    Reference monitor = nextReference();
    extras().ties.watch(target, monitor, alias);
    return monitor;
  }

  @Override
  public Reference monitor(Target target, Function<Info.Down, ? extends M> report) {
    Reference monitor = nextReference();
    extras().reports().put(monitor, report);
    extras().ties.watch(target, monitor);
    return monitor;
  }

  @Override
  public boolean demonitor(Reference monitor, boolean flush) {
    boolean existed = extras != null && extras.ties.unwatch(monitor);
    if (existed) {
      extras().takeReport(monitor);
    }
    if (flush) {
      take(null, message -> message.isReportOf(monitor));
    }
    return existed;
  }

  @Override
  public Reference alias(AliasMode mode) {
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
    return extras != null && extras.ties.unalias(alias);
  }

  // --- Self: calls -------------------------------------------------------------------------------

  @Override
  public <R, Q extends Request<R>> void call(
      Address<? super Q> server,
      Q request,
      @Nullable Duration within,
      Consumer<CallResult<R>> then) {
    extras().calls.begin(server, request, within, CallReply.typed(server, request, then));
  }

  @Override
  public void callTerm(
      Address<Term> server,
      Term request,
      @Nullable Duration within,
      Consumer<CallResult<Term>> then) {
    extras().calls.begin(server, request, within, CallReply.ofTerms(server, then));
  }

  // --- Self: time and turns ----------------------------------------------------------------------

  @Override
  public <T> ProcessTimer sendAfter(Duration delay, Address<T> to, T message) {
    return newTimer(delay, () -> to.tell(message));
  }

  @Override
  public ProcessTimer startTimer(Duration delay, Function<Reference, ? extends M> message) {
    M content = message.apply(nextReference());
    return newTimer(delay, () -> address().tell(content));
  }

  private ProcessTimer newTimer(Duration delay, Runnable send) {
    return new ProcessTimer(node.seams().clock(), node.seams().timers(), delay, send);
  }

  @Override
  public void next(Runnable action) {
    extras().next(action);
  }

  @Override
  public void whenIdle(Duration delay, Runnable action) {
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
    return node.seams().timers().after(delay, () -> post(action));
  }

  @Override
  public void post(Runnable action) {
    node.router().deliver(this, new Signal.Task(action));
  }

  @Override
  public void hold() {
    holds++;
  }

  @Override
  public void release() {
    if (holds > 0) {
      holds--;
    }
  }

  @Override
  public void holdStart() {
    extras().start().held = true;
  }

  @Override
  public void releaseStart() {
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

  // --- system messages ---------------------------------------------------------------------------

  void suspend() {
    Extras<M> mine = extras();
    if (mine.isSuspended()) {
      return;
    }
    mine.suspend();
    while (true) {
      Message waiting = take(null, Process::isOfSystem);
      if (waiting == null || !mine.isSuspended()) {
        return;
      }
      guard(() -> waiting.handle(this));
    }
  }

  private static boolean isOfSystem(Message message) {
    return message instanceof Message.OfSys
        || message instanceof Message.OfTerm term && GenProtocol.isSystem(term.term);
  }

  void resume() {
    extras().resume().forEach(this::act);
    if (behavior instanceof StraightLine<M> body) {
      body.somethingNew();
    }
  }

  boolean isSuspended() {
    return extras != null && extras.isSuspended();
  }

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

  /** Nobody wants to know of events any more. */
  void debugDone() {
    extras().debug = null;
  }

  /** A straight-line body has taken a message. */
  void takenByBody(Message message) {
    if (extras != null && extras.debug != null) {
      extras.debug.received(message);
    }
  }

  /** Returns what {@link Behavior#state} shows. */
  @Nullable Object stateShown() throws Exception {
    return behavior.state(this);
  }

  boolean isMyTurn() {
    return Node.current() == this;
  }

  Duration backlogAge() {
    long since = extras == null ? 0 : extras.backlogSince;
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

  @Nullable Atom name() {
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

  Extras<M> extras() {
    Extras<M> present = extras;
    if (present == null) {
      present = new Extras<>(this);
      extras = present;
    }
    return present;
  }

  Reference nextReference() {
    return extras().nextReference(pid);
  }

  /** Another behaviour takes over: see {@link CodeTrial}. */
  void change(Blueprint<M> to, @Nullable Object extra) throws Exception {
    CodeTrial.begin(this, to, extra).commitNow();
  }

  void become(Blueprint<M> blueprint, Behavior<M> behavior) {
    this.blueprint = blueprint;
    this.behavior = behavior;
    ordinary = isOrdinary(blueprint, behavior);
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
