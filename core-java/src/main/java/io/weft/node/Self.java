package io.weft.node;

import io.weft.runtime.Timers;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.wire.CompressionWish;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a behaviour can do in its own name. Callable only in the turns of its process, except {@link
 * #post}, {@link #pid}, {@link #address} and {@link #node}: what would touch the state of the
 * process fails elsewhere with an {@link IllegalStateException} that tells what to do.
 *
 * @param <M> the protocol of the process
 */
public interface Self<M> {
  /** Returns the identity of this process. Any thread. */
  Pid pid();

  /** Returns the address of this process, to be passed on. Any thread. */
  Address<M> address();

  /** Returns the node of this process. Any thread. */
  Node node();

  /**
   * Returns the process that spawned this one; for one spawned from outside, a pid that stands for
   * the node itself.
   */
  Pid parent();

  /** Returns what reports and logs call this process. */
  String label();

  /**
   * Returns the group leader: the process that does input and output for this one. Inherited from
   * the parent; for a process without one, the process {@code user}, or on a node that has none, as
   * those without a network, a pid that stands for the node itself.
   */
  Pid groupLeader();

  /** Makes another process the group leader of this one, and of those it spawns from now on. */
  void groupLeader(Pid leader);

  /**
   * Makes a process the group leader of another one, on any node.
   *
   * @throws NoSuchProcessException if the other lived on this node and is gone
   */
  void groupLeader(Pid of, Pid leader);

  /**
   * Returns the process dictionary, to be changed freely: what {@code erlang:process_info} shows of
   * it to other nodes.
   */
  Map<Term, Term> dictionary();

  // --- processes ---------------------------------------------------------------------------------

  /** Starts a process, without a link. */
  <T> Address<T> spawn(Blueprint<T> blueprint);

  /** Starts a process linked to this one from before its first moment. */
  <T> Address<T> spawnLink(Blueprint<T> blueprint);

  /**
   * Starts a linked process and tells {@code then}, in a turn of this process, whether it came to
   * serve: {@code start_link} without the waiting.
   */
  <T> Address<T> startLink(Blueprint<T> blueprint, Consumer<Started<T>> then);

  /**
   * Asks another node, or this one, for a process and goes on: {@code spawn_request/5}. {@code
   * then} gets the result in a turn of this process, exactly once, before any signal of the new
   * process; unless the request is abandoned.
   *
   * @return the reference of the request, and of the monitor if one is wanted
   */
  Reference spawnRequest(RemoteSpawn wish, Consumer<SpawnResult> then);

  /**
   * As {@link #spawnRequest}, with a monitor whose report comes as a message of the protocol: the
   * option {@code {monitor, [{tag, Tag}]}}.
   */
  Reference spawnRequest(
      RemoteSpawn wish, Function<Info.Down, ? extends M> report, Consumer<SpawnResult> then);

  /**
   * Gives a request up: there will be no result. A process that starts all the same gets {@code
   * abandoned} through its link, if it was to have one. False if the result is there already.
   */
  boolean abandonSpawn(Reference request);

  /**
   * Registers this process. @throws IllegalArgumentException if the name is taken or this process
   * has a name
   */
  void register(String name);

  /**
   * Chooses how the messages that this process sends from now on are compressed, for peers that
   * compress with this node at all; null for as the node does it.
   *
   * @see Blueprint#compression
   */
  void compression(@Nullable CompressionWish wish);

  // --- links and exits ---------------------------------------------------------------------------

  /**
   * Links this process with another; linking twice is one link, linking to itself nothing.
   *
   * @throws NoSuchProcessException if the other lived on this node, is gone, and this process does
   *     not trap exits
   */
  void link(Pid other);

  /** Removes a link. After it no exit signal of that link arrives; one delivered before remains. */
  void unlink(Pid other);

  /** Chooses whether exit signals become {@link Info.Exit}; returns the former choice. */
  boolean trapExit(boolean trap);

  /**
   * Sends an exit signal: {@code exit(Pid, Reason)}. One to itself acts when the present handler is
   * done.
   *
   * @throws MessageTooLargeException if the reason is too large for the other's node
   */
  void exit(Pid other, ExitReason reason);

  /** Ends this process at the end of the present handler: later calls change nothing. */
  void stop(ExitReason reason);

  /** Tells whether this process is to end, or ending: it handles no further message. */
  boolean isStopping();

  /**
   * In {@link Behavior#start}: ends this process with {@code normal}, and tells whoever waits for
   * the start that it is {@link Started.Ignored}.
   */
  void ignore();

  /**
   * In {@link Behavior#start}: tells whoever waits for the start something along, as {@code
   * proc_lib:init_ack} does with {@code {ok, Pid, Info}}. See {@link Started.Ok#info}.
   */
  void startInfo(Object info);

  // --- monitors and aliases ----------------------------------------------------------------------

  /**
   * Watches a process. Each call makes a monitor of its own, which reports once. A monitor of
   * itself is none: it never reports, is not listed, and makes no alias.
   */
  Reference monitor(Target target);

  /** Watches a process; the monitor's reference is an alias of this process as well. */
  Reference monitor(Target target, AliasMode alias);

  /**
   * Watches a process; the report comes as a message of the protocol: the option {@code tag} of
   * {@code erlang:monitor}.
   */
  Reference monitor(Target target, Function<Info.Down, ? extends M> report);

  /** Ends a monitor; true if it existed. With {@code flush} a report not handled yet is removed. */
  boolean demonitor(Reference monitor, boolean flush);

  /**
   * Makes an alias: a reference others can send to until it ends. {@code DEMONITOR} modes belong to
   * monitors.
   */
  Reference alias(AliasMode mode);

  /** Ends an alias; messages on their way through it are dropped. Returns whether it was active. */
  boolean unalias(Reference alias);

  // --- nodes -------------------------------------------------------------------------------------

  /**
   * Tells this process of each node of a kind that is connected or lost from now on, with a message
   * of the protocol: {@code net_kernel:monitor_nodes}. {@link NodeEvent} tells the order. Ends with
   * the process.
   */
  NodeMonitor monitorNodes(NodeKind kind, Function<? super NodeEvent, ? extends M> message);

  /**
   * Connects with a node, if need be, and tells this process once when the connection ends or could
   * not be made: {@code erlang:monitor_node}. Ends with the process.
   */
  NodeMonitor monitorNode(Atom peer, Function<? super NodeEvent.Down, ? extends M> message);

  // --- calls and time ----------------------------------------------------------------------------

  /**
   * Calls a server and goes on; {@code then} gets the result in a turn of this process, exactly
   * once.
   *
   * @param within how long to wait; null for ever
   */
  <R, Q extends Request<R>> void call(
      Address<? super Q> server,
      Q request,
      @Nullable Duration within,
      Consumer<CallResult<R>> then);

  /**
   * Calls a server that speaks terms, such as one on a foreign node; otherwise as {@link #call}.
   */
  void callTerm(
      Address<Term> server,
      Term request,
      @Nullable Duration within,
      Consumer<CallResult<Term>> then);

  /**
   * Calls a server in order to answer {@code caller}: as {@link #call}, but waits no longer than
   * the caller does, of which the server is told. For a caller that has given up, the call is not
   * made and fails with {@code timeout}.
   *
   * @param within how long to wait at most; null for as long as the caller does
   */
  default <R, Q extends Request<R>> void callFor(
      From caller,
      Address<? super Q> server,
      Q request,
      @Nullable Duration within,
      Consumer<CallResult<R>> then) {
    if (caller.deadline() == From.NO_DEADLINE) {
      call(server, request, within, then);
      return;
    }
    Duration left = Duration.ofNanos(caller.deadline() - node().seams().clock().nanoTime());
    if (left.isPositive()) {
      call(server, request, within != null && within.compareTo(left) < 0 ? within : left, then);
    } else {
      CallException tooLate = CallException.tooLate(server, left.negated());
      post(() -> then.accept(new CallResult.Failed<>(tooLate)));
    }
  }

  /**
   * Passes a request of {@code caller} on to another server, as a pool does: waits for the answer
   * as long as it takes, and tells the server when the caller gives up. {@code then} gets the
   * result in a turn of this process, exactly once.
   */
  <R, Q extends Request<R>> void pass(
      From caller, Address<? super Q> server, Q request, Consumer<CallResult<R>> then);

  /** Passes a request on to a server that speaks terms; otherwise as {@link #pass}. */
  void passTerm(From caller, Address<Term> server, Term request, Consumer<CallResult<Term>> then);

  /**
   * Runs {@code action} in a turn of this process after {@code delay}, if the process still lives;
   * later if the process is suspended then, or has sent more than a connection takes.
   */
  Timers.Timer after(Duration delay, Runnable action);

  /**
   * Sends {@code message} after {@code delay}, also when this process has ended by then: {@code
   * erlang:send_after}. A millisecond is the finest step; never early.
   */
  <T> ProcessTimer sendAfter(Duration delay, Address<T> to, T message);

  /**
   * Sends this process a message after {@code delay}: {@code erlang:start_timer}. The message is
   * made of a reference that no other timer has, so that a late one can be told from the present
   * one.
   */
  ProcessTimer startTimer(Duration delay, Function<Reference, ? extends M> message);

  /**
   * Runs {@code action} when no message came for {@code delay}: gen_server's timeout. Any message
   * ends it, and so does another call; with a delay of zero it runs as soon as no message waits.
   */
  void whenIdle(Duration delay, Runnable action);

  /**
   * Runs {@code action} after the present handler and before any message, also one that waits
   * already: gen_server's continue.
   */
  void next(Runnable action);

  // --- turns -------------------------------------------------------------------------------------

  /**
   * Runs {@code action} in a turn of this process, also while it is held. Any thread; dropped if
   * the process ended.
   */
  void post(Runnable action);

  /**
   * Returns what an {@link Observer} keeps of the message that is being handled, while that is
   * suspended; null if nothing. For those who bring ways of their own to suspend: what goes on
   * later is to run inside of {@link Observer.Capture#enter}.
   */
  default Observer.@Nullable Capture handling() {
    return null;
  }

  /**
   * Tells an {@link Observer} that the calling thread begins to run code of this process, if it is
   * not one of its turns that does; the scope is closed by that thread when it has. For those who
   * bring ways of their own to leave the turns. Any thread.
   */
  default Observer.Scope enteredAway() {
    return Observer.Scope.NONE;
  }

  /**
   * Stops taking messages until {@link #release}: the present one is not finished. Signals, timers
   * and posted actions go on. Nestable.
   */
  void hold();

  /** Ends one {@link #hold}. */
  void release();

  /**
   * In {@link Behavior#start}: whoever waits for this process to start waits on until {@link
   * #releaseStart}. Unlike under {@link #hold}, messages are handled meanwhile.
   */
  void holdStart();

  /** Tells that the process serves now. */
  void releaseStart();

  /**
   * Logs a warning that names this process. Lines with one format are limited, for the whole node,
   * to a hundred at once and one a second after that; the next one tells how many were left out.
   * What a line shows of an argument ends after 500 characters.
   */
  void warn(String format, Object... arguments);

  /**
   * Tells {@code sys} of something this process does: OTP's {@code sys:handle_debug}. Unless
   * somebody looks on, {@code event} is not asked.
   */
  void debug(Supplier<? extends SystemEvent> event);

  /** Returns the pid of a registered process of this node, or null. */
  default @Nullable Pid whereis(String name) {
    return node().whereis(Atom.of(name));
  }
}
