package io.weft.term;

import java.math.BigInteger;

/**
 * An integer of any size. An integer that fits a {@code long} is always an {@link IntTerm}, so the
 * two subtypes never overlap and equality of values is equality of terms.
 */
public sealed interface IntegerTerm extends Term permits IntTerm, BigTerm {

  /** The value. */
  BigInteger toBigInteger();

  /** The integer of that value. */
  static IntTerm of(long value) {
    return IntTerm.of(value);
  }

  /** The integer of that value, in the subtype that its size asks for. */
  static IntegerTerm of(BigInteger value) {
    return value.bitLength() < Long.SIZE ? IntTerm.of(value.longValue()) : new BigTerm(value);
  }
}
