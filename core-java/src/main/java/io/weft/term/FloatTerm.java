package io.weft.term;

/**
 * A float: a finite IEEE 754 double. {@code 0.0} and {@code -0.0} are different terms (as in OTP 27
 * and later).
 *
 * @param value finite
 */
public record FloatTerm(double value) implements Term {

  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if it is infinite or not a number: Erlang has no such float
   */
  public FloatTerm {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(value + " is no Erlang float");
    }
  }

  /** The float in Erlang syntax: the shortest text that reads back to the same value. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}
