package io.weft.wire.control;

import static io.weft.wire.handshake.DistFlags.ALIAS;
import static io.weft.wire.handshake.DistFlags.BIG_SEQTRACE_LABELS;
import static io.weft.wire.handshake.DistFlags.CALL_DEADLINES;
import static io.weft.wire.handshake.DistFlags.DIST_MONITOR;
import static io.weft.wire.handshake.DistFlags.DIST_MONITOR_NAME;
import static io.weft.wire.handshake.DistFlags.EXIT_PAYLOAD;
import static io.weft.wire.handshake.DistFlags.SEND_SENDER;
import static io.weft.wire.handshake.DistFlags.SPAWN;
import static io.weft.wire.handshake.DistFlags.UNLINK_ID;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.IntegerTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import io.weft.wire.WireException;
import io.weft.wire.control.Control.AliasSend;
import io.weft.wire.control.Control.Awaited;
import io.weft.wire.control.Control.Demonitor;
import io.weft.wire.control.Control.Exit;
import io.weft.wire.control.Control.Exit2;
import io.weft.wire.control.Control.GroupLeader;
import io.weft.wire.control.Control.Link;
import io.weft.wire.control.Control.Monitor;
import io.weft.wire.control.Control.MonitorExit;
import io.weft.wire.control.Control.NodeLink;
import io.weft.wire.control.Control.RegSend;
import io.weft.wire.control.Control.Send;
import io.weft.wire.control.Control.SpawnReply;
import io.weft.wire.control.Control.SpawnRequest;
import io.weft.wire.control.Control.Traced;
import io.weft.wire.control.Control.Unlink;
import io.weft.wire.control.Control.UnlinkAck;
import io.weft.wire.control.Control.Wished;
import io.weft.wire.handshake.DistFlags;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Which wire form a signal takes: a control tuple, and a payload for some. */
public final class ControlCodec {

  /** What stands at a place of a control tuple that is not used any more. */
  private static final Atom UNUSED = Atom.of("");

  private static final long NANOS_A_MICRO = 1000;

  private static final long MAX_SMALL = (1 << 27) - 1;

  private ControlCodec() {}

  /**
   * A signal in its wire form.
   *
   * @param control the control tuple
   * @param payload the term that follows it, or null
   */
  public record WireForm(Tuple control, @Nullable Term payload) {}

  /**
   * The form of the signal that the negotiated flags ask for.
   *
   * @return null if there is none: the peer lacks the flag that the signal depends on (ALIAS,
   *     SPAWN, UNLINK_ID for an {@link UnlinkAck}, DIST_MONITOR, DIST_MONITOR_NAME)
   */
  public static @Nullable WireForm encode(Control control, DistFlags flags) {
    return understood(control, flags) ? encode(control, null, flags) : null;
  }

  /** Whether a peer with these negotiated flags understands the signal: it has a wire form. */
  public static boolean understood(Control control, DistFlags flags) {
    return switch (control) {
      case AliasSend _ -> flags.has(ALIAS);
      case SpawnRequest _, SpawnReply _ -> flags.has(SPAWN);
      case UnlinkAck ack -> flags.has(UNLINK_ID) && ack.id() != 0;
      case Monitor monitor -> monitorsUnderstood(monitor.target(), flags);
      case Demonitor demonitor -> monitorsUnderstood(demonitor.target(), flags);
      case MonitorExit exit -> monitorsUnderstood(exit.target(), flags);
      case Traced traced -> understood(traced.control(), flags);
      case Awaited awaited -> understood(awaited.message(), flags);
      case Wished wished -> understood(wished.control(), flags);
      case Link _, Unlink _, Send _, RegSend _, Exit _, Exit2 _, GroupLeader _, NodeLink _ -> true;
    };
  }

  private static boolean monitorsUnderstood(Term target, DistFlags flags) {
    return flags.has(target instanceof Atom ? DIST_MONITOR_NAME : DIST_MONITOR);
  }

  private static WireForm encode(Control control, @Nullable Term token, DistFlags flags) {
    return switch (control) {
      case Link(Pid from, Pid to) -> form(Op.LINK, null, from, to);
      case Unlink(long id, Pid from, Pid to) ->
          id != 0 && flags.has(UNLINK_ID)
              ? form(Op.UNLINK_ID, null, unlinkId(id), from, to)
              : form(Op.UNLINK, null, from, to);
      case UnlinkAck(long id, Pid from, Pid to) ->
          form(Op.UNLINK_ID_ACK, null, unlinkId(id), from, to);
      case Send send -> send(send, token, flags);
      case RegSend(Pid from, Atom toName, Term message) ->
          token == null
              ? form(Op.REG_SEND, message, from, UNUSED, toName)
              : form(Op.REG_SEND_TT, message, from, UNUSED, toName, token);
      case AliasSend(Pid from, var alias, Term message) ->
          token == null
              ? form(Op.ALIAS_SEND, message, from, alias)
              : form(Op.ALIAS_SEND_TT, message, from, alias, token);
      case Exit(Pid from, Pid to, Term reason) -> exit(from, to, reason, token, flags);
      case Exit2(Pid from, Pid to, Term reason) -> exit2(from, to, reason, token, flags);
      case Monitor(Pid from, Term target, var ref) -> form(Op.MONITOR_P, null, from, target, ref);
      case Demonitor(Pid from, Term target, var ref) ->
          form(Op.DEMONITOR_P, null, from, target, ref);
      case MonitorExit(Term target, Pid to, var ref, Term reason) ->
          flags.has(EXIT_PAYLOAD)
              ? form(Op.PAYLOAD_MONITOR_P_EXIT, reason, target, to, ref)
              : form(Op.MONITOR_P_EXIT, null, target, to, ref, reason);
      case SpawnRequest request -> spawnRequest(request, token);
      case SpawnReply(var reqId, Pid to, int set, Term result) ->
          token == null
              ? form(Op.SPAWN_REPLY, null, reqId, to, IntTerm.of(set), result)
              : form(Op.SPAWN_REPLY_TT, null, reqId, to, IntTerm.of(set), result, token);
      case GroupLeader(Pid from, Pid to) -> form(Op.GROUP_LEADER, null, from, to);
      case NodeLink() -> form(Op.NODE_LINK, null);
      case Traced traced ->
          encode(traced.control(), mayBeSent(traced.token(), flags) ? traced.token() : null, flags);
      case Awaited awaited ->
          awaited(awaited.left(), encode(awaited.message(), token, flags), flags);
      case Wished wished -> encode(wished.control(), token, flags);
    };
  }

  private static WireForm awaited(TimeLeft left, WireForm message, DistFlags flags) {
    return flags.has(CALL_DEADLINES)
        ? new WireForm(Op.awaited(message.control(), microsOf(left)), message.payload())
        : message;
  }

  private static IntTerm microsOf(TimeLeft left) {
    return IntTerm.of(Math.max(left.nanos(), 0) / NANOS_A_MICRO);
  }

  /** Nodes without the flag take small integers only, and those of 32 bits have the fewest. */
  private static boolean mayBeSent(Term token, DistFlags flags) {
    return flags.has(BIG_SEQTRACE_LABELS)
        || token instanceof Tuple tuple
            && tuple.arity() > 1
            && tuple.get(1) instanceof IntTerm(long label)
            && label >= -MAX_SMALL - 1
            && label <= MAX_SMALL;
  }

  private static WireForm send(Send send, @Nullable Term token, DistFlags flags) {
    Pid from = send.from();
    if (from != null && flags.has(SEND_SENDER)) {
      return token == null
          ? form(Op.SEND_SENDER, send.message(), from, send.to())
          : form(Op.SEND_SENDER_TT, send.message(), from, send.to(), token);
    }
    return token == null
        ? form(Op.SEND, send.message(), UNUSED, send.to())
        : form(Op.SEND_TT, send.message(), UNUSED, send.to(), token);
  }

  private static WireForm exit(
      Pid from, Pid to, Term reason, @Nullable Term token, DistFlags flags) {
    if (flags.has(EXIT_PAYLOAD)) {
      return token == null
          ? form(Op.PAYLOAD_EXIT, reason, from, to)
          : form(Op.PAYLOAD_EXIT_TT, reason, from, to, token);
    }
    return token == null
        ? form(Op.EXIT, null, from, to, reason)
        : form(Op.EXIT_TT, null, from, to, token, reason);
  }

  private static WireForm exit2(
      Pid from, Pid to, Term reason, @Nullable Term token, DistFlags flags) {
    if (flags.has(EXIT_PAYLOAD)) {
      return token == null
          ? form(Op.PAYLOAD_EXIT2, reason, from, to)
          : form(Op.PAYLOAD_EXIT2_TT, reason, from, to, token);
    }
    return token == null
        ? form(Op.EXIT2, null, from, to, reason)
        : form(Op.EXIT2_TT, null, from, to, token, reason);
  }

  private static WireForm spawnRequest(SpawnRequest r, @Nullable Term token) {
    Tuple call = Tuple.of(r.module(), r.function(), IntTerm.of(r.arity()));
    return token == null
        ? form(Op.SPAWN_REQUEST, r.args(), r.reqId(), r.from(), r.groupLeader(), call, r.options())
        : form(
            Op.SPAWN_REQUEST_TT,
            r.args(),
            r.reqId(),
            r.from(),
            r.groupLeader(),
            call,
            r.options(),
            token);
  }

  private static IntegerTerm unlinkId(long id) {
    return id > 0 ? IntTerm.of(id) : IntegerTerm.of(new BigInteger(Long.toUnsignedString(id)));
  }

  private static WireForm form(Op op, @Nullable Term payload, Term... operands) {
    Term[] elements = new Term[operands.length + 1];
    elements[0] = IntTerm.of(op.number);
    System.arraycopy(operands, 0, elements, 1, operands.length);
    return new WireForm(Tuple.wrap(elements), payload);
  }

  /**
   * Reads a wire form: every one that is defined, whatever was negotiated.
   *
   * @param payload the term that followed the control tuple, or null
   * @throws WireException if this is no signal: names the operation and the part that is wrong
   */
  public static Control decode(Term control, @Nullable Term payload) {
    ControlTuple t = ControlTuple.of(control, payload);
    return switch (t.op) {
      case LINK -> new Link(from(t, 1), to(t, 2));
      case UNLINK -> new Unlink(0, from(t, 1), to(t, 2));
      case UNLINK_ID -> new Unlink(t.unlinkId(1), from(t, 2), to(t, 3));
      case UNLINK_ID_ACK -> new UnlinkAck(t.unlinkId(1), from(t, 2), to(t, 3));
      case NODE_LINK -> new NodeLink();
      case GROUP_LEADER -> new GroupLeader(from(t, 1), to(t, 2));
      case SEND -> new Send(null, to(t, 2), t.payload());
      case SEND_TT -> new Traced(new Send(null, to(t, 2), t.payload()), t.term(3));
      case SEND_SENDER -> new Send(from(t, 1), to(t, 2), t.payload());
      case SEND_SENDER_TT -> new Traced(new Send(from(t, 1), to(t, 2), t.payload()), t.term(3));
      case REG_SEND -> regSend(t);
      case REG_SEND_TT -> new Traced(regSend(t), t.term(4));
      case ALIAS_SEND -> aliasSend(t);
      case ALIAS_SEND_TT -> new Traced(aliasSend(t), t.term(3));
      case EXIT -> new Exit(from(t, 1), to(t, 2), t.term(3));
      case EXIT_TT -> new Traced(new Exit(from(t, 1), to(t, 2), t.term(4)), t.term(3));
      case PAYLOAD_EXIT -> new Exit(from(t, 1), to(t, 2), t.payload());
      case PAYLOAD_EXIT_TT -> new Traced(new Exit(from(t, 1), to(t, 2), t.payload()), t.term(3));
      case EXIT2 -> new Exit2(from(t, 1), to(t, 2), t.term(3));
      case EXIT2_TT -> new Traced(new Exit2(from(t, 1), to(t, 2), t.term(4)), t.term(3));
      case PAYLOAD_EXIT2 -> new Exit2(from(t, 1), to(t, 2), t.payload());
      case PAYLOAD_EXIT2_TT -> new Traced(new Exit2(from(t, 1), to(t, 2), t.payload()), t.term(3));
      case MONITOR_P -> new Monitor(from(t, 1), t.pidOrAtom(2, "ToProc"), t.reference(3, "Ref"));
      case DEMONITOR_P ->
          new Demonitor(from(t, 1), t.pidOrAtom(2, "ToProc"), t.reference(3, "Ref"));
      case MONITOR_P_EXIT -> monitorExit(t, t.term(4));
      case PAYLOAD_MONITOR_P_EXIT -> monitorExit(t, t.payload());
      case SPAWN_REQUEST -> spawnRequest(t);
      case SPAWN_REQUEST_TT -> new Traced(spawnRequest(t), t.term(6));
      case SPAWN_REPLY -> spawnReply(t);
      case SPAWN_REPLY_TT -> new Traced(spawnReply(t), t.term(5));
      case SEND_AWAITED -> awaited(t, new Send(null, to(t, 2), t.payload()), 3);
      case SEND_TT_AWAITED ->
          awaited(t, new Traced(new Send(null, to(t, 2), t.payload()), t.term(3)), 4);
      case SEND_SENDER_AWAITED -> awaited(t, new Send(from(t, 1), to(t, 2), t.payload()), 3);
      case SEND_SENDER_TT_AWAITED ->
          awaited(t, new Traced(new Send(from(t, 1), to(t, 2), t.payload()), t.term(3)), 4);
      case REG_SEND_AWAITED -> awaited(t, regSend(t), 4);
      case REG_SEND_TT_AWAITED -> awaited(t, new Traced(regSend(t), t.term(4)), 5);
    };
  }

  private static Awaited awaited(ControlTuple t, Control message, int index) {
    return new Awaited(message, TimeLeft.of(t.micros(index, "Left") * NANOS_A_MICRO));
  }

  private static Pid from(ControlTuple t, int index) {
    return t.pid(index, "From");
  }

  private static Pid to(ControlTuple t, int index) {
    return t.pid(index, "To");
  }

  private static RegSend regSend(ControlTuple t) {
    return new RegSend(from(t, 1), t.atom(3, "ToName"), t.payload());
  }

  private static AliasSend aliasSend(ControlTuple t) {
    return new AliasSend(from(t, 1), t.reference(2, "Alias"), t.payload());
  }

  private static MonitorExit monitorExit(ControlTuple t, Term reason) {
    return new MonitorExit(t.pidOrAtom(1, "FromProc"), to(t, 2), t.reference(3, "Ref"), reason);
  }

  private static SpawnRequest spawnRequest(ControlTuple t) {
    Tuple call = t.tuple(4, "{M,F,A}", 3);
    return new SpawnRequest(
        t.reference(1, "ReqId"),
        from(t, 2),
        t.pid(3, "GroupLeader"),
        t.atom(call.get(0), "Module"),
        t.atom(call.get(1), "Function"),
        t.natural(call.get(2), "Arity"),
        t.list(5, "Options"),
        t.payload());
  }

  private static SpawnReply spawnReply(ControlTuple t) {
    return new SpawnReply(
        t.reference(1, "ReqId"), to(t, 2), t.natural(t.term(3), "Flags"), t.pidOrAtom(4, "Result"));
  }
}
