package io.weft.mapping;

import io.weft.etf.EtfEncoder;
import io.weft.term.FloatTerm;
import io.weft.term.IntTerm;
import io.weft.term.IntegerTerm;
import io.weft.term.Term;
import java.math.BigInteger;
import java.util.function.LongFunction;

/** Numbers: integers checked against the range of their type, floats finite. */
final class NumberForms {
  private NumberForms() {}

  static final Form BYTE = integers(Byte.MIN_VALUE, Byte.MAX_VALUE, value -> (byte) value);
  static final Form SHORT = integers(Short.MIN_VALUE, Short.MAX_VALUE, value -> (short) value);
  static final Form INT = integers(Integer.MIN_VALUE, Integer.MAX_VALUE, value -> (int) value);
  static final Form LONG = integers(Long.MIN_VALUE, Long.MAX_VALUE, value -> value);
  static final Form CHAR = new Chars();
  static final Form BIG = new Bigs();
  static final Form DOUBLE = new Doubles();
  static final Form FLOAT = new Floats();

  static Term ofDouble(double value) {
    return new FloatTerm(checked(value));
  }

  static double checked(double value) {
    if (!Double.isFinite(value)) {
      throw new Misfit(value + " is no float of Erlang");
    }
    return value;
  }

  private static Form integers(long min, long max, LongFunction<Object> box) {
    return new Integers(min, max, box);
  }

  private static class Integers extends Form {
    private final long min;
    private final long max;
    private final LongFunction<Object> box;

    Integers(long min, long max, LongFunction<Object> box) {
      this.min = min;
      this.max = max;
      this.box = box;
    }

    @Override
    Term encode(Object value, int depth) {
      return IntTerm.of(longOf(value));
    }

    @Override
    final void encodeTo(EtfEncoder out, Object value, int depth) {
      out.integer(longOf(value));
    }

    long longOf(Object value) {
      return ((Number) value).longValue();
    }

    @Override
    Object decode(Term term, Reading in) {
      if (term instanceof IntTerm(long value) && value >= min && value <= max) {
        return box.apply(value);
      }
      throw Misfit.expected(
          term instanceof IntegerTerm ? "an integer of " + min + " to " + max : "an integer", term);
    }
  }

  private static final class Chars extends Integers {
    Chars() {
      super(Character.MIN_VALUE, Character.MAX_VALUE, value -> (char) value);
    }

    @Override
    long longOf(Object value) {
      return (Character) value;
    }
  }

  private static final class Bigs extends Form {
    @Override
    Term encode(Object value, int depth) {
      return IntegerTerm.of((BigInteger) value);
    }

    @Override
    Object decode(Term term, Reading in) {
      if (term instanceof IntegerTerm number) {
        return number.toBigInteger();
      }
      throw Misfit.expected("an integer", term);
    }
  }

  private static final class Doubles extends Form {
    @Override
    Term encode(Object value, int depth) {
      return ofDouble((Double) value);
    }

    @Override
    Object decode(Term term, Reading in) {
      return doubleOf(term);
    }
  }

  private static final class Floats extends Form {
    @Override
    Term encode(Object value, int depth) {
      return ofDouble((Float) value);
    }

    @Override
    Object decode(Term term, Reading in) {
      float number = (float) doubleOf(term);
      if (Float.isFinite(number)) {
        return number;
      }
      throw Misfit.expected("a float of 32 bits", term);
    }
  }

  private static double doubleOf(Term term) {
    return switch (term) {
      case FloatTerm(double value) -> value;
      case IntTerm(long value) -> value;
      case IntegerTerm big -> finite(big.toBigInteger().doubleValue(), term);
      default -> throw Misfit.expected("a float", term);
    };
  }

  private static double finite(double value, Term term) {
    if (Double.isFinite(value)) {
      return value;
    }
    throw Misfit.expected("a number within the range of a float", term);
  }
}
