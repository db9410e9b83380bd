package io.weft.wire.proxy;

import io.weft.wire.WireException;

/** The numbers of the tunnels on one connection. Not for use by several threads at once. */
public final class TunnelNumbers {

  private int own;
  private int others;

  /** The numbers of a new connection. */
  public TunnelNumbers() {}

  /**
   * The number of the next tunnel that this side asks for.
   *
   * @throws IllegalStateException if there is none: the connection has had two thousand million
   */
  public int next() {
    if (own == Integer.MAX_VALUE) {
      throw new IllegalStateException("a connection has no more numbers for tunnels");
    }
    return ++own;
  }

  /**
   * The other side has asked for a tunnel of this number.
   *
   * @throws WireException if it has used it before
   */
  public void asked(int tunnel) {
    int number = tunnel & Integer.MAX_VALUE;
    if (number <= others) {
      throw new WireException("tunnel %d after tunnel %d".formatted(number, others));
    }
    others = number;
  }
}
