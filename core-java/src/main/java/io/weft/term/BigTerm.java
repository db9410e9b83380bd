package io.weft.term;

import java.math.BigInteger;

/**
 * An integer that does not fit a {@code long}. {@link IntegerTerm#of(BigInteger)} chooses the right
 * subtype for any value.
 *
 * @param value the value
 */
public record BigTerm(BigInteger value) implements IntegerTerm {

  /**
   * Checks that the value needs this type.
   *
   * @throws IllegalArgumentException if the value fits a {@code long}
   */
  public BigTerm {
    if (value.bitLength() < Long.SIZE) {
      throw new IllegalArgumentException(value + " fits a long and is an IntTerm");
    }
  }

  @Override
  public BigInteger toBigInteger() {
    return value;
  }

  /** The integer in Erlang syntax, in base 16 if it has more than 65,536 bits. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}
