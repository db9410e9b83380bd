package io.weft.term;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A binary: a sequence of bytes. */
public final class Binary implements Term {

  /** The empty binary, {@code <<>>}. */
  public static final Binary EMPTY = new Binary(new byte[0]);

  private final byte[] bytes;

  private Binary(byte[] bytes) {
    this.bytes = bytes;
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
    return bytes.length == 0 ? EMPTY : new Binary(bytes);
  }

  /** The binary of the text in UTF-8. */
  public static Binary utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The number of bytes. */
  public int size() {
    return bytes.length;
  }

  /**
   * The byte at a zero-based index.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public byte byteAt(int index) {
    return bytes[index];
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** The bytes as a read-only buffer, without a copy. */
  public ByteBuffer toByteBuffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** Copies all bytes to {@code target} from {@code offset} on. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }

  /** The bytes read as UTF-8; malformed parts become U+FFFD. */
  public String utf8() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The bytes themselves, not to be written. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Binary that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The binary in Erlang syntax; printable text is written as a string. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}
