package io.weft.node;

import io.weft.term.ListTerm;
import io.weft.term.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Values to the elements of a list and back, one by one; of one that does not fit it is told which.
 */
public final class TermElements {
  private TermElements() {}

  /**
   * Returns the list of the terms of {@code values}, in order.
   *
   * @throws TermMappingException if {@code encode} throws one, with the place before its message
   */
  public static <T> ListTerm encode(
      List<? extends T> values, Function<? super T, ? extends Term> encode) {
    Term[] terms = new Term[values.size()];
    int next = 0;
    try {
      for (T value : values) {
        terms[next] = encode.apply(value);
        next++;
      }
    } catch (TermMappingException misfit) {
      throw at(next, values.size(), misfit);
    }
    return ListTerm.wrap(terms);
  }

  /**
   * Returns the values of the elements of {@code terms}, in order.
   *
   * @throws TermMappingException if {@code decode} throws one, with the place before its message
   */
  public static <T> List<T> decode(ListTerm terms, Function<? super Term, ? extends T> decode) {
    List<T> values = new ArrayList<>(terms.size());
    try {
      for (Term term : terms.elements()) {
        values.add(decode.apply(term));
      }
    } catch (TermMappingException misfit) {
      throw at(values.size(), terms.size(), misfit);
    }
    return values;
  }

  /**
   * Adds the place of an element, the first of which has the number 0, to what is wrong with it.
   */
  public static TermMappingException at(int index, int count, TermMappingException misfit) {
    return new TermMappingException(
        "[%d] of %d: %s".formatted(index, count, misfit.getMessage()), misfit);
  }
}
