package io.weft.term;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes terms in the syntax that {@link TermParser} reads.
 *
 * <p>As {@code ~0p} does, lists and binaries of readable text become strings. Maps are written in
 * the order of their keys, so equal terms have equal texts.
 */
final class TermPrinter {

  /** Integers of more bits are written in base 16, which takes linear time both ways. */
  static final int MAX_DECIMAL_BITS = 1 << 16;

  /** What malformed UTF-8 is read as. */
  private static final int REPLACEMENT = 0xfffd;

  private static final MathContext ONE_DIGIT = new MathContext(1);

  private static final double TWO_TO_53 = 0x1p53;

  private final StringBuilder out = new StringBuilder();
  private final int maxChars;

  private TermPrinter(int maxChars) {
    this.maxChars = maxChars;
  }

  static String print(Term term) {
    return abbreviate(term, Integer.MAX_VALUE);
  }

  static String abbreviate(Term term, int maxChars) {
    if (maxChars < 0) {
      throw new IllegalArgumentException("maxChars " + maxChars);
    }
    TermPrinter printer = new TermPrinter(maxChars);
    printer.write(term);
    return printer.isFull() ? printer.cut() : printer.out.toString();
  }

  private boolean isFull() {
    return out.length() > maxChars;
  }

  private String cut() {
    boolean splitsPair = maxChars > 0 && Character.isHighSurrogate(out.charAt(maxChars - 1));
    out.setLength(splitsPair ? maxChars - 1 : maxChars);
    return out.append("...").toString();
  }

  /** How many more elements of a long value are worth a look: more cannot be shown. */
  private int room(int size) {
    return (int) Math.min(size, Math.max(0L, (long) maxChars - out.length()) + 1);
  }

  private enum Shape {
    ROW,
    IMPROPER,
    MAP
  }

  /** A compound term that is being written. */
  private static final class Open {
    final List<Term> children;
    final Shape shape;
    final String end;
    final @Nullable Open below;
    int next;

    Open(List<Term> children, Shape shape, String end, @Nullable Open below) {
      this.children = children;
      this.shape = shape;
      this.end = end;
      this.below = below;
    }

    String separator() {
      if (next == 0) {
        return "";
      }
      return switch (shape) {
        case ROW -> ",";
        case IMPROPER -> next == children.size() - 1 ? "|" : ",";
        case MAP -> next % 2 == 0 ? "," : "=>";
      };
    }
  }

  private void write(Term term) {
    Open stack = begin(term, null);
    while (stack != null && !isFull()) {
      if (stack.next == stack.children.size()) {
        out.append(stack.end);
        stack = stack.below;
      } else {
        out.append(stack.separator());
        stack = begin(stack.children.get(stack.next++), stack);
      }
    }
  }

  /** Writes a leaf, or the beginning of a compound term, which is then on top of the stack. */
  private @Nullable Open begin(Term term, @Nullable Open stack) {
    switch (term) {
      case Tuple tuple -> {
        out.append('{');
        return new Open(tuple.elements(), Shape.ROW, "}", stack);
      }
      case ListTerm list when isText(list) -> quote(list);
      case ListTerm list -> {
        out.append('[');
        return new Open(list.elements(), Shape.ROW, "]", stack);
      }
      case ImproperList list -> {
        out.append('[');
        return new Open(Structure.children(list), Shape.IMPROPER, "]", stack);
      }
      case MapTerm map -> {
        out.append("#{");
        return new Open(Structure.children(map), Shape.MAP, "}", stack);
      }
      case Fun fun -> {
        begin(fun);
        return new Open(fun.freeVars(), Shape.ROW, "])", stack);
      }
      case Atom atom -> write(atom);
      case IntTerm(long value) -> out.append(value);
      case BigTerm(BigInteger value) -> write(value);
      case FloatTerm(double value) -> write(value);
      case Binary binary -> write(binary);
      case BitString bits -> write(bits);
      case Pid pid -> write(pid);
      case Port port -> write(port);
      case Reference reference -> write(reference);
      case Export export -> write(export);
    }
    return stack;
  }

  private void write(Atom atom) {
    String name = atom.name();
    if (isBare(name)) {
      out.append(name);
      return;
    }
    out.append('\'');
    name.codePoints().forEach(c -> writeEscaped(c, '\''));
    out.append('\'');
  }

  private static boolean isBare(String name) {
    return !name.isEmpty()
        && Lexis.isAtomStart(name.charAt(0))
        && name.chars().allMatch(Lexis::isAtomPart)
        && !Lexis.isReserved(name);
  }

  private void writeEscaped(int c, char quote) {
    switch (c) {
      case '\b' -> out.append("\\b");
      case 0x7f -> out.append("\\d");
      case 0x1b -> out.append("\\e");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 0x0b -> out.append("\\v");
      case '\\' -> out.append("\\\\");
      default -> {
        if (c == quote) {
          out.append('\\').append(quote);
        } else if (Lexis.isVisible(c)) {
          out.appendCodePoint(c);
        } else if (c < 0xa0) {
          out.append('\\').append((char) ('0' + (c >> 6)));
          out.append((char) ('0' + (c >> 3 & 7))).append((char) ('0' + (c & 7)));
        } else {
          out.append("\\x{").append(Integer.toHexString(c)).append('}');
        }
      }
    }
  }

  private void write(BigInteger value) {
    if (value.bitLength() <= MAX_DECIMAL_BITS) {
      out.append(value);
      return;
    }
    BigInteger magnitude = value.abs();
    int unseen = Math.max(0, magnitude.bitLength() / 4 - maxChars);
    String hex = HexFormat.of().formatHex(magnitude.shiftRight(4 * unseen).toByteArray());
    int first = 0;
    while (hex.charAt(first) == '0') {
      first++;
    }
    out.append(value.signum() < 0 ? "-16#" : "16#").append(hex, first, hex.length());
  }

  /**
   * The digits are the shortest that tell the value; their layout is that of OTP's short format.
   */
  private void write(double value) {
    if (Double.doubleToRawLongBits(value) < 0) {
      out.append('-');
    }
    double magnitude = Math.abs(value);
    if (magnitude == 0) {
      out.append("0.0");
      return;
    }
    BigDecimal decimal = new BigDecimal(Double.toString(magnitude)).stripTrailingZeros();
    if (decimal.precision() == 2) { // Java never goes below two digits: 4.9E-324
      BigDecimal shorter = decimal.round(ONE_DIGIT).stripTrailingZeros();
      decimal = shorter.doubleValue() == magnitude ? shorter : decimal;
    }
    int place = decimal.precision() - decimal.scale();
    writeDigits(decimal.unscaledValue().toString(), place, magnitude >= TWO_TO_53);
  }

  /** Writes 0.DIGITS times ten to the power of {@code place} in the shorter of two layouts. */
  private void writeDigits(String digits, int place, boolean huge) {
    int count = digits.length();
    String exponent = Integer.toString(place - 1);
    int exponentCost = exponent.length() + 1 + (count == 1 ? 2 : 1);
    if (place > 0 && place < count && !huge) {
      out.append(digits, 0, place).append('.').append(digits, place, count);
    } else if (place <= 0 && 2 - place <= exponentCost && !huge) {
      out.append("0.").repeat('0', -place).append(digits);
    } else if (place > 0 && place - count + 2 <= exponentCost && !huge) {
      out.append(digits).repeat('0', place - count).append(".0");
    } else {
      out.append(digits.charAt(0)).append('.');
      out.append(count == 1 ? "0" : digits.substring(1)).append('e').append(exponent);
    }
  }

  private boolean isText(ListTerm list) {
    int looked = room(list.size());
    for (int i = 0; i < looked; i++) {
      if (!(list.get(i) instanceof IntTerm(long c))
          || c < 0
          || c > '~'
          || !Lexis.isPlainText((int) c)) {
        return false;
      }
    }
    return !list.isEmpty();
  }

  private void quote(ListTerm list) {
    out.append('"');
    for (int i = 0; i < list.size() && !isFull(); i++) {
      writeEscaped((int) ((IntTerm) list.get(i)).value(), '"');
    }
    out.append('"');
  }

  private void write(Binary binary) {
    String text = textOf(binary);
    out.append("<<");
    if (text == null) {
      writeBytes(binary.array(), binary.offset(), binary.size());
    } else {
      out.append('"');
      text.codePoints().forEach(c -> writeEscaped(c, '"'));
      out.append(text.chars().allMatch(c -> c < 0x80) ? "\"" : "\"/utf8");
    }
    out.append(">>");
  }

  /** The bytes as text, as far as there is room, or null if that would not be readable. */
  private @Nullable String textOf(Binary binary) {
    int end = (int) Math.min(binary.size(), 4L * room(binary.size()));
    while (end > 0 && end < binary.size() && (binary.byteAt(end) & 0xc0) == 0x80) {
      end--;
    }
    String text = new String(binary.array(), binary.offset(), end, StandardCharsets.UTF_8);
    return !text.isEmpty() && text.codePoints().allMatch(TermPrinter::isReadable) ? text : null;
  }

  private static boolean isReadable(int c) {
    return c < 0x80 ? Lexis.isPlainText(c) : c != REPLACEMENT && Lexis.isVisible(c);
  }

  private void writeBytes(byte[] bytes, int start, int count) {
    for (int i = 0; i < count && !isFull(); i++) {
      out.append(i == 0 ? "" : ",").append(bytes[start + i] & 0xff);
    }
  }

  private void write(BitString bits) {
    int whole = bits.byteCount() - 1;
    out.append("<<");
    writeBytes(bits.bytes(), 0, whole);
    out.append(whole == 0 ? "" : ",");
    out.append((bits.byteAt(whole) & 0xff) >> (8 - bits.bitsInLast()));
    out.append(':').append(bits.bitsInLast()).append(">>");
  }

  private void write(Pid pid) {
    out.append("pid(");
    write(pid.node());
    comma().append(Integer.toUnsignedString(pid.id()));
    comma().append(Integer.toUnsignedString(pid.serial()));
    comma().append(Integer.toUnsignedString(pid.creation())).append(')');
  }

  private void write(Port port) {
    out.append("port(");
    write(port.node());
    comma().append(Long.toUnsignedString(port.id()));
    comma().append(Integer.toUnsignedString(port.creation())).append(')');
  }

  private void write(Reference reference) {
    out.append("ref(");
    write(reference.node());
    comma().append(Integer.toUnsignedString(reference.creation())).append(",[");
    for (int i = 0; i < reference.wordCount(); i++) {
      out.append(i == 0 ? "" : ",").append(Integer.toUnsignedString(reference.word(i)));
    }
    out.append("])");
  }

  private void write(Export export) {
    out.append("fun ");
    write(export.module());
    out.append(':');
    write(export.function());
    out.append('/').append(export.arity());
  }

  /** Writes a local fun up to its free variables. */
  private void begin(Fun fun) {
    out.append("localfun(");
    write(fun.module());
    comma().append(Integer.toUnsignedString(fun.index()));
    comma().append(fun.arity());
    comma();
    write(fun.uniq());
    comma().append(fun.oldIndex());
    comma().append(fun.oldUniq());
    comma();
    write(fun.pid());
    out.append(",[");
  }

  private StringBuilder comma() {
    return out.append(',');
  }
}
