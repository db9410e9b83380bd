package io.weft.etf;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A growing buffer of bytes, big-endian, meant to be reused: {@link #reset} keeps its memory. Not
 * for use by several threads at once.
 */
public final class EtfOutput {

  private static final int DEFAULT_CAPACITY = 256;
  private static final int MAX_CAPACITY = Integer.MAX_VALUE - 8;

  private byte[] bytes;
  private int position;

  /** An empty buffer with a small capacity. */
  public EtfOutput() {
    this(DEFAULT_CAPACITY);
  }

  /** An empty buffer with that capacity, in bytes; it grows when it has to. */
  public EtfOutput(int capacity) {
    bytes = new byte[capacity];
  }

  /** The number of bytes written. */
  public int position() {
    return position;
  }

  /**
   * Makes room for {@code count} more bytes.
   *
   * @throws IllegalStateException if the buffer would exceed 2 GiB
   */
  public void ensure(int count) {
    if (bytes.length - position < count) {
      grow(count);
    }
  }

  private void grow(int count) {
    long needed = (long) position + count;
    if (needed > MAX_CAPACITY) {
      throw new IllegalStateException("encoded size of " + needed + " bytes exceeds 2 GiB");
    }
    bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(MAX_CAPACITY, bytes.length * 2L)));
  }

  /** Appends the low 8 bits. */
  public void putU8(int value) {
    ensure(1);
    bytes[position++] = (byte) value;
  }

  /** Appends the low 16 bits. */
  public void putU16(int value) {
    ensure(2);
    BigEndian.putShort(bytes, position, (short) value);
    position += 2;
  }

  /** Appends 32 bits. */
  public void putU32(int value) {
    ensure(4);
    BigEndian.putInt(bytes, position, value);
    position += 4;
  }

  /** Appends 64 bits. */
  public void putU64(long value) {
    ensure(8);
    BigEndian.putLong(bytes, position, value);
    position += 8;
  }

  /** Appends all bytes of the array. */
  public void putBytes(byte[] source) {
    putBytes(source, 0, source.length);
  }

  /** Appends a part of the array. */
  public void putBytes(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, bytes, position, length);
    position += length;
  }

  /** Appends the remaining bytes of the buffer, which are thereby consumed. */
  public void putBytes(ByteBuffer source) {
    int length = source.remaining();
    ensure(length);
    source.get(bytes, position, length);
    position += length;
  }

  /**
   * Leaves a gap of {@code length} bytes, to be written to {@link #array} at the offset that is
   * returned, before anything else is appended.
   */
  public int skip(int length) {
    ensure(length);
    int start = position;
    position += length;
    return start;
  }

  /** The memory behind the buffer; another one after the next growth. */
  public byte[] array() {
    return bytes;
  }

  /** Overwrites the 8 bits at {@code at}, which have been written before. */
  public void patchU8(int at, int value) {
    checkWritten(at, 1);
    bytes[at] = (byte) value;
  }

  /** Overwrites the 32 bits at {@code at}, which have been written before. */
  public void patchU32(int at, int value) {
    checkWritten(at, 4);
    BigEndian.putInt(bytes, at, value);
  }

  private void checkWritten(int at, int length) {
    if (at < 0 || at > position - length) {
      throw new IndexOutOfBoundsException("patch at %d of %d bytes".formatted(at, position));
    }
  }

  /** Forgets what was written after {@code newPosition}. */
  public void truncate(int newPosition) {
    if (newPosition < 0 || newPosition > position) {
      throw new IndexOutOfBoundsException("truncate to %d of %d".formatted(newPosition, position));
    }
    position = newPosition;
  }

  /** Forgets everything, keeps the memory. */
  public void reset() {
    position = 0;
  }

  /** What was written, as a view of the same memory: valid until the next change. */
  public ByteBuffer toByteBuffer() {
    return ByteBuffer.wrap(bytes, 0, position);
  }

  /** A copy of what was written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, position);
  }
}
