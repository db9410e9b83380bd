package io.weft.wire.seal;

import io.weft.wire.WireException;
import java.nio.ByteBuffer;

/**
 * Opens what the other side has sealed, record by record, in its order. Not for use by several
 * threads at once.
 */
public final class Unsealer {

  /** What came of a step. */
  public enum Opened {
    /** The bytes of a record. */
    DATA,
    /** The record is not there in full; nothing was taken. */
    INCOMPLETE,
    /** What the record holds has no room; nothing was taken. */
    NO_ROOM,
    /** The other side goes on with a new key. */
    KEY_CHANGED,
    /** The other side has said that nothing will follow. */
    END
  }

  /** What one record takes at most, in bytes. */
  public static final int MAX_RECORD_BYTES = SealedRecord.MAX_BYTES;

  private final TrafficKey key;
  private final byte[] head = new byte[SealedRecord.HEAD_BYTES];
  private boolean ended;
  private boolean broken;

  Unsealer(byte[] secret) {
    this.key = TrafficKey.forOpening(secret);
  }

  /** How many keys were in use before the present one. */
  public long keysUsedUp() {
    return key.generation();
  }

  /**
   * Opens the record at the position of {@code records}, which moves behind it; what it holds goes
   * to {@code into}, another memory.
   *
   * @throws WireException if it is not what the other side has sealed as its next record: it was
   *     changed, repeated, left out, or comes from somebody else; nothing more can be opened
   * @throws IllegalStateException after that
   */
  public Opened open(ByteBuffer records, ByteBuffer into) {
    if (broken) {
      throw new IllegalStateException("an earlier record was not right");
    }
    if (records.remaining() < SealedRecord.HEAD_BYTES) {
      return Opened.INCOMPLETE;
    }
    records.get(records.position(), head);
    int kind = head[0];
    int size = Byte.toUnsignedInt(head[1]) << Byte.SIZE | Byte.toUnsignedInt(head[2]);
    int plain = size - SealedRecord.TAG_BYTES;
    broken = true; // unless this record proves to be right
    check(kind, plain);
    broken = false;
    if (records.remaining() < SealedRecord.HEAD_BYTES + size) {
      return Opened.INCOMPLETE;
    }
    if (into.remaining() < plain) {
      return Opened.NO_ROOM;
    }
    broken = true;
    ByteBuffer sealed = records.slice(records.position() + SealedRecord.HEAD_BYTES, size);
    if (!key.apply(head, sealed, into)) {
      throw new WireException(
          "a sealed record is not the one that the other side sent: somebody between has changed,"
              + " repeated or left out something");
    }
    broken = false;
    records.position(records.position() + SealedRecord.HEAD_BYTES + size);
    return follow(kind);
  }

  private void check(int kind, int plain) {
    if (ended) {
      throw new WireException("a sealed record after the end");
    }
    boolean right =
        switch (kind) {
          case SealedRecord.DATA -> plain > 0 && plain <= SealedRecord.MAX_PLAIN_BYTES;
          case SealedRecord.NEXT_KEY, SealedRecord.END -> plain == 0;
          default -> false;
        };
    if (!right) {
      throw new WireException("a sealed record of kind %d with %d bytes".formatted(kind, plain));
    }
    if (key.records() >= SealLimits.MOST_RECORDS) {
      throw new WireException(
          "more than %d sealed records with one key".formatted(SealLimits.MOST_RECORDS));
    }
  }

  private Opened follow(int kind) {
    return switch (kind) {
      case SealedRecord.NEXT_KEY -> {
        key.advance();
        yield Opened.KEY_CHANGED;
      }
      case SealedRecord.END -> {
        ended = true;
        yield Opened.END;
      }
      default -> Opened.DATA;
    };
  }
}
