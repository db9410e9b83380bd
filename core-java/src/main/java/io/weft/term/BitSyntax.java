package io.weft.term;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code <<...>>}: segments of integers, floats and strings, with size ({@code 3:4}) and type
 * ({@code "text"/utf8}, {@code 1.5:32/float-little}). As in Erlang, an integer is cut to the size
 * of its segment.
 */
final class BitSyntax {

  /** The longest segment: a size is a few characters that could ask for any amount of memory. */
  private static final int MAX_SEGMENT_BITS = 1 << 16;

  private static final String TYPES =
      "integer, float, utf8, utf16, utf32, big, little, signed, unsigned or unit:N";

  private final Scanner in;
  private final long maxBits;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int pending;
  private int pendingBits;

  private BitSyntax(Scanner in) {
    this.in = in;
    this.maxBits = MAX_SEGMENT_BITS + 64L * in.length();
  }

  /** Reads what follows {@code <<}, up to and including {@code >>}. */
  static Term read(Scanner in) {
    return new BitSyntax(in).segments();
  }

  private Term segments() {
    in.skipSpace();
    if (in.skip(">>")) {
      return Binary.EMPTY;
    }
    do {
      in.skipSpace();
      segment();
      in.skipSpace();
    } while (in.skip(","));
    if (!in.skip(">>")) {
      throw in.expected("',' or '>>'");
    }
    return result();
  }

  private Term result() {
    if (pendingBits == 0) {
      return Binary.wrap(bytes.toByteArray());
    }
    bytes.write(pending << (8 - pendingBits));
    return BitString.wrap(bytes.toByteArray(), pendingBits);
  }

  private void segment() {
    int start = in.position();
    if (in.peek() == '"') {
      String text = in.quoted('"');
      Spec spec = spec();
      text.codePoints().forEach(c -> put(IntTerm.of(c), spec, start));
    } else if (in.atNumber()) {
      Term value = in.number();
      put(value, spec(), start);
    } else {
      throw in.expected("a number, a string or '>>'");
    }
  }

  private enum Type {
    INTEGER,
    FLOAT,
    UTF8,
    UTF16,
    UTF32
  }

  /** What follows the value of a segment. */
  private record Spec(@Nullable Integer size, Type type, boolean little, int unit) {

    long bits() {
      return size != null ? (long) size * unit : type == Type.FLOAT ? 64 : 8;
    }
  }

  private Spec spec() {
    in.skipSpace();
    Integer size = in.skip(":") ? smallNumber("a size", MAX_SEGMENT_BITS) : null;
    in.skipSpace();
    Type type = Type.INTEGER;
    boolean little = false;
    int unit = 1;
    if (!in.skip("/")) {
      return new Spec(size, type, little, unit);
    }
    do {
      in.skipSpace();
      int start = in.position();
      switch (in.word()) {
        case "integer", "big", "signed", "unsigned" -> {}
        case "float" -> type = Type.FLOAT;
        case "utf8" -> type = Type.UTF8;
        case "utf16" -> type = Type.UTF16;
        case "utf32" -> type = Type.UTF32;
        case "little" -> little = true;
        case "unit" -> {
          if (size == null) {
            throw in.error(start, "a unit needs a size");
          }
          in.expect(":");
          unit = smallNumber("a unit", 256);
        }
        default -> throw in.error(start, "expected a type: " + TYPES);
      }
      in.skipSpace();
    } while (in.skip("-"));
    return new Spec(size, type, little, unit);
  }

  private int smallNumber(String what, int max) {
    in.skipSpace();
    int start = in.position();
    if (Lexis.isDigit(in.peek()) && in.number() instanceof IntTerm(long value) && value <= max) {
      return (int) value;
    }
    throw in.error(start, "expected " + what + " from 0 to " + max);
  }

  private void put(Term value, Spec spec, int start) {
    long bits = spec.bits();
    if (bits > MAX_SEGMENT_BITS || bytes.size() * 8L + bits > maxBits) {
      throw in.error(start, "the segment is too long");
    }
    switch (spec.type) {
      case INTEGER -> {
        if (!(value instanceof IntegerTerm integer)) {
          throw in.error(start, "a float needs the type float");
        }
        putInteger(integer.toBigInteger(), (int) bits, spec.little);
      }
      case FLOAT -> putFloat(value, (int) bits, spec.little, start);
      case UTF8 -> putCharacter(value, StandardCharsets.UTF_8, start);
      case UTF16 ->
          putCharacter(
              value, spec.little ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE, start);
      case UTF32 ->
          putCharacter(
              value, spec.little ? StandardCharsets.UTF_32LE : StandardCharsets.UTF_32BE, start);
    }
  }

  private void putCharacter(Term value, Charset charset, int start) {
    if (!(value instanceof IntTerm(long c)) || !Lexis.isScalar(c)) {
      throw in.error(start, "not a Unicode character");
    }
    for (byte b : Character.toString((int) c).getBytes(charset)) {
      putBits(b & 0xff, 8);
    }
  }

  private void putFloat(Term value, int bits, boolean little, int start) {
    double number =
        switch (value) {
          case FloatTerm(double x) -> x;
          case IntegerTerm x -> x.toBigInteger().doubleValue();
          default -> throw in.error(start, "not a number");
        };
    long pattern =
        switch (bits) {
          case 64 -> Double.doubleToRawLongBits(number);
          case 32 -> Float.floatToRawIntBits((float) number);
          case 16 -> Float.floatToFloat16((float) number);
          default -> throw in.error(start, "a float of " + bits + " bits, not 16, 32 or 64");
        };
    putInteger(BigInteger.valueOf(pattern), bits, little);
  }

  private void putInteger(BigInteger value, int bits, boolean little) {
    int rest = bits % 8;
    if (little) {
      for (int low = 0; low + 8 <= bits; low += 8) {
        putBits(value.shiftRight(low).intValue() & 0xff, 8);
      }
      putBits(value.shiftRight(bits - rest).intValue() & (1 << rest) - 1, rest);
    } else {
      putBits(value.shiftRight(bits - rest).intValue() & (1 << rest) - 1, rest);
      for (int low = bits - rest - 8; low >= 0; low -= 8) {
        putBits(value.shiftRight(low).intValue() & 0xff, 8);
      }
    }
  }

  /** Appends the low bits of a value that has no others, 0 to 8 of them. */
  private void putBits(int value, int count) {
    pending = pending << count | value;
    pendingBits += count;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      bytes.write(pending >> pendingBits);
      pending &= (1 << pendingBits) - 1;
    }
  }
}
