package io.weft.wire.epmd;

import io.weft.term.Binary;

/**
 * A node as EPMD knows it.
 *
 * @param name the part before the {@code @}, 1 to {@value #MAX_NAME_LENGTH} characters, no white
 *     space and no control characters, which would break the list of names
 * @param port the TCP port at which it listens, 0 to 65535
 * @param hidden whether it is a hidden node
 * @param protocol 0: TCP over IPv4
 * @param highest the highest version of the handshake that it speaks
 * @param lowest the lowest
 * @param extra further data that EPMD keeps and tells, at most {@value #MAX_EXTRA_BYTES} bytes
 */
public record NodeEntry(
    String name, int port, boolean hidden, int protocol, int highest, int lowest, Binary extra) {

  /** The longest name, in characters (code points): as in OTP. */
  public static final int MAX_NAME_LENGTH = 255;

  /** The most extra data, in bytes: as in OTP. */
  public static final int MAX_EXTRA_BYTES = 1020;

  /** The highest version of the handshake that Weft speaks. */
  public static final int HIGHEST_VERSION = 6;

  /** The lowest version of the handshake that Weft speaks. */
  public static final int LOWEST_VERSION = 5;

  /**
   * Checks all parts.
   *
   * @throws IllegalArgumentException if one is not as stated
   */
  public NodeEntry {
    requireName(name);
    requireRange("port", port, 0xffff);
    requireRange("protocol", protocol, 0xff);
    requireRange("highest version", highest, 0xffff);
    requireRange("lowest version", lowest, 0xffff);
    requireRange("size of the extra data", extra.size(), MAX_EXTRA_BYTES);
  }

  /** A node that speaks versions 5 and 6 over TCP, without extra data. */
  public static NodeEntry of(String name, int port, boolean hidden) {
    return new NodeEntry(name, port, hidden, 0, HIGHEST_VERSION, LOWEST_VERSION, Binary.EMPTY);
  }

  static void requireName(String name) {
    boolean printable =
        name.codePoints().noneMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c));
    int length = name.codePointCount(0, name.length());
    if (length == 0 || length > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "a name of %d characters, not 1 to %d".formatted(length, MAX_NAME_LENGTH));
    }
    if (!printable) {
      throw new IllegalArgumentException("a name with white space or control characters");
    }
  }

  static void requireRange(String what, int value, int max) {
    if (value < 0 || value > max) {
      throw new IllegalArgumentException("%s %d is not 0 to %d".formatted(what, value, max));
    }
  }
}
