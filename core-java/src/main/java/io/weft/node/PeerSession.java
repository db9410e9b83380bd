package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import io.weft.wire.CompressionWish;
import io.weft.wire.control.Control;
import io.weft.wire.control.TimeLeft;
import io.weft.wire.handshake.DistFlags;
import io.weft.wire.handshake.PeerInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the node shares with one peer over one connection: its signals both ways, and who is linked
 * with or watches whom.
 *
 * <p>The network makes one for each connection, hands it what arrives through {@link #receive}, and
 * closes it once.
 *
 * <h2>Why the tables</h2>
 *
 * When the connection is lost, every process with a link or monitor across it must hear {@code
 * noconnection}, once. A process's own tables decide whether it reacts; the tables here only say
 * whom to tell, so naming one too many does no harm, and naming one too few is prevented by
 * entering it and queueing its signal under one lock: a session that is closed has either told a
 * process, or refuses its signal, which then goes to the next session.
 *
 * <p>A link is entered and taken out in the turns of the process that has it, whichever side asked
 * for it: only there is it known whether a LINK, an UNLINK or an EXIT that comes in still means
 * anything.
 */
public final class PeerSession {
  private static final Logger log = LoggerFactory.getLogger(PeerSession.class);

  /** Shows every signal that crosses a connection, at level trace. */
  private static final Logger signals = LoggerFactory.getLogger("io.weft.signals");

  private static final Atom NOTSUP = Atom.of("notsup");

  private final Node node;
  private final Atom peer;
  private final PeerChannel out;

  private boolean closed;
  private volatile @Nullable PeerInfo info;
  private List<Consumer<? super NodeEvent.Down>> watchers = new ArrayList<>(2);
  private Map<Pid, Set<Pid>> linksByLocal = new HashMap<>();
  private Map<Reference, Watch> watchedThere = new HashMap<>();
  private Map<Reference, Pid> watchedHere = new HashMap<>();

  /** Whether the peer knows a monitor by a reference of which it may tell only the beginning. */
  private boolean mayBeCut;

  private final PendingSpawns spawns = new PendingSpawns();

  /** A monitor that a process of this node has on one of the peer's. */
  private record Watch(Pid watcher, Target target) {}

  PeerSession(Node node, Atom peer, PeerChannel out) {
    this.node = node;
    this.peer = peer;
    this.out = out;
  }

  /** Returns the name of the peer. */
  public Atom peer() {
    return peer;
  }

  // --- the connection ----------------------------------------------------------------------------

  /**
   * The connection is there, after a handshake that told this of the peer. Called once, by the
   * network, before it hands over the first signal of the peer.
   */
  public void up(PeerInfo peer) {
    node.nodeMonitors().up(this, peer);
  }

  /** Notes what is known of the peer; false if the session is closed already. */
  synchronized boolean opened(PeerInfo peer) {
    if (closed) {
      return false;
    }
    info = peer;
    return true;
  }

  /** Returns what the handshake told of the peer; null before it. */
  public @Nullable PeerInfo info() {
    return info;
  }

  /** Whether the connection is known to count as hidden. */
  boolean isHidden() {
    PeerInfo known = info;
    return known != null && known.hidden();
  }

  /** Tells {@code watcher} when the session is closed; false if it is so already. */
  synchronized boolean watch(Consumer<? super NodeEvent.Down> watcher) {
    if (closed) {
      return false;
    }
    watchers.add(watcher);
    return true;
  }

  synchronized void unwatch(Consumer<? super NodeEvent.Down> watcher) {
    watchers.remove(watcher);
  }

  // --- out: false means closed, take another session ---------------------------------------------

  boolean send(Pid from, Target to, Term message, long bytes, @Nullable Tuple token) {
    return sendMessage(from, traced(messageTo(from, to, message), token), bytes);
  }

  /** Sends a request that is waited for no longer than {@code left} says. */
  boolean sendRequest(
      Pid from, Target to, Term message, long bytes, @Nullable Tuple token, TimeLeft left) {
    Control plain = traced(messageTo(from, to, message), token);
    return sendMessage(from, isDeafToDeadlines() ? plain : new Control.Awaited(plain, left), bytes);
  }

  /** Whether the peer is known not to understand how long requests are waited for. */
  private boolean isDeafToDeadlines() {
    PeerInfo known = info;
    return known != null && !known.flags().has(DistFlags.CALL_DEADLINES);
  }

  private static Control.Traceable messageTo(Pid from, Target to, Term message) {
    return switch (to) {
      case Target.ByPid(Pid pid) -> new Control.Send(from, pid, message);
      case Target.ByName(Atom name, Atom _) -> new Control.RegSend(from, name, message);
    };
  }

  boolean sendToAlias(Pid from, Reference alias, Term message, long bytes, @Nullable Tuple token) {
    return sendMessage(from, traced(new Control.AliasSend(from, alias, message), token), bytes);
  }

  private boolean sendMessage(Pid from, Control message, long bytes) {
    CompressionWish wish = node.compressionWishes().of(from);
    return send(wish == null ? message : new Control.Wished(message, wish), bytes);
  }

  private static Control traced(Control.Traceable signal, @Nullable Tuple token) {
    return token == null ? signal : new Control.Traced(signal, token);
  }

  private boolean send(Control message, long bytes) {
    if (isClosed()) {
      return false;
    }
    trace(message);
    out.send(message, bytes);
    return true;
  }

  boolean isBusy() {
    return out.isBusy();
  }

  void whenRoom(Runnable then) {
    out.whenRoom(then);
  }

  boolean groupLeader(Pid leader, Pid of) {
    return send(new Control.GroupLeader(leader, of));
  }

  boolean exit(Pid from, Pid to, ExitReason reason) {
    return send(traced(new Control.Exit2(from, to, reason.term()), node.tracing().token()));
  }

  private boolean send(Control signal) {
    if (isClosed()) {
      return false;
    }
    emit(signal);
    return true;
  }

  private void emit(Control signal) {
    trace(signal);
    out.send(signal);
  }

  private void trace(Control signal) {
    if (signals.isTraceEnabled()) {
      signals.trace("to   {}: {}", peer, new SignalText(signal));
    }
  }

  synchronized boolean link(Pid local, Pid remote) {
    if (closed) {
      return false;
    }
    addLink(local, remote);
    emit(new Control.Link(local, remote));
    return true;
  }

  /** A process of this node takes a link of the peer's; false if the connection is lost already. */
  synchronized boolean linkTaken(Pid local, Pid remote) {
    if (closed) {
      return false;
    }
    addLink(local, remote);
    return true;
  }

  synchronized void linkGone(Pid local, Pid remote) {
    removeLink(local, remote);
  }

  synchronized boolean unlink(Pid local, Pid remote, long id) {
    removeLink(local, remote);
    return send(new Control.Unlink(id, local, remote));
  }

  boolean unlinkAck(Pid local, Pid remote, long id) {
    return send(new Control.UnlinkAck(id, local, remote));
  }

  synchronized boolean linkExit(Pid local, Pid remote, Term reason) {
    removeLink(local, remote);
    return send(traced(new Control.Exit(local, remote, reason), node.tracing().token()));
  }

  synchronized boolean monitor(Pid watcher, Target target, Reference monitor) {
    if (closed) {
      return false;
    }
    watchedThere.put(monitor, new Watch(watcher, target));
    mayBeCut |= References.mayBeCut(monitor);
    emit(new Control.Monitor(watcher, onTheWire(target), monitor));
    return true;
  }

  synchronized boolean demonitor(Pid watcher, Target target, Reference monitor) {
    return watchedThere.remove(monitor) == null
        || send(new Control.Demonitor(watcher, onTheWire(target), monitor));
  }

  synchronized boolean monitorExit(Target target, Pid watcher, Reference monitor, Term reason) {
    watchedHere.remove(monitor);
    return send(new Control.MonitorExit(onTheWire(target), watcher, monitor, reason));
  }

  synchronized boolean spawnRequest(Control.SpawnRequest request) {
    if (closed) {
      return false;
    }
    spawns.add(request);
    emit(traced(request, node.tracing().token()));
    return true;
  }

  /** Nobody waits for the answer any more: a link to the process is to break for this reason. */
  synchronized void giveUpSpawn(Reference request, Term reason) {
    spawns.giveUp(request, reason);
  }

  /** A process was made for one of the peer's, and does not run yet; false if it is too late. */
  synchronized boolean spawned(Pid local, Control.SpawnRequest request, SpawnOptions options) {
    if (closed) {
      return false;
    }
    if (options.link()) {
      addLink(local, request.from());
    }
    if (options.monitor()) {
      watchedHere.put(request.reqId(), local);
    }
    int flags = SpawnAcceptor.flags(options);
    emit(new Control.SpawnReply(request.reqId(), request.from(), flags, local));
    return true;
  }

  void spawnReply(Control.SpawnReply reply) {
    boolean _ = send(reply);
  }

  private static Term onTheWire(Target target) {
    return switch (target) {
      case Target.ByPid(Pid pid) -> pid;
      case Target.ByName(Atom name, Atom _) -> name;
    };
  }

  // --- in ----------------------------------------------------------------------------------------

  /**
   * Takes in one signal of the peer. Called by the network in the order of arrival, by one thread
   * at a time, and not after {@link #close}.
   */
  public void receive(Control signal) {
    if (signals.isTraceEnabled()) {
      signals.trace("from {}: {}", peer, new SignalText(signal));
    }
    take(signal, null);
  }

  private void take(Control signal, @Nullable Trail trail) {
    switch (signal) {
      case Control.Send send -> deliver(send.to(), messageOf(send.message(), trail));
      case Control.RegSend send -> toName(send.toName(), messageOf(send.message(), trail));
      case Control.AliasSend send ->
          node.router().deliverToAlias(send.alias(), send.message(), trail);
      case Control.Link link -> deliver(link.to(), new Signal.Link(link.from(), this));
      case Control.Unlink unlink ->
          deliver(unlink.to(), new Signal.Unlink(unlink.from(), unlink.id()));
      case Control.UnlinkAck ack -> deliver(ack.to(), new Signal.UnlinkAck(ack.from(), ack.id()));
      case Control.Exit exit ->
          deliver(exit.to(), linkExit(exit.from(), ExitReason.of(exit.reason()), trail));
      case Control.Exit2 exit ->
          deliver(exit.to(), exit(exit.from(), ExitReason.of(exit.reason()), trail));
      case Control.Monitor monitor -> onMonitor(monitor);
      case Control.Demonitor demonitor -> onDemonitor(demonitor);
      case Control.MonitorExit exit -> onMonitorExit(exit);
      case Control.SpawnRequest request -> node.spawnAcceptor().accept(request, this, trail);
      case Control.SpawnReply reply -> onSpawnReply(reply);
      case Control.Traced traced -> take(traced.control(), node.tracing().arrived(traced.token()));
      case Control.Awaited awaited -> takeRequest(awaited);
      case Control.Wished wished -> take(wished.control(), trail);
      case Control.GroupLeader leader ->
          deliver(leader.to(), new Signal.GroupLeader(leader.from()));
      case Control.NodeLink _ -> log.debug("ignored {} of {}", new SignalText(signal), peer);
    }
  }

  private void toName(Atom name, Message message) {
    Process<?> process = node.registry().find(name);
    if (process != null) {
      node.router().deliverAny(process, message);
    }
  }

  private static Message messageOf(Term message, @Nullable Trail trail) {
    return trail == null ? new Message.OfTerm(message) : new Message.TracedTerm(message, trail);
  }

  /** A request that says how long it is waited for. */
  private void takeRequest(Control.Awaited request) {
    long deadline = CallDeadlines.in(node, request.left().nanos());
    switch (request.message()) {
      case Control.Traced(Control plain, Term token) ->
          takeRequest(plain, node.tracing().arrived(token), deadline);
      case Control plain -> takeRequest(plain, null, deadline);
    }
  }

  private void takeRequest(Control request, @Nullable Trail trail, long deadline) {
    switch (request) {
      case Control.Send(_, Pid to, Term message) ->
          deliver(to, new Message.AwaitedTerm(message, trail, deadline));
      case Control.RegSend(_, Atom name, Term message) ->
          toName(name, new Message.AwaitedTerm(message, trail, deadline));
      default -> throw new IllegalArgumentException("not a request: " + request);
    }
  }

  private static Signal linkExit(Pid from, ExitReason reason, @Nullable Trail trail) {
    return trail == null
        ? new Signal.LinkExit(from, reason)
        : new Signal.TracedLinkExit(from, reason, trail);
  }

  private static Signal exit(Pid from, ExitReason reason, @Nullable Trail trail) {
    return trail == null
        ? new Signal.Exit(from, reason)
        : new Signal.TracedExit(from, reason, trail);
  }

  private void onMonitor(Control.Monitor monitor) {
    Target target = here(monitor.target());
    var signal = new Signal.Monitor(monitor.from(), monitor.ref(), target);
    Process<?> process = node.router().find(target);
    if (process == null) {
      node.router().down(signal, ExitReason.NOPROC);
      return;
    }
    synchronized (this) {
      if (closed) {
        return;
      }
      watchedHere.put(monitor.ref(), process.pid());
    }
    node.router().deliver(process, signal);
  }

  private void onDemonitor(Control.Demonitor demonitor) {
    Pid watched;
    synchronized (this) {
      watched = watchedHere.remove(demonitor.ref());
    }
    if (watched != null) {
      deliver(watched, new Signal.Demonitor(demonitor.ref()));
    }
  }

  private void onMonitorExit(Control.MonitorExit exit) {
    Reference monitor = exit.ref();
    Watch watch;
    synchronized (this) {
      if (mayBeCut) {
        monitor = References.meant(monitor, watchedThere);
      }
      watch = watchedThere.remove(monitor);
    }
    if (watch != null) {
      deliver(
          watch.watcher(),
          new Signal.Down(monitor, watch.target().item(), ExitReason.of(exit.reason())));
    }
  }

  private void onSpawnReply(Control.SpawnReply reply) {
    Pid requester;
    synchronized (this) {
      PendingSpawns.Pending asked = spawns.remove(reply.reqId());
      if (asked == null) {
        log.debug("ignored {} of {}: nothing here asked for it", new SignalText(reply), peer);
        return;
      }
      requester = asked.requester();
      Term givenUp = asked.givenUp();
      if (reply.result() instanceof Pid pid) {
        if (givenUp != null) {
          undo(reply, requester, pid, givenUp);
        } else if ((reply.flags() & Control.SpawnReply.MONITORED) != 0) {
          watchedThere.put(reply.reqId(), new Watch(requester, new Target.ByPid(pid)));
        }
      }
      if (givenUp != null) {
        return;
      }
    }
    deliver(requester, new Signal.SpawnReply(reply.reqId(), reply.flags(), reply.result(), this));
  }

  private void undo(Control.SpawnReply reply, Pid requester, Pid pid, Term reason) {
    if ((reply.flags() & Control.SpawnReply.LINKED) != 0) {
      emit(new Control.Exit(requester, pid, reason));
    }
    if ((reply.flags() & Control.SpawnReply.MONITORED) != 0) {
      emit(new Control.Demonitor(requester, pid, reply.reqId()));
    }
  }

  /**
   * A signal cannot go out, because the peer does not understand it. A spawn request is answered in
   * its place.
   */
  public void notUnderstood(Control signal) {
    if (signal instanceof Control.SpawnRequest request) {
      onSpawnReply(new Control.SpawnReply(request.reqId(), request.from(), 0, NOTSUP));
    }
  }

  private Target here(Term target) {
    return target instanceof Pid pid
        ? new Target.ByPid(pid)
        : new Target.ByName((Atom) target, node.home());
  }

  /** A signal for a pid of another node, or of an earlier life of this one, finds nobody. */
  private void deliver(Pid to, Signal signal) {
    node.router().deliverTo(to, signal);
  }

  /**
   * An unlink went out to a peer of the older link protocol (without the flag UNLINK_ID), which
   * acknowledges none. As OTP does, the node takes it for acknowledged: an EXIT of that link that
   * is still under way is ignored as before, but a LINK of the peer that crossed it becomes a link
   * of this side only. The newer protocol is there because the older one cannot know better.
   */
  public void unlinkSentWithoutAck(Control.Unlink unlink) {
    deliver(unlink.from(), new Signal.UnlinkAck(unlink.to(), unlink.id()));
  }

  // --- the end -----------------------------------------------------------------------------------

  /** Ends the session as {@link #close(NodeDownReason, String)} does: the connection was lost. */
  public void close() {
    close(
        info == null ? NodeDownReason.CONNECTION_SETUP_FAILED : NodeDownReason.CONNECTION_CLOSED,
        "");
  }

  /**
   * Ends the session: every process with a link or monitor across it hears {@code noconnection},
   * and after that whoever watches the node. Called by the network when the connection is lost,
   * given up, or could not be made. Idempotent.
   *
   * @param detail the reason in words, for people
   */
  public void close(NodeDownReason reason, String detail) {
    List<Consumer<? super NodeEvent.Down>> told;
    Map<Pid, Set<Pid>> links;
    Map<Reference, Watch> watches;
    Map<Reference, Pid> watched;
    Map<Reference, PendingSpawns.Pending> spawning;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      told = watchers;
      watchers = new ArrayList<>(0);
      links = linksByLocal;
      watches = watchedThere;
      watched = watchedHere;
      spawning = spawns.clear();
      linksByLocal = new HashMap<>();
      watchedThere = new HashMap<>();
      watchedHere = new HashMap<>();
    }
    links.forEach((local, remotes) -> remotes.forEach(remote -> breakLink(local, remote)));
    watches.forEach((monitor, watch) ->
        deliver(
            watch.watcher(),
            new Signal.Down(monitor, watch.target().item(), ExitReason.NOCONNECTION)));
    watched.forEach((monitor, local) -> deliver(local, new Signal.Demonitor(monitor)));
    Term lost = ExitReason.NOCONNECTION.term();
    PendingSpawns.forEachAwaited(
        spawning,
        (request, requester) -> deliver(requester, new Signal.SpawnReply(request, 0, lost, null)));
    var down = new NodeEvent.Down(peer, isHidden(), reason, detail);
    told.forEach(watcher -> node.nodeMonitors().tell(watcher, down));
    node.nodeMonitors().down(this, reason, detail);
  }

  private void breakLink(Pid local, Pid remote) {
    deliver(local, new Signal.LinkExit(remote, ExitReason.NOCONNECTION));
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void addLink(Pid local, Pid remote) {
    linksByLocal.computeIfAbsent(local, _ -> new HashSet<>(2)).add(remote);
  }

  private void removeLink(Pid local, Pid remote) {
    Set<Pid> remotes = linksByLocal.get(local);
    if (remotes != null && remotes.remove(remote) && remotes.isEmpty()) {
      linksByLocal.remove(local);
    }
  }

  /**
   * Returns how many links, monitors and spawn requests cross or watch the connection: for tests
   * that look for leaks.
   */
  public synchronized int size() {
    return linksByLocal.values().stream().mapToInt(Set::size).sum()
        + watchedThere.size()
        + watchedHere.size()
        + watchers.size()
        + spawns.size();
  }

  @Override
  public String toString() {
    return "session with " + peer;
  }
}
