package io.weft.wire.handshake;

import io.weft.term.Atom;

/** The form of node names: what the handshake can carry, and {@code net_kernel} splits. */
public final class NodeName {

  private NodeName() {}

  /** Whether it is {@code name@host}, both parts not empty. */
  public static boolean isFull(Atom name) {
    String text = name.name();
    int at = text.indexOf('@');
    return at > 0 && at < text.length() - 1 && text.indexOf('@', at + 1) < 0 && isLatin1(text);
  }

  /** Whether it can be the part after the {@code @}. */
  static boolean isHost(Atom host) {
    String text = host.name();
    return !text.isEmpty() && text.indexOf('@') < 0 && isLatin1(text);
  }

  /** The part after the {@code @} of a full name. */
  static String host(Atom name) {
    return name.name().substring(name.name().indexOf('@') + 1);
  }

  private static boolean isLatin1(String text) {
    return text.chars().allMatch(c -> c <= 0xff);
  }
}
