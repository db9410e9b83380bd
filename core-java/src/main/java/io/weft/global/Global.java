package io.weft.global;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.Node;
import io.weft.node.TermCodec;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Names and locks of the whole cluster: OTP's {@code global}. All methods are callable from any
 * thread and do not block; inside a process go on in a turn: {@code future.thenAccept(result ->
 * self.post(...))}.
 *
 * <pre>{@code
 * Global global = Global.of(node);
 * boolean mine = global.registerName(Atom.of("till"), pid).join();
 * global.send(Atom.of("till"), Term.parse("{add, 5}"));
 * }</pre>
 *
 * <h2>The cluster</h2>
 *
 * The visible nodes that are connected, directly, form a partition, and agree on names. Whoever
 * connects with one of them is connected with all. When two partitions join, a {@link ClashMethod}
 * decides whose a name is that both have given away. When a connection within a partition breaks,
 * the others give up one of the two nodes, so that partitions never overlap. A hidden node is a
 * partition of its own.
 *
 * <p>A name is free again when its process has ended, or its node is lost. To change names the
 * whole partition is locked for the time of a few messages; to look one up asks nobody.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/global.html">OTP, module global</a>
 */
public final class Global {
  /** Try again until the lock is there. */
  public static final int FOREVER = Integer.MAX_VALUE;

  private final Node node;
  private final NameTable names = new NameTable();
  private final ClashMethods methods = new ClashMethods();
  private final Address<GlobalMessage> server;
  private final Address<Registrar.Job> registrar;

  private Global(Node node) {
    this.node = node;
    var comparison = new Comparison(names, new Resolver(node, methods));
    server = node.spawn(NameServer.blueprint(names, comparison).partOfNode());
    registrar = node.spawn(Registrar.blueprint(names).partOfNode());
  }

  /**
   * Returns what the node knows of global names. Published nodes run it from their start, others
   * from the first call.
   */
  public static Global of(Node node) {
    return node.service(Global.class, Global::new);
  }

  // --- names -------------------------------------------------------------------------------------

  /**
   * Gives a process a name, with {@link ClashMethod#RANDOM_EXIT} for clashes: see {@link
   * #registerName(Term, Pid, ClashMethod)}.
   */
  public CompletableFuture<Boolean> registerName(Term name, Pid process) {
    return registerName(name, process, ClashMethod.RANDOM_EXIT);
  }

  /**
   * Gives a process of any node a name in the whole cluster: {@code global:register_name/3}.
   * Completes with false if somebody has the name, or the process has another one; else when all
   * nodes know it.
   */
  public CompletableFuture<Boolean> registerName(Term name, Pid process, ClashMethod method) {
    provide(method);
    var registration = new Registration(name, process, method.function());
    return give(done -> new Registrar.Register(registration, done));
  }

  /** Gives a process a name, whoever had it before: {@code global:re_register_name/2}. */
  public CompletableFuture<Boolean> reRegisterName(Term name, Pid process) {
    return reRegisterName(name, process, ClashMethod.RANDOM_EXIT);
  }

  /** Gives a process a name, whoever had it before: {@code global:re_register_name/3}. */
  public CompletableFuture<Boolean> reRegisterName(Term name, Pid process, ClashMethod method) {
    provide(method);
    var registration = new Registration(name, process, method.function());
    return give(done -> new Registrar.ReRegister(registration, done));
  }

  /** Frees a name; completes when all nodes know: {@code global:unregister_name/1}. */
  public CompletableFuture<Boolean> unregisterName(Term name) {
    return give(done -> new Registrar.Unregister(name, done));
  }

  private CompletableFuture<Boolean> give(Function<CompletableFuture<Boolean>, Registrar.Job> job) {
    var done = new CompletableFuture<Boolean>();
    registrar.tell(job.apply(done));
    return done;
  }

  /** Returns the process that has the name, as far as this node knows; null if nobody. */
  public @Nullable Pid whereisName(Term name) {
    Registration registration = names.find(name);
    return registration == null ? null : registration.pid();
  }

  /** Returns the address of the process that has the name now; null if nobody. */
  public <M> @Nullable Address<M> whereisName(Term name, TermCodec<M> codec) {
    Pid pid = whereisName(name);
    return pid == null ? null : node.address(pid, codec);
  }

  /** Returns all names, in no order: {@code global:registered_names/0}. */
  public Set<Term> registeredNames() {
    return names.names();
  }

  /**
   * Sends a term to the process that has a name, and returns it: {@code global:send/2}; null if
   * nobody has it.
   */
  public @Nullable Pid send(Term name, Term message) {
    Pid pid = whereisName(name);
    if (pid != null) {
      node.address(pid).tell(message);
    }
    return pid;
  }

  /** Makes a method of one's own known to this node: see {@link ClashMethod#of}. */
  public void provide(ClashMethod method) {
    methods.provide(method);
  }

  // --- locks -------------------------------------------------------------------------------------

  /** Returns this node and the visible ones it is connected with: who is locked by default. */
  public List<Atom> nodes() {
    List<Atom> nodes = new ArrayList<>();
    nodes.add(node.name());
    nodes.addAll(node.nodes());
    return nodes;
  }

  /**
   * Takes a lock on nodes, in the name of a process of this node: {@code global:set_lock/3}. It
   * holds the lock until {@link #deleteLock} or its end. The same requester may have a lock through
   * several processes.
   *
   * @param retries how often to try again where another requester has the lock, with a pause of 125
   *     ms at most before the first, and of up to 8 s before later ones; {@link #FOREVER} for ever,
   *     or until the process has ended: then it completes with false
   */
  public CompletableFuture<Boolean> setLock(
      LockId lock, Pid holder, List<Atom> nodes, int retries) {
    var done = new CompletableFuture<Boolean>();
    var request = new LockRequest(LockRequest.Kind.SET, lock, holder, nodes, retries, done);
    node.spawn(LockRequest.blueprint(request));
    return done;
  }

  /** Lets go of a lock: {@code global:del_lock/2}. Completes when all nodes know. */
  public CompletableFuture<Boolean> deleteLock(LockId lock, Pid holder, List<Atom> nodes) {
    var done = new CompletableFuture<Boolean>();
    var request = new LockRequest(LockRequest.Kind.DELETE, lock, holder, nodes, 0, done);
    node.spawn(LockRequest.blueprint(request));
    return done;
  }

  /**
   * Runs {@code action} under a lock: {@code global:trans/4}. It runs in a process of its own, may
   * block, and must not return null. Completes with empty if the lock was not to be had, and with
   * the failure of the action if it fails; the lock is free again before that.
   */
  public <R> CompletableFuture<Optional<R>> transaction(
      LockId lock, List<Atom> nodes, int retries, Callable<R> action) {
    var done = new CompletableFuture<Optional<R>>();
    var run = new Transaction<>(this, lock, nodes, retries, action, done);
    node.spawn(Blueprint.straightLine("global transaction", run));
    return done;
  }

  // --- the cluster -------------------------------------------------------------------------------

  /** Completes when this node agrees with all visible nodes it is connected with now. */
  public CompletableFuture<Term> sync() {
    return ask(Tuple.of(Words.SYNC, new ListTerm(List.<Term>copyOf(node.nodes()))));
  }

  /** Returns the nodes that agree on names with this one. */
  public CompletableFuture<Set<Atom>> known() {
    return ask(Words.GET_KNOWN).thenApply(known -> Set.copyOf(Words.list(known, Words::atom)));
  }

  private CompletableFuture<Term> ask(Term request) {
    Pid pid = server.pid();
    return pid == null
        ? CompletableFuture.failedFuture(new IllegalStateException("there is no name server"))
        : Weft.callTermAsync(node.address(pid), request, null);
  }
}
