package io.weft.etf;

/** Bytes are no term in the external format, or exceed a limit. */
public final class EtfException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int offset;

  EtfException(String problem, int offset) {
    this(problem, offset, null);
  }

  EtfException(String problem, int offset, @org.jspecify.annotations.Nullable Throwable cause) {
    super(problem + " at offset " + offset, cause);
    this.offset = offset;
  }

  /** Where in the input, in bytes: a position of the buffer that was given. */
  public int offset() {
    return offset;
  }
}
