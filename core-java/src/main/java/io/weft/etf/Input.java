package io.weft.etf;

import io.weft.term.Binary;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes that a decoder reads and the memory that it may still take. Whatever reads here checks
 * first that the bytes are there.
 */
final class Input {

  /** The size from which on a binary may stay where it is. */
  private static final int LARGE = 64 << 10;

  private final byte[] bytes;
  private final int shift;

  /** Whether what is read may keep the memory it lies in. */
  private final boolean owned;

  private int position;
  private int limit;
  private long memory;

  /** Reads from the array of the buffer, or from a copy if the buffer has no array to show. */
  Input(ByteBuffer buffer, long memory, boolean owned) {
    this.memory = memory;
    this.owned = owned;
    if (buffer.hasArray()) {
      bytes = buffer.array();
      shift = buffer.arrayOffset();
    } else {
      bytes = new byte[buffer.remaining()];
      buffer.get(buffer.position(), bytes);
      shift = -buffer.position();
    }
    seek(buffer);
  }

  /** Reads from an array up to {@code limit}. */
  Input(byte[] bytes, int limit, long memory) {
    this.bytes = bytes;
    this.shift = 0;
    this.owned = false;
    this.limit = limit;
    this.memory = memory;
  }

  /** Goes to the position of the buffer, whose content is the one given first. */
  void seek(ByteBuffer buffer) {
    position = buffer.position() + shift;
    limit = Math.min(buffer.limit() + shift, bytes.length);
  }

  /** The position, as one of the buffer given first. */
  int position() {
    return position - shift;
  }

  int remaining() {
    return limit - position;
  }

  /** The position in {@link #array}. */
  int index() {
    return position;
  }

  long memory() {
    return memory;
  }

  void setMemory(long memory) {
    this.memory = memory;
  }

  /** Accounts for memory that is about to be taken. */
  void charge(long size) {
    memory -= size;
    if (memory < 0) {
      throw error("the memory limit is exceeded");
    }
  }

  EtfException error(String problem) {
    return new EtfException(problem, position());
  }

  /** Checks that so many bytes are left. */
  void require(int count) {
    if (count < 0 || limit - position < count) {
      throw error(
          "%s bytes expected, %d left".formatted(Integer.toUnsignedString(count), remaining()));
    }
  }

  int peekU8() {
    require(1);
    return bytes[position] & 0xff;
  }

  int u8() {
    require(1);
    return bytes[position++] & 0xff;
  }

  int u16() {
    require(2);
    int value = BigEndian.getUnsignedShort(bytes, position);
    position += 2;
    return value;
  }

  int i32() {
    require(4);
    int value = BigEndian.getInt(bytes, position);
    position += 4;
    return value;
  }

  long u32() {
    return i32() & 0xffffffffL;
  }

  long i64() {
    require(8);
    long value = BigEndian.getLong(bytes, position);
    position += 8;
    return value;
  }

  /** Reads an announced length, of which the bytes must be there. */
  int length() {
    int length = i32();
    require(length);
    return length;
  }

  /** Copies the next bytes. */
  byte[] bytes(int count) {
    require(count);
    byte[] copy = Arrays.copyOfRange(bytes, position, position + count);
    position += count;
    return copy;
  }

  /**
   * The next bytes as a binary. What lies in memory of its own keeps no more than twice its size.
   */
  Binary binary(int count) {
    if (!owned || count < LARGE || count < bytes.length / 2) {
      return Binary.wrap(bytes(count));
    }
    return Binary.wrap(bytes, take(count), count);
  }

  /** Skips the next bytes, which can be read from {@link #array} at the index that is returned. */
  int take(int count) {
    require(count);
    int start = position;
    position += count;
    return start;
  }

  byte[] array() {
    return bytes;
  }
}
