package io.weft.wire.seal;

import java.nio.ByteBuffer;

/**
 * Seals what one side says. It goes on to a new key by itself, and tells the other side. Not for
 * use by several threads at once.
 */
public final class Sealer {

  /** What one record holds at most, in bytes. */
  public static final int MAX_PLAIN_BYTES = SealedRecord.MAX_PLAIN_BYTES;

  private static final int EMPTY_RECORD_BYTES = SealedRecord.HEAD_BYTES + SealedRecord.TAG_BYTES;

  /** What {@link #seal} and {@link #end} add at most: the record's own, and that of a new key. */
  public static final int MAX_OVERHEAD_BYTES = 2 * EMPTY_RECORD_BYTES;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final TrafficKey key;
  private final SealLimits limits;
  private final byte[] head = new byte[SealedRecord.HEAD_BYTES];
  private long bytes;
  private boolean ended;

  Sealer(byte[] secret, SealLimits limits) {
    this.key = TrafficKey.forSealing(secret);
    this.limits = limits;
  }

  /** How many keys were in use before the present one. */
  public long keysUsedUp() {
    return key.generation();
  }

  /**
   * Seals what remains in {@code plain}, 1 to {@link #MAX_PLAIN_BYTES} bytes, as one record.
   *
   * @param out gets the record, and one that tells of a new key if it is time; with room for the
   *     bytes and {@link #MAX_OVERHEAD_BYTES}; another memory than that of {@code plain}
   */
  public void seal(ByteBuffer plain, ByteBuffer out) {
    int size = plain.remaining();
    if (size == 0 || size > MAX_PLAIN_BYTES) {
      throw new IllegalArgumentException("a record of " + size + " bytes");
    }
    requireOngoing();
    changeKeyIfDue(size, out);
    bytes += size;
    write(SealedRecord.DATA, plain, out);
  }

  /** Says that nothing will follow. The same room is needed as for an empty record. */
  public void end(ByteBuffer out) {
    requireOngoing();
    changeKeyIfDue(0, out);
    ended = true;
    write(SealedRecord.END, NOTHING.duplicate(), out);
  }

  private void requireOngoing() {
    if (ended) {
      throw new IllegalStateException("the end was sealed already");
    }
  }

  /** The record that tells of it is the last one under the old key. */
  private void changeKeyIfDue(int size, ByteBuffer out) {
    boolean due = key.records() >= limits.records() - 1 || bytes + size > limits.bytes();
    if (due && key.records() > 0) {
      write(SealedRecord.NEXT_KEY, NOTHING.duplicate(), out);
      key.advance();
      bytes = 0;
    }
  }

  private void write(int kind, ByteBuffer plain, ByteBuffer out) {
    int size = plain.remaining() + SealedRecord.TAG_BYTES;
    head[0] = (byte) kind;
    head[1] = (byte) (size >>> Byte.SIZE);
    head[2] = (byte) size;
    out.put(head);
    key.apply(head, plain, out);
  }
}
