package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.wire.control.Control;
import io.weft.wire.control.TimeLeft;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The router of an {@link Isolation}: brings signals to the one process, and notes what would leave
 * it.
 */
final class IsolatedRouter extends Router {
  private final Node node;
  private final Isolation<?> isolation;

  IsolatedRouter(Node node, Isolation<?> isolation) {
    super(node);
    this.node = node;
    this.isolation = isolation;
  }

  @Override
  <M> Process<M> newProcess(
      Pid pid, Blueprint<M> blueprint, @Nullable Ancestry parent, boolean root) {
    IsolatedProcess<?> subject = isolation.takeSubject(pid, blueprint, root);
    if (subject != null) {
      return Contents.<Process<M>>own(subject); // it is of the same blueprint
    }
    Process<M> process = super.newProcess(pid, blueprint, parent, root);
    if (parent != null && isSubject(parent.pid())) {
      process.become(blueprint, isolation.standIn(blueprint));
      isolation.did(new Effect.Spawned(blueprint, process.address(), !root));
    }
    return process;
  }

  private boolean isSubject(Pid pid) {
    Process<?> subject = isolation.subject();
    return subject != null && subject.pid().equals(pid);
  }

  // --- messages ----------------------------------------------------------------------------------

  @Override
  <M> void tell(Address<M> to, M message) {
    note(to, message);
    if (isolation.isInside(to)) {
      super.tell(to, message);
    }
  }

  @Override
  <M> void cast(Address<M> to, M message) {
    note(to, message);
    if (isolation.isInside(to)) {
      super.cast(to, message);
    }
  }

  @Override
  <M> CompletableFuture<@Nullable Void> tellWhenRoom(Address<M> to, M message) {
    if (isolation.isInside(to)) {
      note(to, message);
      return super.tellWhenRoom(to, message);
    }
    note(to, message);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  void send(Pid from, Target to, Term message) {
    Address<Term> address = new TargetAddress<>(node, to, IdentityCodec.INSTANCE);
    note(address, message);
    if (isolation.isInside(address)) {
      super.send(from, to, message);
    }
  }

  @Override
  void sendRequest(
      Pid from, Target to, Term message, @Nullable Object context, @Nullable TimeLeft left) {
    Address<Term> address = new TargetAddress<>(node, to, IdentityCodec.INSTANCE);
    note(address, message);
    if (isolation.isInside(address)) {
      super.sendRequest(from, to, message, context, left);
    }
  }

  /** What comes from outside to the process itself is no effect of it. */
  private void note(Address<?> to, Object message) {
    if (!isolation.isInside(to) || isolation.isTurnOfSubject()) {
      isolation.did(new Effect.Told(to, message));
    }
  }

  @Override
  void sendToAlias(Pid from, Reference alias, Term message) {
    Address<Term> address = new AliasAddress<>(node, alias, IdentityCodec.INSTANCE);
    note(address, message);
    if (isolation.isInside(address)) {
      super.sendToAlias(from, alias, message);
    }
  }

  @Override
  @Nullable PeerSession spawn(Atom on, Control.SpawnRequest request) {
    isolation.did(
        new Effect.SpawnRequested(
            on, request.module() + ":" + request.function() + "/" + request.arity()));
    return null;
  }

  // --- links, monitors, exits --------------------------------------------------------------------

  @Override
  boolean link(Pid from, Pid to) {
    if (!isSubject(from)) {
      return super.link(from, to);
    }
    isolation.did(new Effect.Linked(to));
    return true;
  }

  @Override
  void unlink(Pid from, Pid to, long id) {
    if (isSubject(from)) {
      isolation.did(new Effect.Unlinked(to));
      deliverTo(from, new Signal.UnlinkAck(to, id));
    } else {
      super.unlink(from, to, id);
    }
  }

  @Override
  void exit(Pid from, Pid to, ExitReason reason) {
    if (isSubject(from) && !from.equals(to)) {
      isolation.did(new Effect.SentExit(to, reason));
    } else {
      super.exit(from, to, reason);
    }
  }

  @Override
  boolean groupLeader(Pid leader, Pid of) {
    return isSubject(of) ? super.groupLeader(leader, of) : true;
  }

  @Override
  void monitor(Pid from, Target target, Reference monitor) {
    if (isSubject(from)) {
      isolation.did(new Effect.Monitored(target, monitor));
    } else {
      super.monitor(from, target, monitor);
    }
  }

  @Override
  void demonitor(Pid from, Target target, Reference monitor) {
    Process<?> subject = isolation.subject();
    if (subject == null || !isSubject(from)) {
      super.demonitor(from, target, monitor);
    } else if (!subject.isClosed()) { // its end is one effect, not many
      isolation.did(new Effect.Demonitored(target, monitor));
    }
  }

  @Override
  void watchNode(Atom peer, NodeWatch watch) {
    isolation.did(new Effect.NodeMonitored(peer));
  }

  @Override
  void down(Signal.Monitor watcher, ExitReason reason) {
    if (watcher.watcher.equals(node.outside())) {
      isolation.did(new Effect.Ended(reason));
    } else {
      super.down(watcher, reason);
    }
  }
}
