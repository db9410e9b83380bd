package io.weft.term;

import java.util.Arrays;

/**
 * A bit string that is no whole number of bytes (one that is, is a {@link Binary}; {@link
 * Terms#bits} chooses).
 */
public final class BitString implements Term {

  private final byte[] bytes;
  private final int bitsInLast;

  private BitString(byte[] bytes, int bitsInLast) {
    this.bytes = bytes;
    this.bitsInLast = bitsInLast;
  }

  /**
   * The bit string of these bytes, of whose last only the {@code bitsInLast} high bits count. The
   * array is copied, unused bits are cleared.
   *
   * @throws IllegalArgumentException if there is no byte or {@code bitsInLast} is not 1 to 7
   */
  public static BitString of(byte[] bytes, int bitsInLast) {
    return wrap(bytes.clone(), bitsInLast);
  }

  /**
   * As {@link #of}, without a copy: the unused bits of the given array are cleared, and it must not
   * be touched afterwards. Meant for decoders that have just made it.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public static BitString wrap(byte[] bytes, int bitsInLast) {
    if (bytes.length == 0 || bitsInLast < 1 || bitsInLast > 7) {
      throw new IllegalArgumentException(
          "a bit string of %d bytes with %d bits in the last".formatted(bytes.length, bitsInLast));
    }
    bytes[bytes.length - 1] &= (byte) (0xff << (8 - bitsInLast));
    return new BitString(bytes, bitsInLast);
  }

  /** The number of bits. */
  public long bitSize() {
    return (bytes.length - 1) * 8L + bitsInLast;
  }

  /** The number of bytes, the last, incomplete one included; at least 1. */
  public int byteCount() {
    return bytes.length;
  }

  /** How many bits of the last byte count, from the high end: 1 to 7. */
  public int bitsInLast() {
    return bitsInLast;
  }

  /**
   * The byte at a zero-based index; unused bits of the last byte are 0.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public byte byteAt(int index) {
    return bytes[index];
  }

  /** A copy of the bytes; unused bits of the last byte are 0. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** Copies all bytes to {@code target} from {@code offset} on. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }

  /** The bytes themselves, not to be written. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BitString that
        && bitsInLast == that.bitsInLast
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes) * 31 + bitsInLast;
  }

  /** The bit string in Erlang syntax. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}
