package io.weft.wire.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.etf.DecodeLimits;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.Pid;
import io.weft.wire.WireException;
import io.weft.wire.control.Control;
import io.weft.wire.control.ControlGenerator;
import io.weft.wire.handshake.DistFlags;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {

  private static final FrameLimits LIMITS =
      new FrameLimits(1 << 20, 1000, 1 << 20, DecodeLimits.DEFAULT);

  private static final Pid PID = new Pid(Atom.of("a@h"), 1, 0, 1);

  private static ByteBuffer fragment(int tag, long sequence, long fragment, byte[] bytes) {
    boolean first = tag == FrameTag.FIRST_FRAGMENT;
    ByteBuffer frame = ByteBuffer.allocate(18 + (first ? 1 : 0) + bytes.length);
    frame.put((byte) FrameTag.VERSION).put((byte) tag).putLong(sequence).putLong(fragment);
    if (first) {
      frame.put((byte) 0); // no atoms
    }
    return frame.put(bytes).flip();
  }

  @Test
  void announcedFragmentsTakeNoMemory() {
    FrameDecoder decoder = new FrameDecoder(LIMITS);
    for (int sequence = 0; sequence < 1000; sequence++) {
      assertNull(
          decoder.receive(
              fragment(FrameTag.FIRST_FRAGMENT, sequence, Long.MAX_VALUE, new byte[100])));
    }
  }

  @Test
  void theLimitOfFragmentsHoldsForAllMessagesTogether() {
    FrameDecoder decoder = new FrameDecoder(LIMITS);
    assertNull(decoder.receive(fragment(FrameTag.FIRST_FRAGMENT, 1, 9, new byte[500_000])));

    ByteBuffer more = fragment(FrameTag.FIRST_FRAGMENT, 2, 9, new byte[600_000]);

    assertThrows(WireException.class, () -> decoder.receive(more));
  }

  @Test
  void aCompleteMessageMakesRoomForOthers() {
    FrameDecoder decoder = new FrameDecoder(LIMITS);
    OutgoingFrames frames = new OutgoingFrames(DistFlags.OFFERED_PUBLISHED);
    for (int i = 0; i < 20; i++) {
      Control signal = new Control.Send(null, PID, Binary.wrap(new byte[500_000]));
      frames.add(signal);
      assertEquals(List.of(signal), Wire.receive(decoder, Wire.drain(frames)));
    }
  }

  @Test
  void everyProperPrefixOfAFrameIsRefused() {
    OutgoingFrames frames = new OutgoingFrames(DistFlags.OFFERED_PUBLISHED);
    ControlGenerator signals = new ControlGenerator(11);
    for (int i = 0; i < 50; i++) {
      frames.add(signals.next());
      for (byte[] body : Wire.drain(frames)) {
        for (int length = 1; length < body.length; length++) {
          ByteBuffer prefix = ByteBuffer.wrap(Arrays.copyOf(body, length));
          // the cache is empty here, so references to known atoms are refused too
          assertThrows(WireException.class, () -> new FrameDecoder(LIMITS).receive(prefix));
        }
      }
    }
  }

  @Test
  void onlyWireExceptionLeavesItWhateverTheBytesAre() {
    Random random = new Random(5);
    ControlGenerator signals = new ControlGenerator(5);
    for (int i = 0; i < 5_000; i++) {
      OutgoingFrames frames =
          new OutgoingFrames(
              random.nextBoolean() ? DistFlags.OFFERED_PUBLISHED : DistFlags.MANDATORY_25,
              FrameEncoder.MIN_FRAGMENT_BYTES);
      frames.add(signals.next());
      FrameDecoder decoder = new FrameDecoder(LIMITS);
      try {
        for (byte[] body : Wire.drain(frames)) {
          body[random.nextInt(body.length)] = (byte) random.nextInt();
          decoder.receive(ByteBuffer.wrap(body));
        }
      } catch (WireException _) {
        // as it should be
      }
    }
  }
}
