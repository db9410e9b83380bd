package io.weft.pg;

import io.weft.node.Address;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Named groups of processes of a whole cluster: OTP's {@code pg}. Any thread; nothing blocks.
 *
 * <pre>{@code
 * ProcessGroups groups = ProcessGroups.of(node);
 * groups.join(Atom.of("tills"), pid);
 * groups.members(Atom.of("tills"), tillCodec).forEach(till -> till.cast(new Till.Open()));
 * }</pre>
 *
 * <p>A <i>scope</i> is a set of groups; nodes share those scopes that run on both, if neither is
 * hidden. A process joins as often as it likes and leaves as often; it is out of all groups when it
 * ends or its node is lost. All nodes know the same in the end, and each may lag behind: there is
 * no lock.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/pg.html">OTP, module pg</a>
 */
public final class ProcessGroups {
  /** The name of the default scope. */
  public static final String DEFAULT_SCOPE = "pg";

  private final Node node;
  private final Atom scope;
  private final Memberships memberships = new Memberships();
  private final Address<ScopeMessage> process;

  /** The scopes that run on a node. */
  private static final class Scopes {
    final Map<Atom, ProcessGroups> running = new ConcurrentHashMap<>();
  }

  private ProcessGroups(Node node, Atom scope) {
    this.node = node;
    this.scope = scope;
    process = node.spawn(Scope.blueprint(scope, memberships).partOfNode());
  }

  /** Returns the default scope of a node, and starts it if it does not run. */
  public static ProcessGroups of(Node node) {
    return of(node, DEFAULT_SCOPE);
  }

  /**
   * Returns a scope of a node, and starts it if it does not run: {@code pg:start/1}.
   *
   * @throws io.weft.node.NameTakenException if another process of the node has the name
   */
  public static ProcessGroups of(Node node, String scope) {
    Scopes all = node.service(Scopes.class, _ -> new Scopes());
    return all.running.compute(
        Atom.of(scope),
        (name, present) ->
            present != null && present.isRunning() ? present : new ProcessGroups(node, name));
  }

  private boolean isRunning() {
    Pid pid = process.pid();
    return pid != null && node.isAlive(pid);
  }

  /** Returns the name of the scope. */
  public String scope() {
    return scope.name();
  }

  // --- join and leave ----------------------------------------------------------------------------

  /** Adds processes of this node to a group; completes with true when this node knows. */
  public CompletableFuture<Boolean> join(Term group, Pid... pids) {
    return ask(done -> new ScopeMessage.Join(group, own(pids), done));
  }

  /**
   * Takes processes of this node out of a group, each once for each time it is named; completes
   * with false if none of them was in it.
   */
  public CompletableFuture<Boolean> leave(Term group, Pid... pids) {
    return ask(done -> new ScopeMessage.Leave(group, own(pids), done));
  }

  private List<Pid> own(Pid... pids) {
    for (Pid pid : pids) {
      if (!node.isHere(pid)) {
        throw new IllegalArgumentException(
            "only a process of " + node.name() + " joins or leaves here, not " + pid);
      }
    }
    return List.of(pids);
  }

  private <T> CompletableFuture<T> ask(Function<CompletableFuture<T>, ScopeMessage> message) {
    var done = new CompletableFuture<T>();
    process.tell(message.apply(done));
    return done;
  }

  // --- look --------------------------------------------------------------------------------------

  /** Returns the processes of a group on all nodes, one as often as it joined. */
  public List<Pid> members(Term group) {
    return memberships.members(group);
  }

  /** Returns the addresses of the processes of a group, which all speak one protocol. */
  public <M> List<Address<M>> members(Term group, TermCodec<M> codec) {
    return memberships.members(group).stream().map(pid -> node.address(pid, codec)).toList();
  }

  /** Returns the processes of this node that are in a group. */
  public List<Pid> localMembers(Term group) {
    return memberships.localMembers(group);
  }

  /** Returns the groups that have members, in no order. */
  public Set<Term> groups() {
    return memberships.groups();
  }

  // --- monitor -----------------------------------------------------------------------------------

  /**
   * Tells a process of each change of a group, with a message of its protocol, until it ends:
   * {@code pg:monitor/2}. Completes with who is a member now.
   */
  public <M> CompletableFuture<GroupMonitor> monitor(
      Term group, Address<M> to, Function<? super GroupEvent, ? extends M> message) {
    return watch(group, to, event -> to.tell(message.apply(event)));
  }

  /** As {@link #monitor}, for all groups of the scope: {@code pg:monitor_scope/1}. */
  public <M> CompletableFuture<GroupMonitor> monitorScope(
      Address<M> to, Function<? super GroupEvent, ? extends M> message) {
    return watch(null, to, event -> to.tell(message.apply(event)));
  }

  private CompletableFuture<GroupMonitor> watch(
      @Nullable Term group, @Nullable Address<?> until, Consumer<GroupEvent> listener) {
    return ask(done -> new ScopeMessage.Watch(group, until, listener, done));
  }

  // --- the end -----------------------------------------------------------------------------------

  /**
   * Stops the scope on this node: its groups are empty here, and other nodes forget the members of
   * this one. What is asked of it from now on is never done.
   */
  public void stop() {
    Pid pid = process.pid();
    if (pid != null) {
      node.exit(pid, ExitReason.SHUTDOWN);
    }
  }
}
