package io.weft.wire.frame;

import io.weft.wire.control.Control;
import io.weft.wire.handshake.DistFlags;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes signals as the frames of one connection. Not for use by several threads at once.
 *
 * <p>A driver normally uses {@link OutgoingFrames}, which keeps the rules that are stated here.
 */
public final class FrameEncoder {

  /** Where payloads are cut, in bytes: the same as in OTP. */
  public static final int FRAGMENT_BYTES = 64 << 10;

  /** An encoder for a new connection, with an empty atom cache. */
  public FrameEncoder(DistFlags flags) {}

  /** A tick: the frame of length 0 that tells that this node lives. */
  public static ByteBuffer tick() {
    return ByteBuffer.allocate(4);
  }

  /**
   * Encodes a signal in the form that the negotiated flags ask for.
   *
   * <p>The first frame of a message must go out before the first frame of the next one that is
   * encoded, because the atom cache of the peer follows the order of the frames. The later frames of
   * one message go out in order, with frames of other senders between them as the caller likes; the
   * next message of the same sender must wait for the last of them.
   *
   * @return null if the peer does not understand any form of the signal: nothing is to be sent
   */
  public @Nullable OutgoingMessage encode(Control control) {
    throw new UnsupportedOperationException();
  }
}
