package io.weft.term;

/** A text is no Erlang term. The message tells where, and what was expected there. */
public final class TermSyntaxException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  TermSyntaxException(int line, int column, String problem) {
    super("line %d, column %d: %s".formatted(line, column, problem));
    this.line = line;
    this.column = column;
  }

  /** The line of the offending character, from 1. */
  public int line() {
    return line;
  }

  /** The column of the offending character in its line, from 1, in code points. */
  public int column() {
    return column;
  }
}
