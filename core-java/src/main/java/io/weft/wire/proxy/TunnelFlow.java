package io.weft.wire.proxy;

import io.weft.wire.WireException;

/**
 * How much may be on its way through one tunnel, on one connection: each side says how many bytes
 * the other may send, and says so again when what came has left it, to whoever it is for. So who is
 * slow holds up who sends, and nobody between has more to keep than he has said.
 *
 * <p>Not for use by several threads at once.
 */
public final class TunnelFlow {

  /** The other side is told when such a part of the window is free again. */
  private static final int PARTS = 4;

  private final int window;

  /** How many bytes the other side may send. */
  private int open;

  /** How many bytes have left, and the other side was not told. */
  private int untold;

  /** How many bytes this side may send; nothing before the tunnel is there. */
  private long allowed;

  /**
   * A tunnel that is to come.
   *
   * @param window how many bytes the other side may have on their way to this one
   */
  public TunnelFlow(int window) {
    if (window < 1 || window > ProxyFrame.MAX_WINDOW) {
      throw new IllegalArgumentException("a window of " + window + " bytes");
    }
    this.window = window;
    this.open = window;
  }

  /** How many bytes the other side may have on their way at most. */
  public int window() {
    return window;
  }

  /** How many bytes this side may send now. */
  public int sendable() {
    return (int) allowed;
  }

  /** This side has sent so many of them. */
  public void sent(int bytes) {
    if (bytes < 0 || bytes > allowed) {
      throw new IllegalArgumentException(bytes + " bytes sent, " + allowed + " were allowed");
    }
    allowed -= bytes;
  }

  /**
   * The other side gives room for so many more.
   *
   * @throws WireException if that is more than there can be
   */
  public void credited(int bytes) {
    allowed += bytes;
    if (allowed > ProxyFrame.MAX_WINDOW) {
      throw new WireException(
          "a tunnel with room for %d bytes, the limit is %d"
              .formatted(allowed, ProxyFrame.MAX_WINDOW));
    }
  }

  /**
   * So many bytes have come.
   *
   * @throws WireException if there was no room for them
   */
  public void received(int bytes) {
    if (bytes > open) {
      throw new WireException(
          "%d bytes through a tunnel that has room for %d".formatted(bytes, open));
    }
    open -= bytes;
  }

  /**
   * So many bytes of what came have left.
   *
   * @return how much room the other side is to be told of now; 0 as long as it has enough
   */
  public int consumed(int bytes) {
    untold += bytes;
    if (untold < Math.max(1, window / PARTS)) {
      return 0;
    }
    int told = untold;
    untold = 0;
    open += told;
    return told;
  }
}
