package io.weft.global;

import io.weft.node.Self;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.TermOrder;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that agree on names with this one, and how it comes to agree with more: see {@link
 * Dance}. All of it in turns of the name server.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/global.html">OTP, module global, version 8
 *     of its protocol</a>
 */
final class Partition implements Locker.Listener {
  /** The version of the protocol. */
  static final int VERSION = 8;

  private final Self<GlobalMessage> self;
  private final Servers servers;
  private final NameTable names;
  private final LockTable locks;
  private final Locker locker;
  private final Comparison comparison;

  /** The nodes that agree on names with this one, and the protocol each speaks. */
  private final Map<Atom, Integer> known = new LinkedHashMap<>();

  private final Set<Atom> synced = new HashSet<>();
  private final Map<Atom, Dance> dances = new LinkedHashMap<>();

  /** What peers began before this node had heard that they are connected, or why. */
  private final Map<Atom, Tuple> early = new HashMap<>();

  private final List<SyncWait> waiting = new ArrayList<>();
  private long lastTag;

  private record SyncWait(Set<Atom> missing, Runnable done) {}

  Partition(
      Self<GlobalMessage> self,
      Servers servers,
      NameTable names,
      LockTable locks,
      Comparison comparison) {
    this.self = self;
    this.servers = servers;
    this.names = names;
    this.locks = locks;
    this.comparison = comparison;
    this.locker = new Locker(self, servers, locks, this, this);
  }

  Set<Atom> known() {
    return known.keySet();
  }

  Set<Atom> synced() {
    return synced;
  }

  Collection<Dance> dances() {
    return List.copyOf(dances.values());
  }

  ListTerm knownNames() {
    return new ListTerm(List.<Term>copyOf(known.keySet()));
  }

  void close() {
    locker.close();
  }

  // --- nodes come and go -------------------------------------------------------------------------

  /** A node that was told of by others is one of us before its connection is up. */
  void onUp(Atom peer) {
    if (!known.containsKey(peer)) {
      beginDance(peer);
      Tuple begun = early.remove(peer);
      if (begun != null) {
        onInitConnect(begun);
      }
    }
  }

  private void beginDance(Atom peer) {
    lastTag++;
    var dance = new Dance(peer, IntTerm.of(lastTag));
    dances.put(peer, dance);
    servers.cast(
        peer,
        Tuple.of(
            Words.INIT_CONNECT,
            Tuple.of(IntTerm.of(VERSION), dance.myTag),
            servers.here(),
            Tuple.of(Words.LOCKER, Words.NO_LONGER_A_PID, MapTerm.EMPTY, self.pid())));
  }

  /** A node is lost; true if it was one of us. */
  boolean onDown(Atom peer) {
    early.remove(peer);
    boolean wasKnown = known.remove(peer) != null;
    synced.remove(peer);
    endDance(peer);
    noLongerMissing(peer);
    return wasKnown;
  }

  private void endDance(Atom peer) {
    Dance dance = dances.remove(peer);
    if (dance != null) {
      locker.release(dance, false, () -> {});
    }
  }

  // --- init_connect ------------------------------------------------------------------------------

  /** {@code {init_connect, {Vsn, HisTag}, Node, {locker, _, _, HisLocker}}}. */
  void onInitConnect(Tuple message) {
    Tuple versionAndTag = Words.tuple(message.get(1), 2);
    Atom peer = Words.atom(message.get(2));
    Pid hisLocker = Words.pid(Words.tuple(message.get(3), 4).get(3));
    int version = Math.min(VERSION, Words.version(versionAndTag.get(0)));
    Dance dance = dances.get(peer);
    if (dance == null) {
      if (servers.isConnected(peer)) {
        early.put(peer, message);
      }
      return;
    }
    if (dance.hisTag != null && !dance.hisTag.equals(versionAndTag.get(1))) {
      dance = danceAnew(dance);
    }
    dance.hisTag = versionAndTag.get(1);
    dance.hisLocker = hisLocker;
    dance.version = version;
    servers.tell(peer, Tuple.of(Words.INIT_CONNECT_ACK, servers.here(), dance.hisTag, dance.myTag));
    locker.somethingNew();
  }

  /** The peer has begun anew; what it knows of us is still right. */
  private Dance danceAnew(Dance before) {
    locker.release(before, false, () -> {});
    var dance = new Dance(before.peer, before.myTag);
    dances.put(before.peer, dance);
    return dance;
  }

  /**
   * {@code {init_connect_ack, Node, OurTag, HisTag}}: what the peer takes the two tags for. It may
   * be of an earlier dance; then that of this one is under way.
   */
  void onInitConnectAck(Tuple message) {
    Atom peer = Words.atom(message.get(1));
    Dance dance = dances.get(peer);
    if (dance != null && TermOrder.EXACT.compare(dance.myTag, message.get(2)) < 0) {
      servers.tell(peer, Tuple.of(Words.CANCEL_CONNECT, servers.here(), message.get(3)));
      endDance(peer);
      beginDance(peer);
    }
  }

  /** {@code {cancel_connect, Node, OurTag}}: the peer begins anew, and so do we. */
  void onCancelConnect(Tuple message) {
    Atom peer = Words.atom(message.get(1));
    if (danceOf(peer, message.get(2)) != null) {
      endDance(peer);
      beginDance(peer);
    }
  }

  // --- lock_set ----------------------------------------------------------------------------------

  /** {@code {lock_set, HisLocker, IsSet, HisKnown, OurTag}}. */
  void onLockSet(Tuple message) {
    boolean isSet = Words.bool(message.get(2));
    Dance dance = danceOf(Words.pid(message.get(1)).node(), message.get(4));
    if (dance != null && dance.lock == null) {
      dance.hisLockSet = isSet;
      locker.somethingNew();
    }
  }

  private @Nullable Dance danceOf(Atom peer, Term myTag) {
    Dance dance = dances.get(peer);
    return dance != null && dance.myTag.equals(myTag) ? dance : null;
  }

  @Override
  public void locked(Dance dance) {
    List<Tuple> all = names.all().stream().map(Registration::toTerm).toList();
    answer(
        dance, Words.EXCHANGE, servers.here(), new ListTerm(List.<Term>copyOf(all)), ListTerm.NIL);
    compare(dance);
  }

  private void answer(Dance dance, Term... message) {
    Term[] tagged = Stream.concat(Stream.of(message), Stream.of(dance.hisTag)).toArray(Term[]::new);
    servers.cast(dance.peer, Tuple.of(tagged));
  }

  // --- exchange and resolved ---------------------------------------------------------------------

  /** {@code {exchange, Node, Names, _, OurTag}}. */
  void onExchange(Tuple message) {
    List<Registration> his = Words.list(message.get(2), Registration::of);
    Dance dance = danceOf(Words.atom(message.get(1)), message.get(4));
    if (dance != null) {
      dance.hisNames = his;
      compare(dance);
    }
  }

  private void compare(Dance dance) {
    List<Registration> his = dance.hisNames;
    if (dance.lock != null && his != null && !dance.comparing) {
      dance.comparing = true;
      comparison.begin(self, dance, his);
    }
  }

  /**
   * The names of both were compared.
   *
   * @param ours what is new to us
   * @param both what the peer must hear too
   */
  void onCompared(Dance dance, List<NameOp> ours, List<NameOp> both) {
    if (dance.over) {
      return;
    }
    answer(
        dance, Words.RESOLVED, servers.here(), terms(both), members(), Words.UNUSED, ListTerm.NIL);
    dance.ops = ours;
    join(dance);
  }

  private static ListTerm terms(List<NameOp> ops) {
    return new ListTerm(ops.stream().<Term>map(NameOp::toTerm).toList());
  }

  /** {@code [{Node, Vsn}]} of the nodes that agree with this one. */
  private ListTerm members() {
    List<Term> members = new ArrayList<>();
    known.forEach((node, version) -> members.add(Tuple.of(node, IntTerm.of(version))));
    return new ListTerm(members);
  }

  /** {@code {resolved, Node, Ops, HisMembers, _, _, OurTag}}. */
  void onResolved(Tuple message) {
    var his =
        new Dance.Resolved(
            Words.list(message.get(2), NameOp::of), Words.list(message.get(3), Partition::member));
    Dance dance = danceOf(Words.atom(message.get(1)), message.get(6));
    if (dance != null) {
      dance.his = his;
      join(dance);
    }
  }

  private static Tuple member(Term term) {
    Tuple member = Words.tuple(term, 2);
    Words.atom(member.get(0));
    Words.version(member.get(1));
    return member;
  }

  // --- the partitions become one -----------------------------------------------------------------

  private void join(Dance dance) {
    Dance.Resolved his = dance.his;
    if (dance.ops == null || his == null) {
      return;
    }
    List<NameOp> ops = Stream.concat(dance.ops.stream(), his.ops().stream()).toList();
    List<Atom> before = List.copyOf(known.keySet());
    List<Tuple> added = new ArrayList<>(his.nodes());
    added.addFirst(Tuple.of(dance.peer, IntTerm.of(dance.version)));
    apply(ops, servers.here(), dance.lock);
    dances.remove(dance.peer);
    locker.release(dance, true, () -> tellPartition(before, ops, added, dance));
    synced.add(dance.peer);
    add(added, dance.peer);
    noLongerMissing(dance.peer);
    locker.somethingNew();
  }

  /** The message goes out before the lock is released, and so arrives before that. */
  private void tellPartition(List<Atom> members, List<NameOp> ops, List<Tuple> added, Dance dance) {
    Tuple message =
        Tuple.of(
            Words.NEW_NODES,
            servers.here(),
            terms(ops),
            ListTerm.NIL,
            new ListTerm(List.<Term>copyOf(added)),
            ListTerm.of(
                Tuple.of(Words.VSN, IntTerm.of(dance.version)),
                Tuple.of(Words.LOCK, Objects.requireNonNull(dance.lock))));
    members.forEach(member -> servers.cast(member, message));
  }

  /** {@code {new_nodes, Node, Ops, _, [{NewNode, Vsn}], Extra}}. */
  void onNewNodes(Tuple message) {
    Atom from = Words.atom(message.get(1));
    List<NameOp> ops = Words.list(message.get(2), NameOp::of);
    List<Tuple> added = Words.list(message.get(4), Partition::member);
    Term lock =
        Words.list(message.get(5), extra -> Words.tuple(extra, 2)).stream()
            .filter(extra -> extra.get(0).equals(Words.LOCK))
            .map(extra -> extra.get(1))
            .findFirst()
            .orElse(null);
    apply(ops, from, lock);
    add(added, from);
    locker.somethingNew();
  }

  private void apply(List<NameOp> ops, Atom by, @Nullable Term lock) {
    for (NameOp op : ops) {
      if (op instanceof NameOp.Insert(Registration registration)) {
        names.insert(self, registration);
        if (!by.equals(servers.here()) && !locks.mayChangeNames(by, lock)) {
          names.remove(self, registration.name());
        }
      } else if (op instanceof NameOp.Delete(Term name)) {
        names.remove(self, name);
      }
    }
  }

  /**
   * Makes nodes members. Each of them but {@code agreed}, with which this node has just spoken, is
   * connected with, and told that this node agrees with it.
   */
  private void add(List<Tuple> nodes, Atom agreed) {
    for (Tuple each : nodes) {
      Atom node = Words.atom(each.get(0));
      if (node.equals(servers.here())
          || known.putIfAbsent(node, Words.version(each.get(1))) != null) {
        continue;
      }
      if (!node.equals(agreed)) {
        endDance(node);
        if (!servers.isConnected(node)) {
          self.monitorNode(node, _ -> new GlobalMessage.Unreachable(node));
        }
        servers.cast(node, Tuple.of(Words.IN_SYNC, servers.here(), Atom.TRUE));
      }
    }
  }

  /** {@code {in_sync, Node, _}}: a node of what was the other partition agrees with this one. */
  void onInSync(Tuple message) {
    Atom peer = Words.atom(message.get(1));
    if (servers.isConnected(peer)) {
      early.remove(peer);
      endDance(peer);
      synced.add(peer);
      noLongerMissing(peer);
    }
  }

  // --- sync --------------------------------------------------------------------------------------

  /** Runs {@code done} when this node agrees with all of these that are connected. */
  void sync(Collection<Atom> nodes, Runnable done) {
    Set<Atom> missing = new HashSet<>();
    for (Atom node : nodes) {
      if (servers.isConnected(node) && !synced.contains(node)) {
        missing.add(node);
      }
    }
    if (missing.isEmpty()) {
      done.run();
    } else {
      waiting.add(new SyncWait(missing, done));
    }
  }

  private void noLongerMissing(Atom node) {
    for (SyncWait each : List.copyOf(waiting)) {
      each.missing.remove(node);
      if (each.missing.isEmpty()) {
        waiting.remove(each);
        each.done.run();
      }
    }
  }
}
