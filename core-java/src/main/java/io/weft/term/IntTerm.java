package io.weft.term;

import java.math.BigInteger;

/**
 * An integer that fits a {@code long}.
 *
 * @param value the value
 */
public record IntTerm(long value) implements IntegerTerm {

  private static final int CACHE_LOW = -128;
  private static final IntTerm[] CACHE = new IntTerm[1024 - CACHE_LOW];

  static {
    for (int i = 0; i < CACHE.length; i++) {
      CACHE[i] = new IntTerm(CACHE_LOW + i);
    }
  }

  /** The integer of that value; small ones are shared. */
  public static IntTerm of(long value) {
    long slot = value - CACHE_LOW;
    return slot >= 0 && slot < CACHE.length ? CACHE[(int) slot] : new IntTerm(value);
  }

  /**
   * The value as an {@code int}.
   *
   * @throws ArithmeticException if it does not fit
   */
  public int intValueExact() {
    return Math.toIntExact(value);
  }

  @Override
  public BigInteger toBigInteger() {
    return BigInteger.valueOf(value);
  }

  /** The integer in Erlang syntax. */
  @Override
  public String toString() {
    return Long.toString(value);
  }
}
