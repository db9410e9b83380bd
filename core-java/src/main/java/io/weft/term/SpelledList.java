package io.weft.term;

/** Integers of which nobody is told that they could be bytes. */
final class SpelledList extends LongList {

  SpelledList(long[] values) {
    super(values);
  }

  @Override
  public boolean isBytes() {
    return false;
  }
}
