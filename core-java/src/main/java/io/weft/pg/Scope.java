package io.weft.pg;

import io.weft.node.Address;
import io.weft.node.AliasMode;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.NodeEvent;
import io.weft.node.NodeKind;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The process of a scope on one node: knows who of this node is in which group, and tells the same
 * scope of other nodes.
 *
 * <p>What a peer tells is dropped with the connection it came over, and with the end of its scope.
 */
final class Scope implements Behavior<ScopeMessage> {
  private static final Atom NOT_JOINED = Atom.of("not_joined");
  private static final Atom MONITOR = Atom.of("monitor");
  private static final Atom JOIN = Atom.of("join");
  private static final Atom LEAVE = Atom.of("leave");

  private final Atom name;
  private final Memberships memberships;
  private final Watches watches = new Watches();
  private @Nullable LocalMembers local;
  private @Nullable PeerScopes peers;

  private Scope(Atom name, Memberships memberships) {
    this.name = name;
    this.memberships = memberships;
  }

  static Blueprint<ScopeMessage> blueprint(Atom name, Memberships memberships) {
    return Blueprint.<ScopeMessage>of("pg scope " + name.name(), () -> new Scope(name, memberships))
        .named(name.name())
        .codec(ScopeMessage.CODEC);
  }

  @Override
  public void start(Self<ScopeMessage> self) {
    var mine = new LocalMembers(self, memberships, watches);
    local = mine;
    peers = new PeerScopes(self, name, memberships, watches, mine);
    self.monitorNodes(NodeKind.CONNECTED, ScopeMessage.OfNode::new);
    self.node().nodes().forEach(peers()::discover);
  }

  private LocalMembers local() {
    return Objects.requireNonNull(local);
  }

  private PeerScopes peers() {
    return Objects.requireNonNull(peers);
  }

  // --- from this node ----------------------------------------------------------------------------

  @Override
  public void message(Self<ScopeMessage> self, ScopeMessage message) {
    switch (message) {
      case ScopeMessage.Foreign(Term term) -> foreign(self, term);
      case ScopeMessage.OfNode(NodeEvent.Up up) when !up.hidden() -> peers().discover(up.peer());
      case ScopeMessage.OfNode(NodeEvent.Up _) -> {}
      case ScopeMessage.OfNode(NodeEvent.Down down) -> peers().lost(down.peer());
      case ScopeMessage.Join join -> {
        join(join.group(), join.pids(), pidOrPids(join.pids()));
        join.done().complete(true);
      }
      case ScopeMessage.Leave leave ->
          leave.done().complete(leave(leave.group(), leave.pids(), pidOrPids(leave.pids())));
      case ScopeMessage.Watch watch -> watch(self, watch);
      case ScopeMessage.Unwatch(Object watch) -> watches.remove(self, watch);
    }
  }

  private static Term pidOrPids(List<Pid> pids) {
    return pids.size() == 1 ? pids.getFirst() : new ListTerm(List.<Term>copyOf(pids));
  }

  private void join(Term group, List<Pid> pids, Term asTold) {
    if (local().join(group, pids)) {
      peers().tell(pid -> Tuple.of(JOIN, pid, group, asTold));
    }
  }

  private boolean leave(Term group, List<Pid> pids, Term asTold) {
    boolean left = local().leave(group, pids);
    if (left) {
      peers().tell(pid -> Tuple.of(LEAVE, pid, asTold, ListTerm.of(group)));
    }
    return left;
  }

  private void watch(Self<ScopeMessage> self, ScopeMessage.Watch watch) {
    Object key = new Object();
    Target until = watch.until() == null ? null : watch.until().target();
    watches.add(self, key, watch.group(), until, watch.listener());
    Address<ScopeMessage> me = self.address();
    watch
        .done()
        .complete(
            new GroupMonitor(before(watch.group()), () -> me.tell(new ScopeMessage.Unwatch(key))));
  }

  private Map<Term, List<Pid>> before(@Nullable Term group) {
    return group == null ? memberships.all() : Map.of(group, memberships.members(group));
  }

  // --- from others -------------------------------------------------------------------------------

  private void foreign(Self<ScopeMessage> self, Term term) {
    try {
      if (!(term instanceof Tuple message) || !peers().take(message)) {
        self.warn("dropped {}: it is not of pg's protocol", term);
      }
    } catch (TermMappingException malformed) {
      self.warn("dropped {}: {}", term, String.valueOf(malformed.getMessage()));
    }
  }

  @Override
  public void call(Self<ScopeMessage> self, ScopeMessage message, From from) {
    Term request = message instanceof ScopeMessage.Foreign(Term term) ? term : ListTerm.NIL;
    try {
      if (!serve(self, request, from)) {
        from.refuse("pg does not know " + request);
      }
    } catch (TermMappingException malformed) {
      from.refuse(String.valueOf(malformed.getMessage()));
    }
  }

  private boolean serve(Self<ScopeMessage> self, Term request, From from) {
    if (request.equals(MONITOR)) {
      Reference reference = watchFor(self, null, from.client());
      Map<Term, Term> all = new HashMap<>();
      memberships.all().forEach((group, pids) -> all.put(group, list(pids)));
      from.reply(Tuple.of(reference, new MapTerm(all)));
      return true;
    }
    if (!(request instanceof Tuple tuple
        && tuple.arity() > 1
        && tuple.get(0) instanceof Atom tag)) {
      return false;
    }
    switch (tag.name() + "/" + tuple.arity()) {
      case "join_local/3" -> {
        join(tuple.get(1), local().own(tuple.get(2)), tuple.get(2));
        from.reply(Atom.OK);
      }
      case "leave_local/3" ->
          from.reply(
              leave(tuple.get(1), local().own(tuple.get(2)), tuple.get(2)) ? Atom.OK : NOT_JOINED);
      case "monitor/2" -> {
        Reference reference = watchFor(self, tuple.get(1), from.client());
        from.reply(Tuple.of(reference, list(memberships.members(tuple.get(1)))));
      }
      case "demonitor/2" -> from.reply(watches.remove(self, tuple.get(1)) ? Atom.OK : Atom.FALSE);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** A process that speaks terms is told {@code {Ref, join | leave, Group, Pids}}. */
  private Reference watchFor(Self<ScopeMessage> self, @Nullable Term group, Pid client) {
    Reference reference = self.alias(AliasMode.EXPLICIT_UNALIAS);
    self.unalias(reference);
    Address<Term> to = self.node().address(client);
    Consumer<GroupEvent> listener =
        event ->
            to.tell(
                Tuple.of(
                    reference,
                    event instanceof GroupEvent.Join ? JOIN : LEAVE,
                    event.group(),
                    list(event.pids())));
    watches.add(self, reference, group, new Target.ByPid(client), listener);
    return reference;
  }

  private static ListTerm list(List<Pid> pids) {
    return new ListTerm(List.<Term>copyOf(pids));
  }

  // --- ends --------------------------------------------------------------------------------------

  @Override
  public void info(Self<ScopeMessage> self, Info info) {
    if (!(info instanceof Info.Down down)) {
      return;
    }
    Map<Term, Integer> left = local().onDown(down.monitor());
    if (left != null) {
      peers().tell(pid -> Tuple.of(LEAVE, pid, down.item(), LocalMembers.repeated(left)));
    } else if (!peers().onDown(down.monitor())) {
      watches.onDown(down.monitor());
    }
  }

  @Override
  public void ended(Self<ScopeMessage> self, ExitReason reason) {
    memberships.clear();
  }
}
