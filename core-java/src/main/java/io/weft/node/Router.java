package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings each signal to its receiver: into the inbox of a process of this node, or to the session
 * with another node.
 *
 * <p>Also the one place that knows how the dead answer: see {@link #bounce}.
 */
final class Router {
  private static final Logger log = LoggerFactory.getLogger(Router.class);

  /**
   * A session may close between look-up and use; a network that yields closed ones again and again
   * is down.
   */
  private static final int SESSION_TRIES = 3;

  private final Node node;

  Router(Node node) {
    this.node = node;
  }

  // --- messages
  // ----------------------------------------------------------------------------------------------------

  <M> void tell(Pid from, Address<M> to, M message) {
    Process<?> process = to.process();
    if (process != null) {
      deliver(process, new Signal.Message(message));
    } else {
      send(from, to.target(), to.codec(), message, false);
    }
  }

  <M> void cast(Pid from, Address<M> to, M message) {
    Process<?> process = to.process();
    if (process != null) {
      deliver(process, new Signal.Message(message));
    } else {
      send(from, to.target(), to.codec(), message, true);
    }
  }

  private <M> void send(
      Pid from, @Nullable Target to, TermCodec<M> codec, M message, boolean cast) {
    if (to == null) {
      return;
    }
    if (isHere(to)) {
      deliverTo(to, new Signal.Message(message));
    } else {
      Term term = codec.encode(message);
      send(from, to, cast ? GenProtocol.cast(term) : term);
    }
  }

  /** Sends a term to a process or name anywhere. */
  void send(Pid from, Target to, Term message) {
    if (isHere(to)) {
      deliverTo(to, new Signal.Message(message));
    } else {
      onSession(to.node(), session -> session.send(from, to, message));
    }
  }

  void sendToAlias(Pid from, Reference alias, Term message) {
    if (alias.node().equals(node.name())) {
      deliverToAlias(alias, message);
    } else {
      onSession(alias.node(), session -> session.sendToAlias(from, alias, message));
    }
  }

  /**
   * Brings a message to the process that made the alias; that process decides whether the alias is
   * still active.
   */
  void deliverToAlias(Reference alias, Object message) {
    Pid owner = References.ownerOf(alias, node.name());
    if (owner != null) {
      deliverTo(owner, new Signal.AliasMessage(alias, message));
    }
  }

  void answer(Pid client, Reference alias, Answer answer) {
    deliverTo(client, new Signal.AliasMessage(alias, answer));
  }

  <Q> void call(
      Process<?> caller, Reference alias, Address<? super Q> server, Target target, Q request) {
    if (isHere(target)) {
      var from = new From.Local(node, caller.pid(), alias);
      deliverTo(target, new Signal.Message(new CallMessage(from, request)));
    } else {
      send(caller.pid(), target, GenProtocol.call(caller.pid(), alias, encode(server, request)));
    }
  }

  private static <M, Q extends M> Term encode(Address<M> server, Q request) {
    return server.codec().encode(request);
  }

  // --- links, monitors, exits
  // --------------------------------------------------------------------------------------

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
      deliverTo(to, new Signal.LinkExit(from, reason));
    } else {
      onLiveSession(to.node(), session -> session.linkExit(from, to, reason));
    }
  }

  void exit(Pid from, Pid to, ExitReason reason) {
    if (isHere(to)) {
      deliverTo(to, new Signal.Exit(from, reason));
    } else {
      onSession(to.node(), session -> session.exit(from, to, reason));
    }
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

  /** Reports to a watcher that what it watches ended. */
  void down(Signal.Monitor watcher, ExitReason reason) {
    if (isHere(watcher.watcher)) {
      deliverTo(watcher.watcher, new Signal.Down(watcher.monitor, watcher.target.item(), reason));
    } else {
      onLiveSession(
          watcher.watcher.node(),
          session -> session.monitorExit(watcher.target, watcher.watcher, watcher.monitor, reason));
    }
  }

  // --- delivery
  // ----------------------------------------------------------------------------------------------------

  /** Queues a signal and wakes the process; false, and the answer of the dead, if it has ended. */
  boolean deliver(Process<?> process, Signal signal) {
    switch (process.push(signal)) {
      case QUEUED -> {}
      case WAKE -> node.schedule(process);
      case CLOSED -> {
        bounce(process.pid(), signal);
        return !(signal instanceof Signal.Link);
      }
    }
    return true;
  }

  void deliverTo(Pid to, Signal signal) {
    deliverOrBounce(node.find(to), to, signal);
  }

  private void deliverTo(Target to, Signal signal) {
    Process<?> process = find(to);
    if (process != null) {
      deliver(process, signal);
    }
  }

  private void deliverOrBounce(@Nullable Process<?> process, Pid to, Signal signal) {
    if (process == null) {
      bounce(to, signal);
    } else {
      deliver(process, signal);
    }
  }

  /**
   * Answers a signal to a process that does not exist (any more), the way the process itself would
   * have ended it.
   */
  void bounce(Pid dead, Signal signal) {
    switch (signal) {
      case Signal.Link link -> linkExit(dead, link.from, ExitReason.NOPROC);
      case Signal.Unlink unlink -> {
        if (unlink.id != 0) {
          unlinkAck(dead, unlink.from, unlink.id);
        }
      }
      case Signal.Monitor monitor -> down(monitor, ExitReason.NOPROC);
      case Signal.Message message -> bounceMessage(dead, message);
      default -> {} // nobody waits for an answer to the others
    }
  }

  /**
   * A caller inside the node watches the server and hears of its end; only the log gains from a
   * word here.
   */
  private void bounceMessage(Pid dead, Signal.Message message) {
    if (log.isTraceEnabled()) {
      log.trace("dropped a message to {}, which has ended: {}", dead, message.payload);
    }
  }

  // --- where
  // -------------------------------------------------------------------------------------------------------

  private boolean isHere(Target target) {
    return target.node().equals(node.name());
  }

  private boolean isHere(Pid pid) {
    return pid.node().equals(node.name());
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
