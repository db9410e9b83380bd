package io.weft.gen;

import org.jspecify.annotations.Nullable;

/** A code change was taken back: everything goes on with the code it had. */
public final class CodeChangeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient CodePlace place;

  CodeChangeException(CodePlace place, String why, @Nullable Throwable cause) {
    super("code change of " + place + " failed, and was taken back everywhere: " + why, cause);
    this.place = place;
  }

  /** Returns where it failed: the child, or the top supervisor. */
  public CodePlace place() {
    return place;
  }
}
