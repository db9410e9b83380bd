package io.weft.term;

import java.util.Set;

/** The alphabet of Erlang syntax, shared by {@link TermPrinter} and the reader. */
final class Lexis {

  /** Words that are no atoms unless quoted, those of OTP 27 included. */
  private static final Set<String> RESERVED =
      Set.of(
          "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case",
          "catch", "cond", "div", "else", "end", "fun", "if", "let", "maybe", "not", "of", "or",
          "orelse", "receive", "rem", "try", "when", "xor");

  /** Reserved words that older releases, and text made by them, use as atoms. */
  private static final Set<String> RESERVED_LATELY = Set.of("else", "maybe");

  private Lexis() {}

  /** Whether a word must be quoted to be written as an atom. */
  static boolean isReserved(String word) {
    return RESERVED.contains(word);
  }

  /** Whether a bare word cannot be read as an atom. */
  static boolean isAlwaysReserved(String word) {
    return RESERVED.contains(word) && !RESERVED_LATELY.contains(word);
  }

  /** Whether a bare atom may begin with that character: a small letter of Latin-1. */
  static boolean isAtomStart(int c) {
    return c >= 'a' && c <= 'z' || c >= 0xdf && c <= 0xff && c != 0xf7;
  }

  /** Whether a variable begins with that character. */
  static boolean isVariableStart(int c) {
    return c >= 'A' && c <= 'Z' || c == '_' || c >= 0xc0 && c <= 0xde && c != 0xd7;
  }

  /** Whether a bare atom may go on with that character. */
  static boolean isAtomPart(int c) {
    return isAtomStart(c) || isVariableStart(c) || isDigit(c) || c == '@';
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** White space: control characters and the spaces of ASCII and Latin-1. */
  static boolean isSpace(int c) {
    return c >= 0 && c <= ' ' || c >= 0x80 && c <= 0xa0;
  }

  /** Whether a character of ASCII can stand in a string as it is or by its named escape. */
  static boolean isPlainText(int c) {
    return c >= ' ' && c <= '~' || c == '\n' || c == '\t' || c == '\r';
  }

  /** Whether a number is a Unicode character: a code point that is no surrogate. */
  static boolean isScalar(long c) {
    return c >= 0
        && c <= Character.MAX_CODE_POINT
        && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE);
  }

  /** Whether a code point may be written as it is, seen and without effect on its neighbours. */
  static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
