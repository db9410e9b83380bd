package io.weft.node;

import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a straight-line body can do in its own name: receive when and what it likes, call, and wait.
 *
 * <p>The body runs on a virtual thread of its own and may block on anything. Signals act meanwhile:
 * a process that is killed while it waits for a disk has ended for all others at once, its thread
 * is interrupted, and what it tries in the name of the process from then on fails with an {@link
 * ExitException}. To be used by the body's own thread only; others get an {@link
 * IllegalStateException}.
 *
 * @param <M> the protocol of the process
 */
public interface BlockingSelf<M> {
  /** Returns the identity of this process. */
  Pid pid();

  /** Returns the address of this process. */
  Address<M> address();

  /** Returns the node of this process. */
  Node node();

  // --- receiving ---------------------------------------------------------------------------------

  /** Waits for a message of the protocol; calls and reports stay in the mailbox. */
  M receive();

  /** Waits for a message of the protocol for {@code within} at most; null if none came. */
  @Nullable M receive(Duration within);

  /** Waits for whatever comes next. */
  Received<M> receiveAny();

  /** Waits for the first message that one of the clauses matches: see {@link Select}. */
  <R> R select(Consumer<Select<M, R>> clauses);

  // --- sending and calling -----------------------------------------------------------------------

  /**
   * Sends a message, and waits for room where the receiver's {@link MailboxPolicy} suspends its
   * senders.
   */
  <T> void send(Address<T> to, T message);

  /**
   * Calls a server and waits for the reply.
   *
   * @throws CallException if there is none
   */
  <R, Q extends Request<R>> R call(Address<? super Q> server, Q request, Duration within);

  /** Calls a server that speaks terms and waits for its reply. Errors as {@link #call}. */
  Term callTerm(Address<Term> server, Term request, Duration within);

  /** Waits. Signals act meanwhile; messages stay in the mailbox. */
  void sleep(Duration time);

  // --- processes ---------------------------------------------------------------------------------

  /** Starts a process, without a link. */
  <T> Address<T> spawn(Blueprint<T> blueprint);

  /** Starts a process linked to this one from before its first moment. */
  <T> Address<T> spawnLink(Blueprint<T> blueprint);

  /**
   * Starts a linked process and waits until it serves.
   *
   * @throws StartException if it ended before it served
   */
  <T> Address<T> startLink(Blueprint<T> blueprint);

  /**
   * Asks another node for a process and waits for it: {@code spawn/4} and its like, which in OTP do
   * not tell.
   *
   * @throws SpawnException if there is none
   */
  SpawnResult.Ok spawn(RemoteSpawn wish);

  /** As {@link Self#link}. */
  void link(Pid other);

  /** As {@link Self#unlink}. */
  void unlink(Pid other);

  /** As {@link Self#trapExit}. */
  boolean trapExit(boolean trap);

  /** As {@link Self#exit}. */
  void exit(Pid other, ExitReason reason);

  /** As {@link Self#monitor}. */
  Reference monitor(Target target);

  /** As {@link Self#demonitor}. */
  boolean demonitor(Reference monitor, boolean flush);

  /** As {@link Self#alias}. */
  Reference alias(AliasMode mode);

  /** As {@link Self#unalias}. */
  boolean unalias(Reference alias);

  /**
   * Does something else of {@link Self} in the name of this process; {@code action} must not block.
   */
  <T> T does(Supplier<T> action);

  /** Returns the process as event-driven code sees it, for use within {@link #does}. */
  Self<M> self();
}
