package io.weft.term;

/** Reads terms in Erlang syntax. */
final class TermParser {

  private TermParser() {}

  static Term parse(CharSequence text) {
    throw new TermSyntaxException(1, 1, "expected a term, found " + text);
  }
}
