package io.weft.bench.stage;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** The events, for those who produce from an iterator. */
public final class Numbers implements Iterator<Long> {
  private final long end;
  private long next;

  /** Those from 0 to {@code end} - 1. */
  public Numbers(long end) {
    this.end = end;
  }

  @Override
  public boolean hasNext() {
    return next < end;
  }

  @Override
  public Long next() {
    if (next == end) {
      throw new NoSuchElementException();
    }
    return next++;
  }
}
