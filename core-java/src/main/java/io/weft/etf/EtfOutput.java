package io.weft.etf;

import io.weft.term.Binary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A growing buffer of bytes, big-endian, meant to be reused: {@link #reset} keeps its memory. Not
 * for use by several threads at once.
 *
 * <p>Whoever can write from several places may ask for large binaries not to be copied here: they
 * are then {@linkplain Insert inserts}, which belong between the bytes of this buffer.
 */
public final class EtfOutput {

  private static final int DEFAULT_CAPACITY = 256;
  private static final int MAX_CAPACITY = Integer.MAX_VALUE - 8;

  /**
   * A binary that belongs to the output and was not copied.
   *
   * @param at how many bytes of the buffer come before it
   */
  public record Insert(int at, Binary binary) {}

  private byte[] bytes;
  private int position;
  private final List<Insert> inserts = new ArrayList<>(0);

  /** The size of binaries from which on they are not copied. */
  private int insertFrom = Integer.MAX_VALUE;

  /** The bytes of all inserts. */
  private int inserted;

  /** An empty buffer with a small capacity. */
  public EtfOutput() {
    this(DEFAULT_CAPACITY);
  }

  /** An empty buffer with that capacity, in bytes; it grows when it has to. */
  public EtfOutput(int capacity) {
    bytes = new byte[capacity];
  }

  /** The number of bytes written to the buffer itself. */
  public int position() {
    return position;
  }

  /** The number of bytes written after the first {@code start} of the buffer, inserts included. */
  public int lengthFrom(int start) {
    int length = position - start;
    for (Insert insert : inserts) {
      length += insert.at() > start ? insert.binary().size() : 0;
    }
    return length;
  }

  /** What belongs between the bytes of the buffer, in order; valid until the next change. */
  public List<Insert> inserts() {
    return inserts;
  }

  /** Does not copy binaries of {@code size} bytes or more from now on: they become inserts. */
  public void insertFrom(int size) {
    insertFrom = size;
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
    long needed = (long) position + inserted + count;
    checkSize(needed);
    bytes =
        Arrays.copyOf(
            bytes, (int) Math.max(needed - inserted, Math.min(MAX_CAPACITY, bytes.length * 2L)));
  }

  private static void checkSize(long size) {
    if (size > MAX_CAPACITY) {
      throw new IllegalStateException("encoded size of " + size + " bytes exceeds 2 GiB");
    }
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

  /**
   * Appends the bytes of a binary.
   *
   * @see #insertFrom
   */
  public void putBytes(Binary source) {
    int size = source.size();
    if (size >= insertFrom) {
      checkSize((long) position + inserted + size);
      inserts.add(new Insert(position, source));
      inserted += size;
    } else {
      int at = skip(size);
      source.copyTo(bytes, at);
    }
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
    while (!inserts.isEmpty() && inserts.getLast().at() > newPosition) {
      inserted -= inserts.removeLast().binary().size();
    }
  }

  /** Forgets everything, keeps the memory. */
  public void reset() {
    position = 0;
    inserts.clear();
    inserted = 0;
  }

  /**
   * What was written to the buffer itself, as a view of the same memory: valid until the next
   * change.
   */
  public ByteBuffer toByteBuffer() {
    return ByteBuffer.wrap(bytes, 0, position);
  }

  /** A copy of what was written to the buffer itself. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, position);
  }
}
