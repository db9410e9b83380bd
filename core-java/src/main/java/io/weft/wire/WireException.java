package io.weft.wire;

import io.weft.etf.EtfException;

/**
 * Bytes from a peer break the distribution protocol or exceed a limit. The connection that they
 * came from cannot be used any more. The message says what is wrong and, where it helps, at which
 * byte.
 */
public final class WireException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A violation that is described by {@code problem} alone. */
  public WireException(String problem) {
    super(problem);
  }

  /** A violation found at {@code offset}, in bytes from the start of what was read. */
  public WireException(String problem, int offset) {
    super(problem + " at offset " + offset);
  }

  /** A term that could not be read as a part of {@code where}; the cause tells the offset. */
  public WireException(String where, EtfException cause) {
    super(where + ": " + cause.getMessage(), cause);
  }
}
