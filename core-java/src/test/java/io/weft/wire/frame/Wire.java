package io.weft.wire.frame;

import io.weft.wire.control.Control;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a socket between two sides would do: frames out of one go into the other. */
final class Wire {

  private Wire() {}

  /** Everything that waits, as frames without their lengths. */
  static List<byte[]> drain(OutgoingFrames frames) {
    List<byte[]> bodies = new ArrayList<>();
    for (ByteBuffer frame = frames.next(); frame != null; frame = frames.next()) {
      bodies.add(body(frame));
    }
    return bodies;
  }

  /** A copy of the frame without its length, which must be right. */
  static byte[] body(ByteBuffer frame) {
    int length = frame.getInt();
    if (length != frame.remaining()) {
      throw new AssertionError("length %d of %d bytes".formatted(length, frame.remaining()));
    }
    byte[] body = new byte[length];
    frame.get(body);
    return body;
  }

  /** The signals in these frames. */
  static List<Control> receive(FrameDecoder decoder, List<byte[]> bodies) {
    List<Control> signals = new ArrayList<>();
    for (byte[] body : bodies) {
      Control signal = decoder.receive(ByteBuffer.wrap(body));
      if (signal != null) {
        signals.add(signal);
      }
    }
    return signals;
  }
}
