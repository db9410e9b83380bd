package io.weft.term;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/** An unmodifiable list over an array that nobody else holds. */
final class TermList extends AbstractList<Term> implements RandomAccess {

  static final TermList EMPTY = new TermList(new Term[0]);

  private final Term[] elements;

  private TermList(Term[] elements) {
    this.elements = elements;
  }

  static TermList wrap(Term[] elements) {
    for (Term element : elements) {
      Objects.requireNonNull(element, "element");
    }
    return new TermList(elements);
  }

  static TermList copyOf(List<Term> elements) {
    return elements instanceof TermList own ? own : wrap(elements.toArray(Term[]::new));
  }

  @Override
  public Term get(int index) {
    return elements[index];
  }

  @Override
  public int size() {
    return elements.length;
  }

  @Override
  public Object[] toArray() {
    return Arrays.copyOf(elements, elements.length, Object[].class);
  }
}
