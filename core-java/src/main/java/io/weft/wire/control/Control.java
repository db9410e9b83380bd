package io.weft.wire.control;

import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.wire.CompressionWish;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A signal between two nodes, by its meaning: one type for each kind, whatever its form on the
 * wire, with the payload inside. In every signal {@code from} is the process (or other entity) at
 * the node that sends it and {@code to} the one at the node that receives it.
 *
 * <p>Source: ERTS User's Guide, Distribution Protocol, "Protocol between Connected Nodes".
 */
public sealed interface Control {

  /** A signal that may carry a trace token: see {@link Traced}. */
  sealed interface Traceable extends Control {}

  /** LINK: {@code from} links itself to {@code to}. */
  record Link(Pid from, Pid to) implements Control {}

  /**
   * UNLINK_ID, or UNLINK of the older link protocol.
   *
   * @param id what the acknowledgement repeats: 1 to 2^64-1 as unsigned number; 0 for the older
   *     protocol, which has no acknowledgement
   */
  record Unlink(long id, Pid from, Pid to) implements Control {}

  /**
   * UNLINK_ID_ACK: {@code from} has seen the {@link Unlink} of {@code to}.
   *
   * @param id the one of the unlink, unsigned; with 0, the answer to an unlink of the older
   *     protocol, nothing goes out
   */
  record UnlinkAck(long id, Pid from, Pid to) implements Control {}

  /**
   * SEND_SENDER or SEND: a message to a process.
   *
   * @param from the sender; null if the peer did not tell (SEND)
   */
  record Send(@Nullable Pid from, Pid to, Term message) implements Traceable {}

  /** REG_SEND: a message to a registered name. */
  record RegSend(Pid from, Atom toName, Term message) implements Traceable {}

  /** ALIAS_SEND: a message to a process alias. */
  record AliasSend(Pid from, Reference alias, Term message) implements Traceable {}

  /** PAYLOAD_EXIT or EXIT: {@code from} has ended and with it the link to {@code to}. */
  record Exit(Pid from, Pid to, Term reason) implements Traceable {}

  /** PAYLOAD_EXIT2 or EXIT2: {@code from} called {@code exit(To, Reason)}. */
  record Exit2(Pid from, Pid to, Term reason) implements Traceable {}

  /**
   * MONITOR_P: {@code from} starts to monitor.
   *
   * @param target what is monitored: a {@link Pid}, or an {@link Atom} for a registered name
   */
  record Monitor(Pid from, Term target, Reference ref) implements Control {
    /**
     * Checks the target.
     *
     * @throws IllegalArgumentException if it is neither a pid nor an atom
     */
    public Monitor {
      requireMonitorTarget(target);
    }
  }

  /**
   * DEMONITOR_P: {@code from} stops to monitor.
   *
   * @param target what is monitored: a {@link Pid}, or an {@link Atom} for a registered name
   */
  record Demonitor(Pid from, Term target, Reference ref) implements Control {
    /**
     * Checks the target.
     *
     * @throws IllegalArgumentException if it is neither a pid nor an atom
     */
    public Demonitor {
      requireMonitorTarget(target);
    }
  }

  /**
   * PAYLOAD_MONITOR_P_EXIT or MONITOR_P_EXIT: what {@code to} monitors has ended, or was not there.
   *
   * @param target what was monitored, as in {@link Monitor}: a {@link Pid} or an {@link Atom}
   */
  record MonitorExit(Term target, Pid to, Reference ref, Term reason) implements Control {
    /**
     * Checks the target.
     *
     * @throws IllegalArgumentException if it is neither a pid nor an atom
     */
    public MonitorExit {
      requireMonitorTarget(target);
    }
  }

  /**
   * SPAWN_REQUEST: {@code from} wants a process that calls {@code module:function(Args...)}.
   *
   * @param arity as the peer states it; OTP does not compare it with the length of {@code args}
   * @param args the argument list
   */
  record SpawnRequest(
      Reference reqId,
      Pid from,
      Pid groupLeader,
      Atom module,
      Atom function,
      int arity,
      ListTerm options,
      Term args)
      implements Traceable {}

  /**
   * SPAWN_REPLY: the answer to a {@link SpawnRequest}, before any other signal of the new process.
   *
   * @param flags {@link #LINKED} and {@link #MONITORED}: what was set up
   * @param result the new {@link Pid}, or an {@link Atom} that tells why there is none
   */
  record SpawnReply(Reference reqId, Pid to, int flags, Term result) implements Traceable {

    /** The new process is linked to the one that asked. */
    public static final int LINKED = 1;

    /** The new process is monitored by the one that asked; the reference is the request's. */
    public static final int MONITORED = 2;

    /**
     * Checks the result.
     *
     * @throws IllegalArgumentException if it is neither a pid nor an atom
     */
    public SpawnReply {
      if (!(result instanceof Pid || result instanceof Atom)) {
        throw new IllegalArgumentException(
            "result " + result.abbreviate(80) + " is neither a pid nor an atom");
      }
    }
  }

  /** GROUP_LEADER: {@code from} becomes the group leader of {@code to}. */
  record GroupLeader(Pid from, Pid to) implements Control {}

  /** NODE_LINK: has no meaning any more. */
  record NodeLink() implements Control {}

  /**
   * A signal with a sequential trace token (the {@code _TT} forms). It goes as the plain signal to
   * a peer without BIG_SEQTRACE_LABELS, unless the label is a small integer.
   *
   * @param token a tuple of five elements: see {@code seq_trace}
   */
  record Traced(Traceable control, Term token) implements Control {}

  /**
   * A request, of which the sender tells how long it waits for the answer: a form of Weft's own. It
   * goes as the message alone to a peer without CALL_DEADLINES.
   *
   * @param message a {@link Send} or {@link RegSend}, or one of them {@link Traced}
   * @param left asked when the message goes out
   */
  record Awaited(Control message, TimeLeft left) implements Control {
    /**
     * Checks the message.
     *
     * @throws IllegalArgumentException if it is of another kind
     */
    public Awaited {
      Control plain = message instanceof Traced traced ? traced.control() : message;
      if (!(plain instanceof Send || plain instanceof RegSend)) {
        throw new IllegalArgumentException("not a request: " + plain.getClass().getSimpleName());
      }
    }
  }

  /**
   * A message whose sender wants it compressed otherwise than the node does it. On the wire it is
   * the message alone.
   */
  record Wished(Control control, CompressionWish compression) implements Control {}

  private static void requireMonitorTarget(Term target) {
    Objects.requireNonNull(target, "target");
    if (!(target instanceof Pid || target instanceof Atom)) {
      throw new IllegalArgumentException(
          "target " + target.abbreviate(80) + " is neither a pid nor an atom");
    }
  }
}
