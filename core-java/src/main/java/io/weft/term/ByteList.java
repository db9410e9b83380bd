package io.weft.term;

import java.util.AbstractList;
import java.util.Objects;

/** Integers 0 to 255, one byte each. */
final class ByteList extends AbstractList<Term> implements CompactList {

  private final byte[] bytes;

  ByteList(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public IntTerm get(int index) {
    return IntTerm.of(bytes[index] & 0xff);
  }

  @Override
  public int size() {
    return bytes.length;
  }

  @Override
  public boolean isBytes() {
    return true;
  }

  @Override
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }

  @Override
  public void copyTo(long[] target, int index, int count) {
    Objects.checkFromIndexSize(index, count, bytes.length);
    for (int i = 0; i < count; i++) {
      target[i] = bytes[index + i] & 0xff;
    }
  }
}
