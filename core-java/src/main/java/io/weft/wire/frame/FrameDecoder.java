package io.weft.wire.frame;

import io.weft.wire.WireException;
import io.weft.wire.control.Control;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one connection. All forms of frames are understood, whatever was negotiated.
 * Not for use by several threads at once.
 */
public final class FrameDecoder {

  /** A decoder for a new connection, with an empty atom cache. */
  public FrameDecoder(FrameLimits limits) {}

  /**
   * Takes the next frame.
   *
   * @param body the frame without its length, which is consumed; what has to be kept is copied, so
   *     the caller may reuse the memory
   * @return the signal that is complete now; null for a tick, or if fragments are missing yet
   * @throws WireException if the frame breaks the protocol or exceeds a limit: the connection has to
   *     be closed, and this decoder takes no further frame
   */
  public @Nullable Control receive(ByteBuffer body) {
    throw new UnsupportedOperationException();
  }
}
