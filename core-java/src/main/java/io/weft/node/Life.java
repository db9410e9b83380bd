package io.weft.node;

import io.weft.runtime.TurnThread;
import io.weft.runtime.Urgency;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The life of a process: its turns, what each signal does, and its end.
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
abstract class Life<M> extends Mailbox implements Runnable {
  /**
   * Enough to pay for a switch, few enough that a flooded process does not starve its neighbours.
   */
  private static final int MESSAGES_A_TURN = 128;

  /** Where a process stands in its life. */
  enum Phase {
    NEW,
    SERVING,
    /** It ends when the present handler is done. */
    STOPPING,
    /** Its last hooks have run. */
    ENDING
  }

  final Node node;
  final Pid pid;
  final @Nullable Ancestry parent;
  final @Nullable MailboxGauge gauge;
  Blueprint<M> blueprint;
  Behavior<M> behavior;
  volatile @Nullable Atom name;
  private @Nullable Message current;
  @Nullable Extras<M> extras;
  Phase phase = Phase.NEW;
  boolean trapExit;
  final boolean root;
  private boolean ordinary;
  short holds;

  Life(Node node, Pid pid, Blueprint<M> blueprint, @Nullable Ancestry parent, boolean root) {
    this.node = node;
    this.pid = pid;
    this.blueprint = blueprint;
    this.behavior = blueprint.newBehavior();
    this.parent = parent;
    this.root = root;
    this.trapExit = blueprint.trapsExit();
    this.ordinary = isOrdinary(node, blueprint, behavior);
    this.gauge = MailboxGauge.of(blueprint.mailbox());
  }

  private static boolean isOrdinary(Node node, Blueprint<?> blueprint, Behavior<?> behavior) {
    return blueprint.urgency() == Urgency.NORMAL
        && !(behavior instanceof Receiving)
        && node.observer() == null;
  }

  /** Goes on with other code. */
  void become(Blueprint<M> blueprint, Behavior<M> behavior) {
    this.blueprint = blueprint;
    this.behavior = behavior;
    ordinary = isOrdinary(node, blueprint, behavior);
  }

  /** This life, as that of the process it is. */
  abstract Process<M> self();

  /**
   * Whether it is event-driven, of normal urgency and not observed, as most are: asked with every
   * message.
   */
  boolean isOrdinary() {
    return ordinary;
  }

  // --- the turn ----------------------------------------------------------------------------------

  @Override
  public void run() {
    if (ordinary && Thread.currentThread() instanceof TurnThread thread) {
      Object outer = thread.running();
      thread.running(self());
      try {
        turn();
      } finally {
        thread.running(outer);
      }
      return;
    }
    Process<?> outer = Node.enter(self());
    Observer observer = node.observer();
    Observer.Scope seen =
        observer == null ? Observer.Scope.NONE : observer.entered(self(), Observer.Work.TURN);
    try {
      if (behavior instanceof StraightLine<M> body) {
        body.inTurn(this::turn);
      } else {
        turn();
      }
    } finally {
      seen.close();
      Node.leave(outer);
    }
  }

  private void turn() {
    if (phase == Phase.NEW) {
      phase = Phase.SERVING;
      guard(this::startBehavior);
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

  /** Begins in what was current where the process was started, if that is known. */
  private void startBehavior() throws Exception {
    Observer.Scope born = extras == null ? Observer.Scope.NONE : extras.enterBirth();
    try {
      behavior.start(self());
    } finally {
      born.close();
    }
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
    if (!ordinary && behavior instanceof Stepwise<M> body) {
      guard(body::goOn);
    } else {
      handle(Objects.requireNonNull(poll()));
    }
    return true;
  }

  /** Whether something comes before the next message. */
  private boolean mayContinue(Extras<M> extras) {
    return extras.hasContinuation(!hasMessages() && isInboxEmpty()) && isServing();
  }

  private boolean isServing() {
    return holds == 0 && phase == Phase.SERVING && (extras == null || extras.mayServe());
  }

  /** Whether a message waits that a turn may handle. */
  private boolean mayHandle() {
    return isServing() && (ordinary ? hasMessages() : mayHandleOrReceive());
  }

  /**
   * A straight-line body takes its messages beside the turns; a stepwise one those it waits for.
   */
  private boolean mayHandleOrReceive() {
    return switch (behavior) {
      case StraightLine<M> _ -> false;
      case Stepwise<M> body -> body.mayGoOn();
      default -> hasMessages();
    };
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
    node.executeLater(self());
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
      signal.arrive(self());
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
      message.passedOver(self());
      return;
    }
    current = message;
    if (extras != null) {
      noticeForIdle(message);
      if (extras.debug != null && !isOfSystem(message)) {
        extras.debug.received(message);
      }
      if (extras.isTraced()) {
        leaveTrace(message);
      }
    }
    try {
      if (ordinary) {
        message.handle(self());
      } else {
        handleSeen(message);
      }
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

  /** A message without a trace token takes away the one there was; reports leave it. */
  void leaveTrace(Message message) {
    if (!(message instanceof Message.Report || message instanceof Message.ReportAs)) {
      self().traced().take(null);
    }
  }

  /** Handles a message while an observer looks on, if there is one. */
  private void handleSeen(Message message) throws Exception {
    Observer.Handling handling = received(message);
    if (handling == null) {
      message.handle(self());
      return;
    }
    Observer.Scope scope = handling.enter();
    Throwable escaped = null;
    try {
      message.handle(self());
    } catch (Throwable failure) {
      escaped = failure;
      throw failure;
    } finally {
      scope.close();
      if (escaped != null || holds == 0) {
        handled(escaped);
      }
    }
  }

  /** Tells the observer of a message; returns what that makes of it. */
  Observer.@Nullable Handling received(Message message) {
    Observer observer = node.observer();
    if (observer == null || isOfSystem(message)) {
      return null;
    }
    Trail trail = message.trail();
    Object context = trail == null ? null : trail.context();
    Observer.Handling handling = Contents.seenBy(observer, self(), message, context);
    if (handling != null) {
      extras().abroad().handling = handling;
    }
    return handling;
  }

  /** What was handled last is done. */
  void handled(@Nullable Throwable failure) {
    Observer.Handling handling = extras == null ? null : extras.seenAbroad().handling;
    if (handling != null) {
      extras().abroad().handling = null;
      handling.done(failure);
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
      self().whenIdle(timeout.delay, timeout.action);
    }
  }

  // --- messages arrive ---------------------------------------------------------------------------

  /** Enqueues a message that was delivered without regard to the bound of the mailbox. */
  void enqueueIfRoom(Message message) {
    if (gauge == null || gauge.admitArrived(self(), message)) {
      enqueue(message);
    }
  }

  void enqueue(Message message) {
    if (phase == Phase.ENDING) {
      if (gauge != null) {
        gauge.forget(message);
      }
    } else if (!ordinary && behavior instanceof Receiving<M> body) {
      add(Letter.opened(self(), message));
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

  final void deliver(Info info) {
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
    guard(() -> message.handle(self()));
    return true;
  }

  /** A suspended process waits for nothing else, and a body that receives does not know them. */
  boolean handlesSystemMessagesAtOnce() {
    return behavior instanceof Receiving || isSuspended();
  }

  // --- exits arrive ------------------------------------------------------------------------------

  void onLinkExit(Signal.LinkExit exit) {
    if (extras == null || !extras.ties.breakLink(exit.from)) {
      return;
    }
    if (trapExit) {
      takeExit(exit.from, exit.reason, exit.trail());
    } else if (!exit.reason.isNormal()) {
      end(exit.reason, false);
    }
  }

  void onExit(Signal.Exit exit) {
    if (exit.reason.equals(ExitReason.KILL)) {
      end(ExitReason.KILLED, false);
      finish(ExitReason.KILLED);
    } else if (trapExit) {
      takeExit(exit.from, exit.reason, exit.trail());
    } else if (!exit.reason.isNormal() || exit.from.equals(pid)) {
      end(exit.reason, false);
    }
  }

  /** The exit of the parent reaches a suspended process too: it may wait for ever else. */
  private void takeExit(Pid from, ExitReason reason, @Nullable Trail trail) {
    var exit = new Info.Exit(from, reason);
    if (isSuspended() && from.equals(self().parent())) {
      guard(() -> behavior.info(self(), exit));
      resume(); // to end may take messages
    } else {
      enqueue(trail == null ? new Message.Report(exit) : new Message.TracedReport(exit, trail));
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

  /** As {@link #guard}; a process that must not serve puts the step off until it may. */
  void act(Step step) {
    if (extras == null || !extras.putOff(step)) {
      guard(step);
    }
  }

  /** Does what was put off, until something stands against it again. */
  private void catchUp(Standstill standstill) {
    Step step = standstill.next();
    while (step != null) {
      guard(step);
      step = standstill.next();
    }
  }

  void onRoom(PeerSession session) {
    Standstill standstill = extras().standstill();
    standstill.roomOn(session);
    catchUp(standstill);
  }

  void failed(Throwable failure) {
    if (isClosed()) {
      return;
    }
    holds = 0;
    handled(failure);
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
      lastStep(() -> behavior.terminate(self(), reason));
    }
    ExitReason last = reason();
    lastStep(() -> behavior.ended(self(), last));
    if (byItself || !reason().equals(reason)) {
      report();
    }
    if (extras != null && !extras.mayServe()) {
      extras.standstill().end();
      resumed(); // what is under way may hold the end
    }
  }

  private void report() {
    ExitReason reason = reason();
    Observer observer = node.observer();
    Observer.Scope scope =
        observer == null || reason.isOrderly()
            ? Observer.Scope.NONE
            : observer.crashed(self(), reason);
    try {
      CrashReport.log(self(), reason, current, depth());
    } finally {
      scope.close();
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
  final void reason(ExitReason reason) {
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
      node.registry().forget(self());
    }
    node.processes().remove(pid);
    Signal rest = close();
    if (name != null) { // given by another thread since
      node.registry().forget(self());
    }
    handled(null);
    Extras<M> last = extras;
    if (last != null) {
      acknowledgeFailure(last, reason);
      last.seenAbroad().endNodeMonitors();
    }
    current = null;
    extras = null;
    if (last != null && last.isTraced()) {
      extras().abroad().trace = last.abroad().trace; // goes with the ends of links
    }
    Observer observer = node.observer();
    if (observer != null) {
      observer.ended(self(), reason);
    }
    if (Farewell.isShort(self(), last, rest)) {
      sayFarewell(last, reason, rest);
    } else {
      new Farewell(self(), last, reason, rest).run();
    }
  }

  private void sayFarewell(@Nullable Extras<M> last, ExitReason reason, @Nullable Signal rest) {
    if (last != null) {
      last.ties.cut(reason);
      last.calls.abandon(reason);
      last.seenAbroad()
          .spawnRequests()
          .forEachRemaining(request -> SpawnRequests.abandon(request, reason));
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
        news.waiting.accept(new Started.Ok<>(self().address(), news.info));
      }
    }
  }

  private void acknowledgeFailure(Extras<M> extras, ExitReason reason) {
    Extras.StartNews<M> news = extras.takeFailedStart();
    if (news != null && news.waiting != null) {
      news.waiting.accept(news.ignored ? new Started.Ignored<>() : new Started.Failed<>(reason));
    }
  }

  // --- system messages ---------------------------------------------------------------------------

  void suspend() {
    Extras<M> mine = extras();
    if (mine.isSuspended()) {
      return;
    }
    mine.standstill().suspend();
    while (true) {
      Message waiting = take(null, Life::isOfSystem);
      if (waiting == null || !mine.isSuspended()) {
        return;
      }
      guard(() -> waiting.handle(self()));
    }
  }

  private static boolean isOfSystem(Message message) {
    return message instanceof Message.OfSys
        || message instanceof Message.OfTerm term && GenProtocol.isSystem(term.term);
  }

  void resume() {
    extras().standstill().resume();
    resumed();
  }

  private void resumed() {
    catchUp(extras().standstill());
    if (behavior instanceof Receiving<M> body) {
      body.somethingNew();
    }
  }

  boolean isSuspended() {
    return extras != null && extras.isSuspended();
  }

  Extras<M> extras() {
    Extras<M> present = extras;
    if (present == null) {
      present = new Extras<>(self());
      extras = present;
    }
    return present;
  }
}
