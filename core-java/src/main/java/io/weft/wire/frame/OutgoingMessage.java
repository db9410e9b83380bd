package io.weft.wire.frame;

import java.nio.ByteBuffer;
import java.util.NoSuchElementException;

/** The frames of one encoded signal: one, or several fragments. See {@link FrameEncoder#encode}. */
public final class OutgoingMessage {

  /** The length, two bytes of type, the sequence, the fragment. */
  private static final int NEXT_FRAGMENT_HEAD = 4 + 2 + 8 + 8;

  /** After so many frames at most it is seen whether they can be compressed again. */
  private static final int MAX_PATIENCE = 16;

  private final byte[] bytes;
  private final int end;
  private final int fragmentBytes;
  private final long sequence;

  /** Where the next frame begins; of a further fragment, where its part of the payload begins. */
  private int start;

  /** Where the next frame ends. */
  private int frameEnd;

  /** How many frames have not been taken: the number of the next fragment. */
  private int left;

  private boolean first = true;

  /** How many frames are not to be compressed before one is tried again. */
  private int untried;

  /** How many they were the last time. */
  private int patience;

  private OutgoingMessage(
      byte[] bytes, int start, int frameEnd, int end, int left, int fragmentBytes, long sequence) {
    this.bytes = bytes;
    this.start = start;
    this.frameEnd = frameEnd;
    this.end = end;
    this.left = left;
    this.fragmentBytes = fragmentBytes;
    this.sequence = sequence;
  }

  /** A message that is one frame, complete in {@code bytes}. */
  static OutgoingMessage whole(byte[] bytes, int start, int end) {
    return new OutgoingMessage(bytes, start, end, end, 1, 0, 0);
  }

  /**
   * A message of several fragments. The first is complete in {@code bytes}, from {@code start} to
   * {@code frameEnd}; the rest of the payload follows up to {@code end}. This object owns the bytes
   * from now on.
   */
  static OutgoingMessage fragmented(
      byte[] bytes,
      int start,
      int frameEnd,
      int end,
      int fragments,
      int fragmentBytes,
      long sequence) {
    return new OutgoingMessage(bytes, start, frameEnd, end, fragments, fragmentBytes, sequence);
  }

  /** Whether there are frames that have not been taken. */
  public boolean hasNext() {
    return left > 0;
  }

  /**
   * The next frame, its length of 32 bits included. The buffer is a view of memory that is reused:
   * its bytes must have been written, or copied, before the next call of this method and, if the
   * message is a single frame, before the next {@link FrameEncoder#encode}.
   *
   * @throws NoSuchElementException if all have been taken
   */
  public ByteBuffer next() {
    if (left == 0) {
      throw new NoSuchElementException("all frames have been taken");
    }
    if (!first) {
      writeHead();
    }
    ByteBuffer frame = ByteBuffer.wrap(bytes, start, frameEnd - start);
    advance();
    return frame;
  }

  /** The head of a further fragment overwrites the end of the one before it, which is out. */
  private void writeHead() {
    int length = NEXT_FRAGMENT_HEAD - 4 + frameEnd - start;
    start -= NEXT_FRAGMENT_HEAD;
    ByteBuffer.wrap(bytes, start, NEXT_FRAGMENT_HEAD)
        .putInt(length)
        .put((byte) FrameTag.VERSION)
        .put((byte) FrameTag.NEXT_FRAGMENT)
        .putLong(sequence)
        .putLong(left);
  }

  /**
   * Whether to try to compress the frame that has just been taken. Where one fragment did not get
   * smaller the next rarely will, and to try in vain takes longest.
   */
  boolean isWorthCompressing() {
    if (untried == 0) {
      return true;
    }
    untried--;
    return false;
  }

  /** Tells whether compressing the frame that has just been taken made it smaller. */
  void compressed(boolean smaller) {
    patience = smaller ? 0 : Math.clamp(2L * patience, 1, MAX_PATIENCE);
    untried = patience;
  }

  private void advance() {
    first = false;
    left--;
    start = frameEnd;
    frameEnd = Math.min(frameEnd + fragmentBytes, end);
  }
}
