package io.weft.wire.epmd;

import io.weft.term.Binary;

/**
 * A node as EPMD knows it.
 *
 * @param name the part before the {@code @}, at most 255 characters, without control characters
 * @param port the TCP port at which it listens, 0 to 65535
 * @param hidden whether it is a hidden node
 * @param protocol 0: TCP over IPv4
 * @param highest the highest version of the handshake that it speaks
 * @param lowest the lowest
 * @param extra further data that EPMD keeps and tells, at most 65535 bytes
 */
public record NodeEntry(
    String name, int port, boolean hidden, int protocol, int highest, int lowest, Binary extra) {

  /** The highest version of the handshake that Weft speaks. */
  public static final int HIGHEST_VERSION = 6;

  /** The lowest version of the handshake that Weft speaks. */
  public static final int LOWEST_VERSION = 5;

  /** A node that speaks versions 5 and 6 over TCP, without extra data. */
  public static NodeEntry of(String name, int port, boolean hidden) {
    return new NodeEntry(name, port, hidden, 0, HIGHEST_VERSION, LOWEST_VERSION, Binary.EMPTY);
  }
}
