package io.weft.term;

import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/** An unmodifiable list of terms that are made when the first of them is asked for. */
final class LateList extends AbstractList<Term> implements RandomAccess {

  private final LateElements late;

  /** Threads may race for it: each makes equal ones, and a list publishes its array safely. */
  private @Nullable TermList made;

  LateList(LateElements late) {
    this.late = late;
  }

  LateElements late() {
    return late;
  }

  private TermList made() {
    TermList terms = made;
    if (terms == null) {
      terms = TermList.wrap(late.toTerms());
      made = terms;
    }
    return terms;
  }

  @Override
  public Term get(int index) {
    return made().get(index);
  }

  @Override
  public int size() {
    return late.count();
  }

  @Override
  public Object[] toArray() {
    return made().toArray();
  }
}
