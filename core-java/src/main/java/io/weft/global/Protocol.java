package io.weft.global;

import io.weft.node.From;
import io.weft.node.NodeEvent;
import io.weft.node.Self;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;

/** What each message and request of global's protocol, version 8, leads to. */
final class Protocol {
  private final Self<GlobalMessage> self;
  private final NameTable names;
  private final LockTable locks;
  final Partition partition;
  final Overlaps overlaps;

  Protocol(Self<GlobalMessage> self, NameTable names, LockTable locks, Comparison comparison) {
    this.self = self;
    this.names = names;
    this.locks = locks;
    var servers = new Servers(self);
    partition = new Partition(self, servers, names, locks, comparison);
    overlaps = new Overlaps(self, servers, partition);
  }

  void onNode(NodeEvent event) {
    switch (event) {
      case NodeEvent.Up up when !up.hidden() -> {
        overlaps.onUp(up.peer());
        partition.onUp(up.peer());
      }
      case NodeEvent.Up _ -> {}
      case NodeEvent.Down down -> {
        names.removeOf(self, down.peer());
        locks.removeOf(self, down.peer());
        overlaps.onDown(down.peer());
      }
    }
  }

  /** A member cannot be connected with: it is as good as lost. */
  void unreachable(Atom node) {
    if (self.node().peer(node) == null) {
      overlaps.onDown(node);
    }
  }

  /** Takes a message, whether cast or plain; false if it is none of the protocol's. */
  boolean take(Tuple message) {
    if (!(message.arity() > 0 && message.get(0) instanceof Atom tag)) {
      return false;
    }
    switch (tag.name() + "/" + message.arity()) {
      case "init_connect/4" -> partition.onInitConnect(message);
      case "init_connect_ack/4" -> partition.onInitConnectAck(message);
      case "cancel_connect/3" -> partition.onCancelConnect(message);
      case "lock_set/5" -> partition.onLockSet(message);
      case "exchange/5" -> partition.onExchange(message);
      case "resolved/7" -> partition.onResolved(message);
      case "new_nodes/6" -> partition.onNewNodes(message);
      case "in_sync/3" -> partition.onInSync(message);
      case "lost_connection/5" -> overlaps.onLostConnection(message);
      case "remove_connection/2" -> overlaps.onRemoveConnection(message);
      case "async_del_name/3" -> deleteName(message.get(1), Words.pid(message.get(2)));
      case "async_del_lock/3" ->
          locks.delete(self, Words.tuple(message.get(1), 2), Words.pid(message.get(2)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void deleteName(Term name, Pid pid) {
    Registration present = names.find(name);
    if (present != null && present.pid().equals(pid)) {
      names.remove(self, name);
    }
  }

  /** Serves a request; false if it is none of the protocol's. */
  boolean serve(Tuple request, From from) {
    if (!(request.arity() > 0 && request.get(0) instanceof Atom tag)) {
      return false;
    }
    switch (tag.name() + "/" + request.arity()) {
      case "set_lock/2" ->
          from.reply(Atom.of(locks.set(self, Words.tuple(request.get(1), 2), from.client())));
      case "del_lock/2" -> {
        locks.delete(self, Words.tuple(request.get(1), 2), from.client());
        from.reply(Atom.TRUE);
      }
      case "register/4", "register_ext/5" -> {
        register(new Registration(request.get(1), Words.pid(request.get(2)), request.get(3)), from);
        from.reply(Words.YES);
      }
      case "unregister/2" -> {
        if (locks.mayChangeNames(from.client())) {
          names.remove(self, request.get(1));
        }
        from.reply(Atom.OK);
      }
      case "sync/2" ->
          partition.sync(Words.list(request.get(1), Words::atom), () -> from.reply(Atom.OK));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Who registers without holding the lock has come too late, and the name is nobody's. */
  private void register(Registration registration, From from) {
    names.insert(self, registration);
    if (!locks.mayChangeNames(from.client())) {
      names.remove(self, registration.name());
    }
  }
}
