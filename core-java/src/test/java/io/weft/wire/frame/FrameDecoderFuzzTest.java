package io.weft.wire.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weft.Mutations;
import io.weft.etf.DecodeLimits;
import io.weft.wire.WireException;
import io.weft.wire.control.Control;
import io.weft.wire.control.ControlCodec;
import io.weft.wire.handshake.DistFlags;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Fuzzes the decoder of frames. As an ordinary test it replays the seeds in the resources of this
 * name; with {@code JAZZER_FUZZ=1} in the environment it searches for new inputs.
 */
class FrameDecoderFuzzTest {

  private static final FrameLimits LIMITS =
      new FrameLimits(1 << 16, 4, 1 << 16, new DecodeLimits(1 << 22, 1000, 1 << 12));

  /** The input is a sequence of frames, each with a length of one byte in front. */
  @FuzzTest(maxDuration = "1m")
  void anyFramesGiveSignalsOrAWireException(byte[] input) {
    try (Decompressor deflate = Deflate.decompressor()) {
      receive(input, new FrameDecoder(LIMITS, List.of(deflate)));
    }
  }

  @Test
  void soDoInputsLikeTheSeeds() {
    Mutations.of(
        FrameDecoderFuzzTest.class,
        "anyFramesGiveSignalsOrAWireException",
        this::anyFramesGiveSignalsOrAWireException);
  }

  private static void receive(byte[] input, FrameDecoder decoder) {
    ByteBuffer in = ByteBuffer.wrap(input);
    while (in.hasRemaining()) {
      int length = Math.min(Byte.toUnsignedInt(in.get()), in.remaining());
      ByteBuffer frame = in.slice(in.position(), length);
      in.position(in.position() + length);
      Control signal;
      try {
        signal = decoder.receive(frame);
      } catch (WireException e) {
        return;
      }
      if (signal != null) {
        assertEquals(signal, thereAndBack(signal));
      }
    }
  }

  /** The signal, compressed where that is smaller, through an encoder and a decoder. */
  private static Control thereAndBack(Control signal) {
    DistFlags flags = DistFlags.OFFERED_PUBLISHED;
    if (!ControlCodec.understood(signal, flags)) {
      return signal;
    }
    try (Compressor compressor = Deflate.compressor(1);
        Decompressor decompressor = Deflate.decompressor()) {
      OutgoingFrames frames =
          new OutgoingFrames(
              flags,
              FrameEncoder.MIN_FRAGMENT_BYTES,
              new CompressedFrame.Sender(compressor, 0, _ -> compressor));
      frames.add(signal);
      FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT, List.of(decompressor));
      Control received = null;
      for (ByteBuffer frame = frames.next(); frame != null; frame = frames.next()) {
        received = decoder.receive(ByteBuffer.wrap(Wire.body(frame)));
      }
      return Objects.requireNonNull(received);
    }
  }
}
