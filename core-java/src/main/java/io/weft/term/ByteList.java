package io.weft.term;

import java.util.AbstractList;
import java.util.RandomAccess;

/**
 * An unmodifiable list of integers 0 to 255, one byte each, over an array that nobody else holds.
 */
final class ByteList extends AbstractList<Term> implements RandomAccess {

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

  int unsignedAt(int index) {
    return bytes[index] & 0xff;
  }

  void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }
}
