package io.weft.term;

import java.util.Comparator;

/** Erlang's term order. */
public final class TermOrder implements Comparator<Term> {

  /** The order of Erlang's {@code <}, in which {@code 1} and {@code 1.0} compare as equal. */
  public static final TermOrder INSTANCE = new TermOrder(false);

  /** The order of the keys of maps, consistent with equals. */
  public static final TermOrder EXACT = new TermOrder(true);

  private final boolean exact;

  private TermOrder(boolean exact) {
    this.exact = exact;
  }

  @Override
  public int compare(Term left, Term right) {
    return exact ? left.toString().compareTo(right.toString()) : 0;
  }
}
