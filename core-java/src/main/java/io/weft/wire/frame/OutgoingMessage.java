package io.weft.wire.frame;

import io.weft.wire.CompressionWish;
import java.nio.ByteBuffer;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The frames of one encoded signal: one, or several fragments. See {@link FrameEncoder#encode}. */
public final class OutgoingMessage {

  /** The length, two bytes of type, the sequence, the fragment. */
  private static final int NEXT_FRAGMENT_HEAD = 4 + 2 + 8 + 8;

  /** After so many frames at most it is seen whether they can be compressed again. */
  private static final int MAX_PATIENCE = 16;

  /** The memory of the next frame, which begins and ends at {@link #start} and {@link #end}. */
  private final byte[] bytes;

  private final int start;
  private int end;

  /** What has not been taken, if there are several frames. */
  private final @Nullable Spliced content;

  private final int fragmentBytes;
  private final long sequence;

  /** How many frames have not been taken: the number of the next fragment. */
  private int left;

  private boolean first = true;

  /** How the sender wants it compressed; null for as the node does it. */
  private @Nullable CompressionWish wish;

  /** How many frames are not to be compressed before one is tried again. */
  private int untried;

  /** How many they were the last time. */
  private int patience;

  private OutgoingMessage(
      byte[] bytes,
      int start,
      int end,
      int frames,
      @Nullable Spliced content,
      int fragmentBytes,
      long sequence) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.left = frames;
    this.content = content;
    this.fragmentBytes = fragmentBytes;
    this.sequence = sequence;
  }

  /** A message that is one frame, complete in {@code bytes}. */
  static OutgoingMessage whole(byte[] bytes, int start, int end) {
    return new OutgoingMessage(bytes, start, end, 1, null, 0, 0);
  }

  /**
   * A message of several fragments.
   *
   * @param content the first frame and what is left of the payload after it
   * @param firstBytes the size of the first frame
   */
  static OutgoingMessage fragmented(
      Spliced content, int firstBytes, int fragments, int fragmentBytes, long sequence) {
    var memory = new byte[Math.max(firstBytes, NEXT_FRAGMENT_HEAD + fragmentBytes)];
    return new OutgoingMessage(memory, 0, firstBytes, fragments, content, fragmentBytes, sequence);
  }

  void wish(CompressionWish wish) {
    this.wish = wish;
  }

  @Nullable CompressionWish wish() {
    return wish;
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
    if (content != null) {
      if (first) {
        content.read(bytes, 0, end);
      } else {
        fill(content);
      }
    }
    first = false;
    left--;
    return ByteBuffer.wrap(bytes, start, end - start);
  }

  private void fill(Spliced payload) {
    end = payload.read(bytes, NEXT_FRAGMENT_HEAD, NEXT_FRAGMENT_HEAD + fragmentBytes);
    ByteBuffer.wrap(bytes)
        .putInt(end - Integer.BYTES)
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
}
