package io.weft.pg;

import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The same scope on other nodes, and what each has told of its members. In turns of the scope.
 *
 * <p>A scope announces itself to each node that is connected ({@code discover}). Whoever is found
 * is told all members ({@code sync}), and from then on each change; a {@code sync} stands for all
 * that its sender said before.
 */
final class PeerScopes {
  private static final Atom DISCOVER = Atom.of("discover");
  private static final Atom SYNC = Atom.of("sync");

  /** What one peer has told. */
  private record Peer(Pid pid, Reference monitor, Map<Term, List<Pid>> groups) {}

  private final Self<ScopeMessage> self;
  private final Atom scope;
  private final Memberships memberships;
  private final Watches watches;
  private final LocalMembers local;
  private final Map<Pid, Peer> peers = new LinkedHashMap<>();

  PeerScopes(
      Self<ScopeMessage> self,
      Atom scope,
      Memberships memberships,
      Watches watches,
      LocalMembers local) {
    this.self = self;
    this.scope = scope;
    this.memberships = memberships;
    this.watches = watches;
    this.local = local;
  }

  void discover(Atom node) {
    self.node().address(scope.name(), node.name()).tell(Tuple.of(DISCOVER, self.pid()));
  }

  /** Sends each peer what is made of the pid of this scope. */
  void tell(Function<Pid, Term> message) {
    if (!peers.isEmpty()) {
      Term term = message.apply(self.pid());
      peers.keySet().forEach(peer -> self.node().address(peer).tell(term));
    }
  }

  // --- from peers --------------------------------------------------------------------------------

  /** Takes a message, whether cast or plain; false if it is none of the protocol's. */
  boolean take(Tuple message) {
    if (message.arity() < 2
        || !(message.get(0) instanceof Atom tag)
        || !(message.get(1) instanceof Pid from)) {
      return false;
    }
    if (self.node().peer(from.node()) == null) {
      return true; // it is gone by now
    }
    switch (tag.name() + "/" + message.arity()) {
      case "discover/2", "discover/3" -> onDiscover(from, message);
      case "sync/3" -> onSync(from, message.get(2));
      case "join/4" -> onJoin(from, message.get(2), pids(message.get(3)));
      case "leave/4" -> onLeave(from, pids(message.get(2)), list(message.get(3)).elements());
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Later releases name a version of the protocol; they are answered in kind. */
  private void onDiscover(Pid from, Tuple message) {
    self.node().address(from).cast(Tuple.of(SYNC, self.pid(), local.toTerm()));
    if (!peers.containsKey(from)) {
      add(from);
      List<Term> back = new ArrayList<>(message.elements());
      back.set(1, self.pid());
      self.node().address(from).tell(new Tuple(back));
    }
  }

  private Peer add(Pid pid) {
    var peer = new Peer(pid, self.monitor(new Target.ByPid(pid)), new HashMap<>());
    peers.put(pid, peer);
    return peer;
  }

  private void onSync(Pid from, Term groups) {
    Map<Term, List<Pid>> told = new LinkedHashMap<>();
    for (Term each : list(groups).elements()) {
      if (!(each instanceof Tuple group && group.arity() == 2)) {
        throw new TermMappingException("expected {Group, Pids}, found " + each);
      }
      told.merge(group.get(0), pids(group.get(1)), Memberships::with);
    }
    Peer present = peers.get(from);
    Peer peer = present == null ? add(from) : present;
    Map.copyOf(peer.groups)
        .forEach((group, before) ->
            leave(peer, group, Memberships.without(before, told.getOrDefault(group, List.of()))));
    told.forEach((group, pids) ->
        join(peer, group, Memberships.without(pids, peer.groups.getOrDefault(group, List.of()))));
  }

  /** What comes from someone who has not announced itself is out of date. */
  private void onJoin(Pid from, Term group, List<Pid> pids) {
    Peer peer = peers.get(from);
    if (peer != null) {
      join(peer, group, pids);
    }
  }

  private void onLeave(Pid from, List<Pid> pids, List<Term> groups) {
    Peer peer = peers.get(from);
    if (peer != null) {
      groups.forEach(group -> leave(peer, group, present(peer, group, pids)));
    }
  }

  /** Returns those of the processes that the peer has named as members. */
  private static List<Pid> present(Peer peer, Term group, List<Pid> pids) {
    List<Pid> members = new ArrayList<>(peer.groups.getOrDefault(group, List.of()));
    return pids.stream().filter(members::remove).toList();
  }

  private void join(Peer peer, Term group, List<Pid> pids) {
    if (!pids.isEmpty()) {
      peer.groups.merge(group, pids, Memberships::with);
      memberships.join(group, pids, false);
      watches.tell(new GroupEvent.Join(group, pids));
    }
  }

  private void leave(Peer peer, Term group, List<Pid> pids) {
    if (!pids.isEmpty()) {
      peer.groups.computeIfPresent(
          group,
          (_, before) -> {
            List<Pid> left = Memberships.without(before, pids);
            return left.isEmpty() ? null : left;
          });
      memberships.leave(group, pids, false);
      watches.tell(new GroupEvent.Leave(group, pids));
    }
  }

  // --- ends --------------------------------------------------------------------------------------

  /** A connection has ended. A monitor may have been made over the one that followed. */
  void lost(Atom node) {
    for (Peer peer : List.copyOf(peers.values())) {
      if (peer.pid.node().equals(node)) {
        self.demonitor(peer.monitor, true);
        remove(peer);
      }
    }
  }

  /** A monitor has reported; true if it was one of these. */
  boolean onDown(Reference monitor) {
    for (Peer peer : peers.values()) {
      if (peer.monitor.equals(monitor)) {
        remove(peer);
        return true;
      }
    }
    return false;
  }

  private void remove(Peer peer) {
    peers.remove(peer.pid);
    for (Map.Entry<Term, List<Pid>> group : Map.copyOf(peer.groups).entrySet()) {
      leave(peer, group.getKey(), group.getValue());
    }
  }

  // --- terms -------------------------------------------------------------------------------------

  private static ListTerm list(Term term) {
    if (term instanceof ListTerm list) {
      return list;
    }
    throw new TermMappingException("expected a list, found " + term);
  }

  static List<Pid> pids(Term term) {
    if (term instanceof Pid pid) {
      return List.of(pid);
    }
    return list(term).elements().stream().map(PeerScopes::pid).toList();
  }

  private static Pid pid(@Nullable Term term) {
    if (term instanceof Pid pid) {
      return pid;
    }
    throw new TermMappingException("expected a pid, found " + term);
  }
}
