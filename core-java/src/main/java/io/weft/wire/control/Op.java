package io.weft.wire.control;

import io.weft.term.IntTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import org.jspecify.annotations.Nullable;

/** The operations of control tuples: number, size of the tuple, whether a payload follows. */
enum Op {
  LINK(1, 3, false),
  SEND(2, 3, true),
  EXIT(3, 4, false),
  UNLINK(4, 3, false),
  NODE_LINK(5, 1, false),
  REG_SEND(6, 4, true),
  GROUP_LEADER(7, 3, false),
  EXIT2(8, 4, false),
  SEND_TT(12, 4, true),
  EXIT_TT(13, 5, false),
  REG_SEND_TT(16, 5, true),
  EXIT2_TT(18, 5, false),
  MONITOR_P(19, 4, false),
  DEMONITOR_P(20, 4, false),
  MONITOR_P_EXIT(21, 5, false),
  SEND_SENDER(22, 3, true),
  SEND_SENDER_TT(23, 4, true),
  PAYLOAD_EXIT(24, 3, true),
  PAYLOAD_EXIT_TT(25, 4, true),
  PAYLOAD_EXIT2(26, 3, true),
  PAYLOAD_EXIT2_TT(27, 4, true),
  PAYLOAD_MONITOR_P_EXIT(28, 4, true),
  SPAWN_REQUEST(29, 6, true),
  SPAWN_REQUEST_TT(30, 7, true),
  SPAWN_REPLY(31, 5, false),
  SPAWN_REPLY_TT(32, 6, false),
  ALIAS_SEND(33, 3, true),
  ALIAS_SEND_TT(34, 4, true),
  UNLINK_ID(35, 4, false),
  UNLINK_ID_ACK(36, 4, false),

  /* Weft's own: the number of the message and AWAITED, and as last element how long, in microseconds. */
  SEND_AWAITED(2 + Op.AWAITED, 4, true),
  SEND_TT_AWAITED(12 + Op.AWAITED, 5, true),
  REG_SEND_AWAITED(6 + Op.AWAITED, 5, true),
  REG_SEND_TT_AWAITED(16 + Op.AWAITED, 6, true),
  SEND_SENDER_AWAITED(22 + Op.AWAITED, 4, true),
  SEND_SENDER_TT_AWAITED(23 + Op.AWAITED, 5, true);

  private static final int AWAITED = 64;

  private static final @Nullable Op[] BY_NUMBER = new Op[37 + AWAITED];

  static {
    for (Op op : values()) {
      BY_NUMBER[op.number] = op;
    }
  }

  final int number;

  /** The number of elements, the operation included. */
  final int arity;

  final boolean payload;

  Op(int number, int arity, boolean payload) {
    this.number = number;
    this.arity = arity;
    this.payload = payload;
  }

  /** Returns the control tuple of a message that is waited for. */
  static Tuple awaited(Tuple message, IntTerm micros) {
    Term[] elements = new Term[message.arity() + 1];
    for (int i = 0; i < message.arity(); i++) {
      elements[i] = message.get(i);
    }
    elements[0] = IntTerm.of(((IntTerm) message.get(0)).value() + AWAITED);
    elements[message.arity()] = micros;
    return Tuple.wrap(elements);
  }

  static @Nullable Op of(long number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[(int) number] : null;
  }
}
