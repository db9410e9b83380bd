package io.weft.term;

import java.util.List;
import java.util.Objects;

/**
 * An improper list, {@code [a, b | c]}: at least one element and a tail that is no list. {@link
 * Terms#improper} accepts any tail.
 *
 * @param elements the elements before the tail, not empty, an unmodifiable list
 * @param tail neither a {@link ListTerm} nor an {@link ImproperList}
 */
public record ImproperList(List<Term> elements, Term tail) implements Term {

  /**
   * Copies the list unless it is one that a term already owns.
   *
   * @throws IllegalArgumentException if there is no element or the tail is a list
   * @throws NullPointerException if an element is null
   */
  public ImproperList {
    Objects.requireNonNull(tail, "tail");
    elements = CompactList.keep(elements);
    if (elements.isEmpty()) {
      throw new IllegalArgumentException("an improper list has at least one element");
    }
    if (tail instanceof ListTerm || tail instanceof ImproperList) {
      throw new IllegalArgumentException("the tail of an improper list is no list");
    }
  }

  /**
   * The improper list of these elements, without a copy: the array must not be touched afterwards.
   * Meant for decoders that have just made it.
   *
   * @throws IllegalArgumentException as the constructor
   */
  public static ImproperList wrap(Term[] elements, Term tail) {
    return new ImproperList(TermList.wrap(elements), tail);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImproperList that && Structure.equal(this, that);
  }

  @Override
  public int hashCode() {
    return Structure.hash(this);
  }

  /** The list in Erlang syntax. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}
