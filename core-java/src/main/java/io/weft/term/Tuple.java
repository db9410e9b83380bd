package io.weft.term;

import java.util.List;

/**
 * A tuple.
 *
 * @param elements the elements, an unmodifiable list
 */
public record Tuple(List<Term> elements) implements Term {

  /** The empty tuple. */
  public static final Tuple EMPTY = new Tuple(TermList.EMPTY);

  /**
   * Copies the list unless it is one that a term already owns.
   *
   * @throws NullPointerException if an element is null
   */
  public Tuple {
    elements = TermList.copyOf(elements);
  }

  /** The tuple of these elements; the array is copied. */
  public static Tuple of(Term... elements) {
    return wrap(elements.clone());
  }

  /**
   * The tuple of these elements, without a copy: the array must not be touched afterwards. Meant
   * for decoders that have just made it.
   *
   * @throws NullPointerException if an element is null
   */
  public static Tuple wrap(Term[] elements) {
    return elements.length == 0 ? EMPTY : new Tuple(TermList.wrap(elements));
  }

  /** The number of elements. */
  public int arity() {
    return elements.size();
  }

  /**
   * The element at a zero-based index (Erlang's {@code element/2} counts from one).
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public Term get(int index) {
    return elements.get(index);
  }

  /** Whether this is a tuple of that many elements whose first is that atom: {@code {tag, ...}}. */
  public boolean isTagged(Atom tag, int arity) {
    return elements.size() == arity && arity > 0 && elements.getFirst().equals(tag);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tuple that && Structure.equal(this, that);
  }

  @Override
  public int hashCode() {
    return Structure.hash(this);
  }

  /** The tuple in Erlang syntax. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}
