package io.weft.term;

import java.math.BigInteger;
import java.util.HexFormat;

/** Reads the smallest parts of Erlang syntax: white space, words, quoted text and numbers. */
final class Scanner {

  /** The longest integer of a base other than 16: reading one takes quadratic time. */
  static final int MAX_DIGITS = 100_000;

  private static final int MAX_CODE_POINT_DIGITS = 6;

  private final String text;
  private int position;

  Scanner(String text) {
    this.text = text;
  }

  int position() {
    return position;
  }

  int length() {
    return text.length();
  }

  /** The character that comes next, -1 at the end. */
  int peek() {
    return peek(0);
  }

  private int peek(int ahead) {
    int at = position + ahead;
    return at < text.length() ? text.charAt(at) : -1;
  }

  /** Skips white space and comments. */
  void skipSpace() {
    while (true) {
      if (peek() == '%') {
        int end = text.indexOf('\n', position);
        position = end < 0 ? text.length() : end;
      } else if (Lexis.isSpace(peek())) {
        position++;
      } else {
        return;
      }
    }
  }

  /** Skips that token, if it comes next. */
  boolean skip(String token) {
    if (!text.startsWith(token, position)) {
      return false;
    }
    position += token.length();
    return true;
  }

  /** Skips white space and that token. */
  void expect(String token) {
    skipSpace();
    if (!skip(token)) {
      throw expected("'" + token + "'");
    }
  }

  TermSyntaxException expected(String what) {
    return error(position, "expected " + what + ", found " + found());
  }

  private String found() {
    int c = position < text.length() ? text.codePointAt(position) : -1;
    if (c < 0) {
      return "the end";
    }
    return Lexis.isVisible(c) ? "'" + Character.toString(c) + "'" : "U+%04X".formatted(c);
  }

  TermSyntaxException error(int offset, String problem) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < offset; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new TermSyntaxException(line, text.codePointCount(lineStart, offset) + 1, problem);
  }

  /** Reads a bare word: the first character has been looked at. */
  String word() {
    int start = position;
    while (Lexis.isAtomPart(peek())) {
      position++;
    }
    return text.substring(start, position);
  }

  /** Reads text up to the closing quote, which comes after the opening one, into code points. */
  String quoted(char quote) {
    int start = position;
    position++;
    StringBuilder content = new StringBuilder();
    while (peek() != quote) {
      if (peek() < 0) {
        throw error(start, "the text quoted by " + quote + " has no end");
      }
      content.appendCodePoint(character());
    }
    position++;
    return content.toString();
  }

  /** Reads {@code $c}. */
  int dollarCharacter() {
    position++;
    if (peek() < 0) {
      throw expected("a character");
    }
    return character();
  }

  private int character() {
    return peek() == '\\' ? escape() : plainCharacter();
  }

  private int plainCharacter() {
    int c = text.codePointAt(position);
    if (!Lexis.isScalar(c)) {
      throw error(position, "unpaired surrogate");
    }
    position += Character.charCount(c);
    return c;
  }

  private int escape() {
    int start = position++;
    if (peek() < 0) {
      throw expected("a character");
    }
    if (peek() >= '0' && peek() <= '7') {
      return octalEscape();
    }
    if (peek() == 'x') {
      position++;
      return hexEscape(start);
    }
    if (peek() == '^') {
      position++;
      return controlEscape();
    }
    int c = plainCharacter();
    return switch (c) {
      case 'b' -> '\b';
      case 'd' -> 0x7f;
      case 'e' -> 0x1b;
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 's' -> ' ';
      case 't' -> '\t';
      case 'v' -> 0x0b;
      default -> c;
    };
  }

  private int octalEscape() {
    int value = 0;
    for (int i = 0; i < 3 && peek() >= '0' && peek() <= '7'; i++) {
      value = value * 8 + peek() - '0';
      position++;
    }
    return value;
  }

  private int controlEscape() {
    int c = peek();
    if (c < '?' || c > 'z') {
      throw expected("a control character");
    }
    position++;
    return c == '?' ? 0x7f : c & 0x1f;
  }

  private int hexEscape(int start) {
    boolean braces = skip("{");
    int digits = position;
    while (HexFormat.isHexDigit(peek()) && (braces || position - digits < 2)) {
      position++;
    }
    int count = position - digits;
    if (count < (braces ? 1 : 2)) {
      throw expected("a hexadecimal digit");
    }
    if (braces && !skip("}")) {
      throw expected("'}'");
    }
    int value =
        count > MAX_CODE_POINT_DIGITS ? -1 : HexFormat.fromHexDigits(text, digits, digits + count);
    if (!Lexis.isScalar(value)) {
      throw error(start, "the escape is no Unicode character");
    }
    return value;
  }

  /** Whether a number comes next, with or without a sign. */
  boolean atNumber() {
    return Lexis.isDigit(peek()) || peek() == '-' || peek() == '+' || peek() == '$';
  }

  /** Reads a number or character, with or without a sign. */
  Term number() {
    int start = position;
    boolean negative = peek() == '-';
    if (negative || peek() == '+') {
      position++;
      skipSpace();
    }
    if (peek() == '$') {
      int c = dollarCharacter();
      return IntTerm.of(negative ? -c : c);
    }
    String digits = digits(10);
    if (peek() == '#') {
      int base = base(start, digits);
      position++;
      return integer(digits(base), base, negative, start);
    }
    if (peek() == '.' && Lexis.isDigit(peek(1))) {
      return fraction(digits, negative, start);
    }
    return integer(digits, 10, negative, start);
  }

  /** Reads digits, in which {@code _} may stand between two of them. */
  private String digits(int base) {
    StringBuilder digits = new StringBuilder();
    while (true) {
      if (Character.digit(peek(), base) >= 0 && peek() < 0x80) {
        digits.append((char) peek());
        position++;
      } else if (peek() == '_' && !digits.isEmpty() && isDigit(peek(1), base)) {
        position++;
      } else if (digits.isEmpty()) {
        throw expected("a digit");
      } else {
        return digits.toString();
      }
    }
  }

  private static boolean isDigit(int c, int base) {
    return c < 0x80 && Character.digit(c, base) >= 0;
  }

  private int base(int start, String digits) {
    int base = digits.length() > 2 ? 0 : Integer.parseInt(digits);
    if (base < Character.MIN_RADIX || base > Character.MAX_RADIX) {
      throw error(start, "the base " + digits + " is not 2 to 36");
    }
    return base;
  }

  private IntegerTerm integer(String digits, int base, boolean negative, int start) {
    if (digits.length() <= 10) {
      long value = Long.parseLong(digits, base);
      return IntTerm.of(negative ? -value : value);
    }
    if (base != 16 && digits.length() > MAX_DIGITS) {
      throw error(start, "an integer of more than " + MAX_DIGITS + " digits: write it in base 16");
    }
    BigInteger value = base == 16 ? hexadecimal(digits) : new BigInteger(digits, base);
    return IntegerTerm.of(negative ? value.negate() : value);
  }

  private static BigInteger hexadecimal(String digits) {
    String whole = digits.length() % 2 == 0 ? digits : "0" + digits;
    return new BigInteger(1, HexFormat.of().parseHex(whole));
  }

  private FloatTerm fraction(String whole, boolean negative, int start) {
    position++;
    String text = whole + "." + digits(10);
    if (peek() == 'e' || peek() == 'E') {
      position++;
      String sign = skip("-") ? "-" : "";
      if (sign.isEmpty()) {
        skip("+");
      }
      text += "e" + sign + digits(10);
    }
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw error(start, "the float is too large");
    }
    return new FloatTerm(negative ? -value : value);
  }
}
