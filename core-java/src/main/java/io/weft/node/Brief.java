package io.weft.node;

import io.weft.term.Term;

/** A value as a line of a log shows it: cut, and put together only when the line is written. */
record Brief(Object value, int maxChars) {
  private static final int MAX_CHARS = 500;

  /** Returns what stands for {@code value} in a line; a failure stays what it is. */
  static Object of(Object value) {
    return value instanceof Throwable ? value : new Brief(value, MAX_CHARS);
  }

  @Override
  public String toString() {
    if (value instanceof Term term) {
      return term.abbreviate(maxChars);
    }
    String text = String.valueOf(value);
    return text.length() <= maxChars ? text : text.substring(0, maxChars) + "...";
  }
}
