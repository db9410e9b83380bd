package io.weft.node;

import io.weft.runtime.Timers;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process: the turn, and what each signal does.
 *
 * <h2>A turn</h2>
 *
 * The process takes in every queued signal. Messages join the message queue; all other signals act
 * at once, in order, so that a long queue of messages does not hold up an exit. Then it handles up
 * to {@link #MESSAGES_A_TURN} messages, and yields to the others if more are left. All state below
 * the inbox belongs to the turn and needs no lock: the inbox hands it from one carrier to the next.
 *
 * <h2>The end</h2>
 *
 * A process that ends goes through {@code ending}: the behaviour's last hooks have run, but one of
 * them holds the process because work it started is not finished. Only then is it closed: its name
 * is freed, its table entry goes, links and watchers are told, its own monitors are ended, and what
 * was still in the inbox is answered as a dead process answers.
 */
final class Process<M> extends Inbox implements Self<M>, Runnable {
  private static final Logger log = LoggerFactory.getLogger("io.weft.process");

  /**
   * Enough to pay for a switch, few enough that a flooded process does not starve its neighbours.
   */
  private static final int MESSAGES_A_TURN = 128;

  private final Node node;
  private final Pid pid;
  private final Blueprint<M> blueprint;
  private final Behavior<M> behavior;
  private final ProcessAddress<M> address;
  private final @Nullable Ancestry parent;
  private final boolean root;
  private final MessageQueue messages = new MessageQueue();
  private @Nullable Consumer<Started<M>> awaitingStart;

  private volatile @Nullable Atom name;
  private boolean started;
  private boolean trapExit;
  private int holds;
  private boolean startHeld;
  private @Nullable ExitReason stopping;
  private @Nullable ExitReason ending;
  private boolean ignored;
  private @Nullable ArrayDeque<Runnable> continuations;
  private @Nullable IdleTimeout idle;
  private @Nullable Object current;
  private long lastReference;

  private @Nullable LinkTable links;
  private @Nullable MonitorTable monitors;
  private @Nullable Map<Reference, AliasMode> aliases;
  private @Nullable Map<Reference, PendingCall<?>> calls;

  Process(
      Node node,
      Pid pid,
      Blueprint<M> blueprint,
      @Nullable Ancestry parent,
      boolean root,
      @Nullable Consumer<Started<M>> awaitingStart) {
    this.node = node;
    this.pid = pid;
    this.blueprint = blueprint;
    this.behavior = blueprint.newBehavior();
    this.parent = parent;
    this.root = root;
    this.awaitingStart = awaitingStart;
    this.trapExit = blueprint.trapsExit();
    this.address = new ProcessAddress<>(this);
  }

  // --- the turn
  // ----------------------------------------------------------------------------------------------------

  @Override
  public void run() {
    Process<?> outer = node.enter(this);
    try {
      turn();
    } finally {
      node.leave(outer);
    }
  }

  private void turn() {
    if (!started) {
      started = true;
      guard(() -> behavior.start(this));
    }
    takeIn(takeAll());
    if (awaitingStart != null && !startHeld && holds == 0 && ending == null && stopping == null) {
      acknowledge(new Started.Ok<>(address));
    }
    for (int i = 0; i < MESSAGES_A_TURN && goOn(); i++) {
      handle(messages.poll());
    }
    settle();
  }

  /** Runs what must come before the next message; true if that may be handled now. */
  private boolean goOn() {
    for (Runnable first = nextContinuation(); first != null; first = nextContinuation()) {
      guard(first::run);
    }
    return mayHandle();
  }

  private @Nullable Runnable nextContinuation() {
    if (!isServing()) {
      return null;
    }
    if (continuations != null && !continuations.isEmpty()) {
      return continuations.poll();
    }
    IdleTimeout timeout = idle;
    if (timeout != null && timeout.due && messages.isEmpty() && isInboxEmpty()) {
      idle = null;
      return timeout.action;
    }
    return null;
  }

  private boolean mayHandle() {
    return isServing() && !messages.isEmpty();
  }

  private boolean isServing() {
    return holds == 0 && stopping == null && ending == null;
  }

  /** Decides what comes after the turn: the end, another turn, or sleep. */
  private void settle() {
    if (stopping != null && ending == null && holds == 0) {
      end(stopping, true);
    }
    if (ending != null && holds == 0) {
      finish(ending);
    } else if (!isClosed() && (mayHandle() || !tryPark())) {
      node.schedule(this);
    }
  }

  private void takeIn(@Nullable Signal oldest) {
    Signal signal = oldest;
    while (signal != null && !isClosed()) {
      Signal following = signal.next;
      signal.next = null;
      receive(signal);
      signal = following;
    }
    while (signal != null) {
      Signal following = signal.next;
      node.router().bounce(pid, signal);
      signal = following;
    }
  }

  private void receive(Signal signal) {
    switch (signal) {
      case Signal.Message message -> takeMessage(message);
      case Signal.AliasMessage message -> takeAliasMessage(message);
      case Signal.Link link -> onLink(link);
      case Signal.Unlink unlink -> onUnlink(unlink);
      case Signal.UnlinkAck ack -> links().onUnlinkAck(ack.from, ack.id);
      case Signal.LinkExit exit -> onLinkExit(exit);
      case Signal.Exit exit -> onExit(exit);
      case Signal.Monitor monitor -> monitors().watchedBy(monitor);
      case Signal.Demonitor demonitor -> monitors().unwatchedBy(demonitor.monitor);
      case Signal.Down down -> onDown(down);
      case Signal.Task task -> guard(task.action::run);
    }
  }

  private void handle(@Nullable Signal signal) {
    Object content =
        switch (signal) {
          case Signal.Message message -> message.payload;
          case Signal.AliasMessage message -> message.payload;
          case null, default -> throw new IllegalStateException("not a message: " + signal);
        };
    current = content;
    if (idle != null) {
      idle.cancel();
      idle = null;
    }
    guard(() -> dispatch(content));
    if (holds == 0 && stopping == null && ending == null) {
      current = null;
    }
  }

  private void dispatch(Object content) throws Exception {
    switch (content) {
      case Info info -> behavior.info(this, info);
      case CallMessage call -> dispatchCall(call.from(), call.request());
      case Term term -> dispatchTerm(term);
      default -> behavior.message(this, own(content));
    }
  }

  private void dispatchCall(From from, Object request) throws Exception {
    if (!(request instanceof Term term)) {
      behavior.call(this, own(request), from);
      return;
    }
    M decoded;
    try {
      decoded = codec().decode(term);
    } catch (TermMappingException unknown) {
      warn("refused the call {}: {}", term.abbreviate(500), String.valueOf(unknown.getMessage()));
      from.refuse(String.valueOf(unknown.getMessage()));
      return;
    }
    behavior.call(this, decoded, from.encoding(reply -> codec().encodeReply(decoded, reply)));
  }

  private void dispatchTerm(Term term) throws Exception {
    switch (GenProtocol.meaningOf(term)) {
      case GenProtocol.Meaning.Call call ->
          dispatchCall(From.foreign(node, pid, call.client(), call.tag()), call.request());
      case GenProtocol.Meaning.System system ->
          From.foreign(node, pid, system.client(), system.tag())
              .reply(GenProtocol.unknownSystemMessage(system.request()));
      case GenProtocol.Meaning.Message message -> dispatchContent(message.content());
    }
  }

  private void dispatchContent(Term term) throws Exception {
    M decoded;
    try {
      decoded = codec().decode(term);
    } catch (TermMappingException unknown) {
      behavior.info(this, new Info.Unknown(term, String.valueOf(unknown.getMessage())));
      return;
    }
    behavior.message(this, decoded);
  }

  /**
   * The one place where an object becomes a message of the protocol. Only an {@code Address<M>}
   * lets an object in, so it is an M unless an address was made for another protocol; the behaviour
   * then fails on it as on any wrong message.
   */
  @SuppressWarnings("unchecked")
  private M own(Object message) {
    return (M) message;
  }

  // --- messages
  // ----------------------------------------------------------------------------------------------------

  private void takeMessage(Signal.Message message) {
    if (calls != null && message.payload instanceof Term term) {
      Reference answered = GenProtocol.answeredBy(term);
      if (answered != null && completeCall(answered, term)) {
        return;
      }
    }
    enqueue(message);
  }

  private void takeAliasMessage(Signal.AliasMessage message) {
    if (completeCall(message.alias, message.payload)) {
      return;
    }
    AliasMode mode = aliases == null ? null : aliases.get(message.alias);
    if (mode == null || message.payload instanceof Answer) {
      return;
    }
    if (mode == AliasMode.REPLY || mode == AliasMode.REPLY_DEMONITOR) {
      unalias(message.alias);
    }
    if (mode == AliasMode.REPLY_DEMONITOR) {
      demonitor(message.alias, false);
    }
    enqueue(message);
  }

  private void enqueue(Signal message) {
    if (ending == null) {
      messages.add(message);
    }
  }

  private void deliver(Info info) {
    enqueue(new Signal.Message(info));
  }

  // --- links and exits
  // ---------------------------------------------------------------------------------------------

  private void onLink(Signal.Link link) {
    boolean active = links().onLink(link.from);
    if (active && link.session != null && !link.session.linkTaken(pid, link.from)) {
      onLinkExit(new Signal.LinkExit(link.from, ExitReason.NOCONNECTION));
    }
  }

  private void onUnlink(Signal.Unlink unlink) {
    links().onUnlink(unlink.from);
    node.router().linkGone(pid, unlink.from);
    if (unlink.id != 0) {
      node.router().unlinkAck(pid, unlink.from, unlink.id);
    }
  }

  private void onLinkExit(Signal.LinkExit exit) {
    if (links == null || !links.onExit(exit.from)) {
      return;
    }
    node.router().linkGone(pid, exit.from);
    if (trapExit) {
      deliver(new Info.Exit(exit.from, exit.reason));
    } else if (!exit.reason.isNormal()) {
      end(exit.reason, false);
    }
  }

  private void onExit(Signal.Exit exit) {
    if (exit.reason.equals(ExitReason.KILL)) {
      end(ExitReason.KILLED, false);
      finish(ExitReason.KILLED);
    } else if (trapExit) {
      deliver(new Info.Exit(exit.from, exit.reason));
    } else if (!exit.reason.isNormal() || exit.from.equals(pid)) {
      end(exit.reason, false);
    }
  }

  private void onDown(Signal.Down down) {
    if (monitors == null || !monitors.ended(down.monitor)) {
      return;
    }
    AliasMode mode = aliases == null ? null : aliases.get(down.monitor);
    if (mode == AliasMode.DEMONITOR || mode == AliasMode.REPLY_DEMONITOR) {
      unalias(down.monitor);
    }
    PendingCall<?> call = calls == null ? null : calls.remove(down.monitor);
    if (call == null) {
      deliver(new Info.Down(down.monitor, down.item, down.reason));
    } else {
      guard(() -> call.serverEnded(down.reason));
    }
  }

  // --- the end
  // -----------------------------------------------------------------------------------------------------

  /** Runs a step of the behaviour; a failure that escapes ends the process. */
  private void guard(Step step) {
    if (isClosed()) {
      return;
    }
    try {
      step.run();
    } catch (ExitException exit) {
      holds = 0;
      end(exit.reason(), true);
    } catch (Throwable failure) {
      holds = 0;
      end(ExitReason.crash(failure), true);
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  /**
   * Begins the end: runs the behaviour's last hooks once. Links and monitors are told by {@link
   * #finish}.
   */
  private void end(ExitReason reason, boolean byItself) {
    if (ending != null) {
      return;
    }
    ending = reason;
    holds = 0;
    if (started && byItself) {
      lastStep(() -> behavior.terminate(this, reason));
    }
    ExitReason last = ending;
    lastStep(() -> behavior.ended(this, last));
  }

  /** A failure while ending is the new reason, as a crash in terminate is in OTP. */
  private void lastStep(Step step) {
    try {
      step.run();
    } catch (ExitException exit) {
      ending = exit.reason();
    } catch (Throwable failure) {
      ending = ExitReason.crash(failure);
    }
  }

  private void finish(ExitReason reason) {
    if (isClosed()) {
      return;
    }
    CrashReport.log(log, this, reason, current, messages.size());
    node.registry().forget(this);
    node.remove(this);
    Signal rest = close();
    acknowledge(ignored ? new Started.Ignored<>() : new Started.Failed<>(reason));
    tellLinks(reason);
    tellWatchers(reason);
    takeIn(rest);
    messages.clear();
    current = null;
    node.finished();
  }

  private void acknowledge(Started<M> outcome) {
    Consumer<Started<M>> waiting = awaitingStart;
    awaitingStart = null;
    if (waiting != null) {
      waiting.accept(outcome);
    }
  }

  private void tellLinks(ExitReason reason) {
    if (links != null) {
      for (Pid linked : links.active()) {
        node.router().linkExit(pid, linked, reason);
      }
    }
  }

  private void tellWatchers(ExitReason reason) {
    if (monitors != null) {
      monitors.watchers().forEach(watcher -> node.router().down(watcher, reason));
      monitors.own().forEach((monitor, target) -> node.router().demonitor(pid, target, monitor));
    }
    if (calls != null) {
      calls.values().forEach(PendingCall::abandon);
    }
  }

  // --- Self
  // --------------------------------------------------------------------------------------------------------

  @Override
  public Pid pid() {
    return pid;
  }

  @Override
  public Address<M> address() {
    return address;
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

  @Override
  public void register(String name) {
    node.registry().register(Atom.of(name), this);
  }

  @Override
  public void link(Pid other) {
    if (other.equals(pid) || !links().link(other)) {
      return;
    }
    if (!node.router().link(pid, other)) {
      links().onExit(other);
      if (!trapExit) {
        throw new NoSuchProcessException(other);
      }
      deliver(new Info.Exit(other, ExitReason.NOPROC));
    }
  }

  @Override
  public void unlink(Pid other) {
    long id = links == null ? 0 : links.unlink(other);
    if (id != 0) {
      node.router().unlink(pid, other, id);
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
    if (stopping == null) {
      stopping = reason;
    }
  }

  @Override
  public Reference monitor(Target target) {
    Reference monitor = nextReference();
    watch(target, monitor);
    return monitor;
  }

  @Override
  public Reference monitor(Target target, AliasMode alias) {
    Reference monitor = nextReference();
    aliases().put(monitor, alias);
    watch(target, monitor);
    return monitor;
  }

  private void watch(Target target, Reference monitor) {
    monitors().add(monitor, target);
    if (!(target instanceof Target.ByPid(Pid other) && other.equals(pid))) {
      node.router().monitor(pid, target, monitor);
    }
  }

  @Override
  public boolean demonitor(Reference monitor, boolean flush) {
    Target target = monitors == null ? null : monitors.remove(monitor);
    AliasMode mode = aliases == null ? null : aliases.get(monitor);
    if (mode == AliasMode.DEMONITOR || mode == AliasMode.REPLY_DEMONITOR) {
      unalias(monitor);
    }
    if (target != null) {
      node.router().demonitor(pid, target, monitor);
    }
    if (flush) {
      messages.removeFirst(m -> m instanceof Info.Down down && down.monitor().equals(monitor));
    }
    return target != null;
  }

  @Override
  public Reference alias(AliasMode mode) {
    if (mode != AliasMode.EXPLICIT_UNALIAS && mode != AliasMode.REPLY) {
      throw new IllegalArgumentException(
          "alias mode " + mode + " needs a monitor: use monitor(target, mode)");
    }
    Reference alias = nextReference();
    aliases().put(alias, mode);
    return alias;
  }

  @Override
  public boolean unalias(Reference alias) {
    return aliases != null && aliases.remove(alias) != null;
  }

  @Override
  public <R, Q extends Request<R>> void call(
      Address<? super Q> server,
      Q request,
      @Nullable Duration within,
      Consumer<CallResult<R>> then) {
    callAny(server, request, within, CallReply.typed(server, request, then));
  }

  @Override
  public void callTerm(
      Address<Term> server,
      Term request,
      @Nullable Duration within,
      Consumer<CallResult<Term>> then) {
    callAny(server, request, within, CallReply.ofTerms(server, then));
  }

  private <Q, R> void callAny(
      Address<? super Q> server, Q request, @Nullable Duration within, CallReply<R> reply) {
    Target target = server.target();
    if (target == null) {
      post(() -> reply.fail(CallException.ended(server, ExitReason.NOPROC)));
    } else if (target instanceof Target.ByPid(Pid callee) && callee.equals(pid)) {
      post(() -> reply.fail(CallException.callingSelf(server)));
    } else {
      Reference alias = nextReference();
      PendingCall<R> pending = new PendingCall<>(target, reply, within);
      calls().put(alias, pending);
      watch(target, alias);
      pending.startTimer(this, alias);
      try {
        node.router().call(this, alias, server, target, request);
      } catch (TermMappingException unmapped) {
        endCall(alias);
        throw unmapped;
      }
    }
  }

  private boolean completeCall(Reference alias, Object reply) {
    PendingCall<?> call = endCall(alias);
    if (call == null) {
      return false;
    }
    guard(() -> call.complete(reply));
    return true;
  }

  void callTimedOut(Reference alias) {
    PendingCall<?> call = endCall(alias);
    if (call != null) {
      call.timedOut();
    }
  }

  private @Nullable PendingCall<?> endCall(Reference alias) {
    PendingCall<?> call = calls == null ? null : calls.remove(alias);
    if (call != null) {
      demonitor(alias, false);
    }
    return call;
  }

  @Override
  public void ignore() {
    ignored = true;
    stop(ExitReason.NORMAL);
  }

  @Override
  public void next(Runnable action) {
    if (continuations == null) {
      continuations = new ArrayDeque<>(2);
    }
    continuations.add(action);
  }

  @Override
  public void whenIdle(Duration delay, Runnable action) {
    if (idle != null) {
      idle.cancel();
    }
    var timeout = new IdleTimeout(action);
    idle = timeout;
    if (delay.isPositive()) {
      timeout.timer = after(delay, timeout::elapsed);
    } else {
      timeout.elapsed();
    }
  }

  /** Waits for a time without messages. */
  private static final class IdleTimeout {
    private final Runnable action;
    private boolean due;
    private Timers.@Nullable Timer timer;

    IdleTimeout(Runnable action) {
      this.action = action;
    }

    void elapsed() {
      due = true;
    }

    void cancel() {
      if (timer != null) {
        timer.cancel();
      }
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
    startHeld = true;
  }

  @Override
  public void releaseStart() {
    startHeld = false;
  }

  @Override
  public void warn(String format, Object... arguments) {
    List<Object> all = new ArrayList<>(arguments.length + 1);
    all.add(this);
    all.addAll(List.of(arguments));
    log.warn("{} " + format, all.toArray());
  }

  // --- for the package
  // ---------------------------------------------------------------------------------------------

  TermCodec<M> codec() {
    return blueprint.codec();
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

  /** What this process is to its children. */
  Ancestry ancestry() {
    return new Ancestry(pid, label(), parent);
  }

  /** Tells whether nobody but the node itself answers for this process. */
  boolean isRoot() {
    return root;
  }

  /** Before the first turn only: the other side has this link in its table already. */
  void linkedFromBirth(Pid other) {
    links().onLink(other);
  }

  Reference nextReference() {
    lastReference++;
    return References.next(pid, lastReference);
  }

  private LinkTable links() {
    LinkTable table = links;
    if (table == null) {
      table = new LinkTable();
      links = table;
    }
    return table;
  }

  private MonitorTable monitors() {
    MonitorTable table = monitors;
    if (table == null) {
      table = new MonitorTable();
      monitors = table;
    }
    return table;
  }

  private Map<Reference, AliasMode> aliases() {
    Map<Reference, AliasMode> table = aliases;
    if (table == null) {
      table = new HashMap<>(4);
      aliases = table;
    }
    return table;
  }

  private Map<Reference, PendingCall<?>> calls() {
    Map<Reference, PendingCall<?>> table = calls;
    if (table == null) {
      table = new HashMap<>(4);
      calls = table;
    }
    return table;
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
