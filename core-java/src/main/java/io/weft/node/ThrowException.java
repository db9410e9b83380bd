package io.weft.node;

import io.weft.term.Term;

/**
 * A value that is thrown to whoever called, on whatever node: {@code throw(Value)}. A process that
 * does not catch it ends with {@code {{nocatch, Value}, Stack}}.
 */
public final class ThrowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Term value;

  public ThrowException(Term value) {
    super("throw: " + value.abbreviate(500));
    this.value = value;
  }

  /** Returns what is thrown. */
  public Term value() {
    return value;
  }
}
