package io.weft.term;

/** Writes terms in Erlang syntax. */
final class TermPrinter {

  private TermPrinter() {}

  static String print(Term term) {
    return abbreviate(term, Integer.MAX_VALUE);
  }

  static String abbreviate(Term term, int maxChars) {
    return term.getClass().getSimpleName();
  }
}
