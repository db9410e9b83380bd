package io.weft.wire.seal;

/**
 * The form of a record, sealed or of the handshake: its kind, one byte; the size of what follows,
 * two bytes; and that. Of a sealed record it is AES-GCM's ciphertext and its tag, with the three
 * bytes in front as associated data and the number of the record under its key as nonce: a record
 * that is changed, repeated, left out or out of order does not open.
 */
final class SealedRecord {

  /** Part of the handshake; not sealed. */
  static final int HANDSHAKE = 1;

  static final int DATA = 2;

  /** Nothing; the records that follow are sealed with the next key. */
  static final int NEXT_KEY = 3;

  /** Nothing, and nothing will follow. */
  static final int END = 4;

  static final int HEAD_BYTES = 3;
  static final int TAG_BYTES = 16;

  /** What one record holds at most. */
  static final int MAX_PLAIN_BYTES = 16 << 10;

  /** What one record takes at most, its head included. */
  static final int MAX_BYTES = HEAD_BYTES + MAX_PLAIN_BYTES + TAG_BYTES;

  private SealedRecord() {}
}
