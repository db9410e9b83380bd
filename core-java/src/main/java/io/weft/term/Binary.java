package io.weft.term;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A binary: a sequence of bytes. */
public final class Binary implements Term {

  /** The empty binary, {@code <<>>}. */
  public static final Binary EMPTY = new Binary(new byte[0], 0, 0);

  /** What stands for malformed parts; it may also have been meant. */
  private static final char REPLACEMENT = '\ufffd';

  private final byte[] array;
  private final int offset;
  private final int size;

  private Binary(byte[] array, int offset, int size) {
    this.array = array;
    this.offset = offset;
    this.size = size;
  }

  /** The binary of these bytes; the array is copied. */
  public static Binary of(byte... bytes) {
    return wrap(bytes.clone());
  }

  /**
   * The binary of these bytes, without a copy: the array must not be written afterwards. Meant for
   * decoders that have just made it.
   */
  public static Binary wrap(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Binary(bytes, 0, bytes.length);
  }

  /**
   * The binary of a part of these bytes, without a copy: the array must not be written afterwards,
   * and lives as long as the binary.
   *
   * @throws IndexOutOfBoundsException if there is no such part
   */
  public static Binary wrap(byte[] bytes, int offset, int size) {
    Objects.checkFromIndexSize(offset, size, bytes.length);
    return size == 0 ? EMPTY : new Binary(bytes, offset, size);
  }

  /** The binary of the text in UTF-8. */
  public static Binary utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The number of bytes. */
  public int size() {
    return size;
  }

  /**
   * The byte at a zero-based index.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public byte byteAt(int index) {
    return array[offset + Objects.checkIndex(index, size)];
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    return Arrays.copyOfRange(array, offset, offset + size);
  }

  /** The bytes as a read-only buffer, without a copy. */
  public ByteBuffer toByteBuffer() {
    return ByteBuffer.wrap(array, offset, size).slice().asReadOnlyBuffer();
  }

  /** Copies all bytes to {@code target} from {@code offset} on. */
  public void copyTo(byte[] target, int offset) {
    copyTo(0, target, offset, size);
  }

  /**
   * Copies {@code count} bytes from the one at {@code from} on to {@code target} from {@code
   * offset} on.
   *
   * @throws IndexOutOfBoundsException if they are not there, or have no room
   */
  public void copyTo(int from, byte[] target, int offset, int count) {
    Objects.checkFromIndexSize(from, count, size);
    System.arraycopy(array, this.offset + from, target, offset, count);
  }

  /** The bytes read as UTF-8; malformed parts become U+FFFD. */
  public String utf8() {
    return new String(array, offset, size, StandardCharsets.UTF_8);
  }

  /** The bytes read as UTF-8, or null if they are malformed. */
  public @Nullable String utf8OrNull() {
    String text = utf8();
    if (text.indexOf(REPLACEMENT) < 0) {
      return text;
    }
    byte[] again = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.equals(again, 0, again.length, array, offset, offset + size) ? text : null;
  }

  /** What the bytes lie in, from {@link #offset} on; not to be written. */
  byte[] array() {
    return array;
  }

  int offset() {
    return offset;
  }

  /** Compares the bytes as unsigned numbers, one by one. */
  int compareBytes(Binary that) {
    return Arrays.compareUnsigned(
        array, offset, offset + size, that.array, that.offset, that.offset + that.size);
  }

  /** Compares the first {@code count} bytes, which both have, in the same way. */
  int compareFirst(int count, Binary that) {
    return Arrays.compareUnsigned(
        array, offset, offset + count, that.array, that.offset, that.offset + count);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Binary that
        && Arrays.equals(
            array, offset, offset + size, that.array, that.offset, that.offset + that.size);
  }

  @Override
  public int hashCode() {
    if (size == array.length) {
      return Arrays.hashCode(array);
    }
    int hash = 1;
    for (int i = offset; i < offset + size; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  /** The binary in Erlang syntax; printable text is written as a string. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}
