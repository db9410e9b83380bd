package io.weft.wire.control;

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
  UNLINK_ID_ACK(36, 4, false);

  private static final @Nullable Op[] BY_NUMBER = new Op[37];

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

  static @Nullable Op of(long number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[(int) number] : null;
  }
}
