package io.weft.wire.frame;

import java.nio.ByteBuffer;

/** The frames of one encoded signal: one, or several fragments. See {@link FrameEncoder#encode}. */
public final class OutgoingMessage {

  OutgoingMessage() {}

  /** Whether there are frames that have not been taken. */
  public boolean hasNext() {
    throw new UnsupportedOperationException();
  }

  /**
   * The next frame, its length of 32 bits included. The buffer is a view of memory that is reused:
   * its bytes must have been written, or copied, before the next call of this method and, if the
   * message is a single frame, before the next {@link FrameEncoder#encode}.
   *
   * @throws java.util.NoSuchElementException if all have been taken
   */
  public ByteBuffer next() {
    throw new UnsupportedOperationException();
  }
}
