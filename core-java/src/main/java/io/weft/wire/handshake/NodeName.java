package io.weft.wire.handshake;

import io.weft.term.Atom;

/** The form of node names. */
final class NodeName {

  private NodeName() {}

  /** Whether it is {@code name@host}, both parts not empty. */
  static boolean isFull(Atom name) {
    String text = name.name();
    int at = text.indexOf('@');
    return at > 0 && at < text.length() - 1 && text.indexOf('@', at + 1) < 0;
  }

  /** Whether it can be the part after the {@code @}. */
  static boolean isHost(Atom host) {
    return !host.name().isEmpty() && host.name().indexOf('@') < 0;
  }
}
