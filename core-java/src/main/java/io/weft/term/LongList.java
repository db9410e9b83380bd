package io.weft.term;

import java.util.AbstractList;

/** Integers that fit a {@code long}, 8 bytes each. */
sealed class LongList extends AbstractList<Term> implements CompactList permits SpelledList {

  private final long[] values;

  LongList(long[] values) {
    this.values = values;
  }

  @Override
  public IntTerm get(int index) {
    return IntTerm.of(values[index]);
  }

  @Override
  public int size() {
    return values.length;
  }

  @Override
  public boolean isBytes() {
    for (long value : values) {
      if ((value & ~0xffL) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void copyTo(byte[] target, int offset) {
    for (int i = 0; i < values.length; i++) {
      target[offset + i] = (byte) values[i];
    }
  }

  @Override
  public void copyTo(long[] target, int index, int count) {
    System.arraycopy(values, index, target, 0, count);
  }
}
