package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import io.weft.wire.control.Control;
import io.weft.wire.control.TimeLeft;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings each signal to its receiver: into the inbox of a process of this node, or to the session
 * with another node.
 *
 * <p>How the dead answer is told by each {@link Signal}.
 */
class Router {
  private static final Logger log = LoggerFactory.getLogger(Router.class);

  /**
   * A session may close between look-up and use; a network that yields closed ones again and again
   * is down.
   */
  private static final int SESSION_TRIES = 3;

  private final Node node;
  private final Tracing tracing;

  Router(Node node) {
    this.node = node;
    this.tracing = node.tracing();
  }

  /** Makes a process of this node: who brings its signals also knows what it is to be. */
  <M> Process<M> newProcess(
      Pid pid, Blueprint<M> blueprint, @Nullable Ancestry parent, boolean root) {
    return new Process<>(node, pid, blueprint, parent, root);
  }

  // --- messages ----------------------------------------------------------------------------------

  <M> void tell(Address<M> to, M message) {
    Process<?> process = to.process();
    if (process != null) {
      deliverMessage(process, messageOf(to, message, false));
    } else {
      send(to, message, false);
    }
  }

  <M> void tellIfConnected(Address<M> to, M message) {
    Atom peer = nodeOf(to);
    Network network = node.network();
    boolean reached =
        peer == null
            || node.isCalled(peer)
            || (network != null && network.liveSession(peer) != null);
    if (reached) {
      tell(to, message);
    }
  }

  <M> CompletableFuture<@Nullable Void> tellWhenRoom(Address<M> to, M message) {
    Process<?> process = to.process();
    MailboxGauge gauge = process == null ? null : process.gauge();
    if (process != null && gauge != null) {
      return gauge.admitWhenRoom(process, messageOf(to, message, false));
    }
    tell(to, message);
    return process == null ? whenRoomTowards(to) : CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<@Nullable Void> whenRoomTowards(Address<?> to) {
    var room = new CompletableFuture<@Nullable Void>();
    Atom peer = nodeOf(to);
    Network network = node.network();
    PeerSession live =
        network == null || peer == null || node.isCalled(peer) ? null : network.liveSession(peer);
    if (live == null) {
      room.complete(null);
    } else {
      live.whenRoom(() -> room.complete(null));
    }
    return room;
  }

  private static @Nullable Atom nodeOf(Address<?> to) {
    Target target = to.target();
    if (target != null) {
      return target.node();
    }
    Reference alias = to.alias();
    return alias == null ? null : alias.node();
  }

  <M> void cast(Address<M> to, M message) {
    Process<?> process = to.process();
    if (process != null) {
      deliverMessage(process, messageOf(to, message, true));
    } else {
      send(to, message, true);
    }
  }

  private <M> void send(Address<M> to, M message, boolean cast) {
    Target target = to.target();
    if (target == null) {
      Reference alias = to.alias();
      if (alias != null) {
        sendToAlias(to, alias, message, cast);
      }
      return;
    }
    if (isHere(target)) {
      Process<?> process = find(target);
      if (process != null) {
        deliverMessage(process, messageOf(to, message, cast));
      }
    } else {
      Term term = to.codec().encode(message);
      Tuple token = tracing.isOn() ? tracing.token(sent(to, message, cast)) : null;
      sendAway(node.senderHere(), target, cast ? GenProtocol.cast(term) : term, token);
    }
  }

  /** A term means what it would mean from another node. */
  private Message messageOf(Address<?> to, Object message, boolean cast) {
    if (tracing.isOn()) {
      return tracing.message(kindOf(cast), to, message);
    }
    return message instanceof Term term ? new Message.OfTerm(term) : new Message.Plain(message);
  }

  private @Nullable Object sent(Address<?> to, Object message, boolean cast) {
    return tracing.sent(kindOf(cast), to, message);
  }

  private static Observer.Kind kindOf(boolean cast) {
    return cast ? Observer.Kind.CAST : Observer.Kind.MESSAGE;
  }

  /** Sends a term to a process or name anywhere: a reply. */
  void send(Pid from, Target to, Term message) {
    Object context = tracing.isOn() ? tracing.sent(Observer.Kind.REPLY, to.item(), message) : null;
    send(from, to, message, context);
  }

  /** Sends a term with a context of the observer's. */
  void send(Pid from, Target to, Term message, @Nullable Object context) {
    if (isHere(to)) {
      Trail trail = tracing.isOn() ? tracing.local(context) : null;
      deliverTo(
          to, trail == null ? new Message.OfTerm(message) : new Message.TracedTerm(message, trail));
    } else {
      sendAway(from, to, message, tracing.isOn() ? tracing.token(context) : null);
    }
  }

  /** Sends the request of a call to another node; {@code left} is null for one without a limit. */
  void sendRequest(
      Pid from, Target to, Term message, @Nullable Object context, @Nullable TimeLeft left) {
    Tuple token = tracing.isOn() ? tracing.token(context) : null;
    if (left == null) {
      sendAway(from, to, message, token);
      return;
    }
    long bytes = node.messageLimit().check(to, message);
    onSession(
        to.node(),
        session -> session.sendRequest(from, to, message, bytes, token, left) && paced(session));
  }

  private void sendAway(Pid from, Target to, Term message, @Nullable Tuple token) {
    long bytes = node.messageLimit().check(to, message);
    onSession(
        to.node(), session -> session.send(from, to, message, bytes, token) && paced(session));
  }

  private <M> void sendToAlias(Address<M> to, Reference alias, M message, boolean cast) {
    Object context = tracing.isOn() ? sent(to, message, cast) : null;
    if (isHere(alias)) {
      deliverToAlias(alias, message, tracing.isOn() ? tracing.local(context) : null);
    } else {
      Term term = to.codec().encode(message);
      sendToAlias(node.senderHere(), alias, cast ? GenProtocol.cast(term) : term, context);
    }
  }

  /** Sends a reply. */
  void sendToAlias(Pid from, Reference alias, Term message) {
    Object context = tracing.isOn() ? tracing.sent(Observer.Kind.REPLY, alias, message) : null;
    if (isHere(alias)) {
      deliverToAlias(alias, message, tracing.isOn() ? tracing.local(context) : null);
    } else {
      sendToAlias(from, alias, message, context);
    }
  }

  private void sendToAlias(Pid from, Reference alias, Term message, @Nullable Object context) {
    long bytes = node.messageLimit().check(alias, message);
    Tuple token = tracing.isOn() ? tracing.token(context) : null;
    onSession(
        alias.node(),
        session -> session.sendToAlias(from, alias, message, bytes, token) && paced(session));
  }

  /** Has the process that sends wait for room on a busy connection, as OTP suspends it. */
  private boolean paced(PeerSession session) {
    if (session.isBusy()) {
      Process<?> sender = Node.current();
      if (sender != null && sender.node() == node) {
        sender.waitForRoom(session);
      }
    }
    return true;
  }

  /**
   * Brings a message to the process that made the alias; that process decides whether the alias is
   * still active, and with that whether its mailbox has room: a reply to a call needs none.
   */
  void deliverToAlias(Reference alias, Object message, @Nullable Trail trail) {
    Pid owner = References.ownerOf(alias, node.home());
    Process<?> process = owner == null ? null : node.find(owner);
    if (process != null) {
      deliver(
          process,
          trail == null
              ? new Message.ViaAlias(alias, message)
              : new Message.TracedViaAlias(alias, message, trail));
    }
  }

  // --- processes on other nodes ------------------------------------------------------------------

  /**
   * Asks for a process; returns the session that has the request, or null if it is answered
   * already.
   */
  @Nullable PeerSession spawn(Atom on, Control.SpawnRequest request) {
    if (node.isCalled(on)) {
      node.spawnAcceptor().accept(request, null, tracing.isOn() ? tracing.local(null) : null);
      return null;
    }
    node.messageLimit().check(on, request.args());
    var taken = new AtomicReference<@Nullable PeerSession>();
    boolean asked =
        onSession(
            on,
            session -> {
              taken.set(session);
              return session.spawnRequest(request);
            });
    if (!asked) {
      Term why = ExitReason.NOCONNECTION.term();
      deliverTo(request.from(), new Signal.SpawnReply(request.reqId(), 0, why, null));
      return null;
    }
    return taken.get();
  }

  // --- links, monitors, exits --------------------------------------------------------------------

  /** Sends LINK; false if {@code to} should live here and does not. */
  boolean link(Pid from, Pid to) {
    if (isHere(to)) {
      Process<?> process = node.find(to);
      return process != null && deliver(process, new Signal.Link(from, null));
    }
    if (!onSession(to.node(), session -> session.link(from, to))) {
      deliverTo(from, new Signal.LinkExit(to, ExitReason.NOCONNECTION));
    }
    return true;
  }

  void unlink(Pid from, Pid to, long id) {
    if (isHere(to)) {
      deliverTo(to, new Signal.Unlink(from, id));
    } else {
      onLiveSession(to.node(), session -> session.unlink(from, to, id));
    }
  }

  void unlinkAck(Pid from, Pid to, long id) {
    if (isHere(to)) {
      deliverTo(to, new Signal.UnlinkAck(from, id));
    } else {
      onLiveSession(to.node(), session -> session.unlinkAck(from, to, id));
    }
  }

  /**
   * Notes that no active link with {@code other} is left: there is nothing to tell when the
   * connection breaks.
   */
  void linkGone(Pid local, Pid other) {
    if (!isHere(other)) {
      onLiveSession(other.node(), session -> session.linkGone(local, other));
    }
  }

  void linkExit(Pid from, Pid to, ExitReason reason) {
    if (isHere(to)) {
      Trail trail = tracing.isOn() ? tracing.local(null) : null;
      deliverTo(
          to,
          trail == null
              ? new Signal.LinkExit(from, reason)
              : new Signal.TracedLinkExit(from, reason, trail));
    } else {
      Term told = node.messageLimit().reason(from, reason);
      onLiveSession(to.node(), session -> session.linkExit(from, to, told));
    }
  }

  void exit(Pid from, Pid to, ExitReason reason) {
    if (isHere(to)) {
      Trail trail = tracing.isOn() ? tracing.local(null) : null;
      deliverTo(
          to,
          trail == null
              ? new Signal.Exit(from, reason)
              : new Signal.TracedExit(from, reason, trail));
    } else {
      node.messageLimit().check(to, reason.term());
      onSession(to.node(), session -> session.exit(from, to, reason));
    }
  }

  /** Makes another process a group leader; false if {@code of} should live here and does not. */
  boolean groupLeader(Pid leader, Pid of) {
    if (isHere(of)) {
      Process<?> process = node.find(of);
      return process != null && deliver(process, new Signal.GroupLeader(leader));
    }
    onSession(of.node(), session -> session.groupLeader(leader, of));
    return true;
  }

  void monitor(Pid from, Target target, Reference monitor) {
    if (isHere(target)) {
      var signal = new Signal.Monitor(from, monitor, target);
      Process<?> process = find(target);
      if (process == null) {
        down(signal, ExitReason.NOPROC);
      } else {
        deliver(process, signal);
      }
    } else if (!onSession(target.node(), session -> session.monitor(from, target, monitor))) {
      deliverTo(from, new Signal.Down(monitor, target.item(), ExitReason.NOCONNECTION));
    }
  }

  void demonitor(Pid from, Target target, Reference monitor) {
    if (isHere(target)) {
      deliverTo(target, new Signal.Demonitor(monitor));
    } else {
      onLiveSession(target.node(), session -> session.demonitor(from, target, monitor));
    }
  }

  /** Watches the connection with a node, connecting if need be. */
  void watchNode(Atom peer, NodeWatch watch) {
    if (!onSession(peer, watch::begin)) {
      watch.accept(
          new NodeEvent.Down(
              peer, false, NodeDownReason.CONNECTION_SETUP_FAILED, "there is no way to reach it"));
    }
  }

  /** Reports to a watcher that what it watches ended. */
  void down(Signal.Monitor watcher, ExitReason reason) {
    if (isHere(watcher.watcher)) {
      deliverTo(watcher.watcher, new Signal.Down(watcher.monitor, watcher.target.item(), reason));
    } else {
      Term told = node.messageLimit().reason(watcher.target, reason);
      onLiveSession(
          watcher.watcher.node(),
          session -> session.monitorExit(watcher.target, watcher.watcher, watcher.monitor, told));
    }
  }

  // --- delivery ----------------------------------------------------------------------------------

  /** Queues a signal and wakes the process; false, and the answer of the dead, if it has ended. */
  boolean deliver(Process<?> process, Signal signal) {
    switch (process.push(signal)) {
      case QUEUED -> {}
      case WAKE -> node.schedule(process);
      case CLOSED -> {
        signal.bounce(this, process.pid());
        return !(signal instanceof Signal.Link);
      }
    }
    return true;
  }

  /** Delivers a message, if the mailbox takes it. */
  void deliverMessage(Process<?> process, Message message) {
    MailboxGauge gauge = process.gauge();
    if (gauge == null || gauge.admit(process, message)) {
      deliver(process, message);
    } else if (gauge.failsSender()) {
      throw gauge.full(process);
    }
  }

  void deliverTo(Pid to, Signal signal) {
    deliverOrBounce(node.find(to), to, signal);
  }

  private void deliverTo(Target to, Signal signal) {
    Process<?> process = find(to);
    if (process != null) {
      deliverAny(process, signal);
    }
  }

  /** What came from elsewhere may be a message or any other signal. */
  void deliverAny(Process<?> process, Signal signal) {
    MailboxGauge gauge = process.gauge();
    if (gauge == null || !(signal instanceof Message message) || gauge.admit(process, message)) {
      deliver(process, signal);
    }
  }

  private void deliverOrBounce(@Nullable Process<?> process, Pid to, Signal signal) {
    if (process == null) {
      signal.bounce(this, to);
    } else {
      deliverAny(process, signal);
    }
  }

  /** A caller inside the node hears of the server's end; of another message only the log learns. */
  void traceDropped(Pid dead, Message message) {
    if (log.isTraceEnabled()) {
      log.trace("dropped a message to {}, which has ended: {}", dead, message.content());
    }
  }

  // --- where -------------------------------------------------------------------------------------

  boolean isHere(Target target) {
    return node.isCalled(target.node());
  }

  private boolean isHere(Reference reference) {
    return node.isCalled(reference.node());
  }

  private boolean isHere(Pid pid) {
    return node.isHere(pid);
  }

  @Nullable Process<?> find(Target target) {
    return switch (target) {
      case Target.ByPid byPid -> node.find(byPid.pid());
      case Target.ByName byName -> node.registry().find(byName.name());
    };
  }

  /** Uses the session with a node, connecting if need be; false if it cannot be reached. */
  private boolean onSession(Atom peer, Predicate<PeerSession> use) {
    Network network = node.network();
    for (int i = 0; network != null && i < SESSION_TRIES; i++) {
      if (use.test(network.session(peer))) {
        return true;
      }
    }
    log.debug("dropped a signal to {}: no connection", peer);
    return false;
  }

  /** Uses the session with a node if there is one: for signals that mean nothing without it. */
  private void onLiveSession(Atom peer, Consumer<PeerSession> use) {
    Network network = node.network();
    PeerSession live = network == null ? null : network.liveSession(peer);
    if (live != null) {
      use.accept(live);
    }
  }
}
