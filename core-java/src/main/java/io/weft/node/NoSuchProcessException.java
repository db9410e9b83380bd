package io.weft.node;

/** There is no such process on this node: {@code noproc}. */
public final class NoSuchProcessException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NoSuchProcessException(Object pid) {
    super("noproc: there is no process " + pid);
  }
}
