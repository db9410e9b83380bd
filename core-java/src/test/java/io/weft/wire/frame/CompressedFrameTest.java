package io.weft.wire.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.weft.etf.DecodeLimits;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.wire.CompressionWish;
import io.weft.wire.WireException;
import io.weft.wire.control.Control;
import io.weft.wire.control.ControlGenerator;
import io.weft.wire.handshake.DistFlags;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompressedFrameTest {

  private static final DistFlags FLAGS = DistFlags.OFFERED_PUBLISHED.or(DistFlags.COMPRESS_DEFLATE);
  private static final int DEFLATE = CompressionAlgorithm.DEFLATE.code();
  private static final Pid PID = new Pid(Atom.of("a@h"), 1, 0, 1);

  private final Compressor compressor = Deflate.compressor(1);
  private final Decompressor decompressor = Deflate.decompressor();
  private final OutgoingFrames frames =
      new OutgoingFrames(FLAGS, compressor, 1000, _ -> fail("no level was wished"));
  private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT, List.of(decompressor));

  @AfterEach
  void close() {
    compressor.close();
    decompressor.close();
  }

  private static Control message(byte[] bytes) {
    return new Control.Send(PID, PID, Binary.wrap(bytes));
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static boolean isCompressed(byte[] body) {
    return Byte.toUnsignedInt(body[1]) == FrameTag.COMPRESSED;
  }

  @Test
  void whatGetsSmallerIsCompressedAndCounted() {
    frames.add(message(new byte[10_000]));
    List<byte[]> bodies = Wire.drain(frames);

    assertTrue(bodies.getFirst().length < 200);
    assertEquals(List.of(message(new byte[10_000])), Wire.receive(decoder, bodies));
    assertTrue(frames.savedBytes() > 9_800);
    assertEquals(frames.savedBytes(), decoder.savedBytes());
  }

  @Test
  void whatIsSmallerThanTheThresholdGoesAsItIs() {
    frames.add(message(new byte[900]));

    assertTrue(Wire.drain(frames).stream().noneMatch(CompressedFrameTest::isCompressed));
    assertEquals(0, frames.savedBytes());
  }

  @Test
  void whatDoesNotGetSmallerGoesAsItIs() {
    frames.add(message(noise(1_000_000)));
    List<byte[]> bodies = Wire.drain(frames);

    assertTrue(bodies.stream().noneMatch(CompressedFrameTest::isCompressed));
    assertEquals(List.of(message(noise(1_000_000))), Wire.receive(decoder, bodies));
  }

  @Test
  void aMessageThatBeginsWithNoiseIsTriedAgain() {
    byte[] bytes = new byte[4 << 20];
    System.arraycopy(noise(1 << 20), 0, bytes, 0, 1 << 20);
    frames.add(message(bytes));
    List<byte[]> bodies = Wire.drain(frames);

    assertEquals(64 + 1, bodies.size());
    assertTrue(bodies.stream().filter(CompressedFrameTest::isCompressed).count() >= 32);
    assertEquals(List.of(message(bytes)), Wire.receive(decoder, bodies));
  }

  @Test
  void onlyWhatWasAgreedOnIsUsed() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new OutgoingFrames(DistFlags.OFFERED_PUBLISHED, compressor, 1000, _ -> compressor));
  }

  @Test
  void theWishOfASenderComesBeforeWhatTheNodeDoes() {
    var levels = new ArrayList<Integer>();
    try (Compressor best = Deflate.compressor(9)) {
      var wishing =
          new OutgoingFrames(
              FLAGS,
              compressor,
              1000,
              level -> {
                levels.add(level);
                return best;
              });
      byte[] large = new byte[10_000];
      byte[] small = new byte[500];
      assertTrue(sent(wishing, message(large)));
      assertFalse(sent(wishing, message(small)));
      assertFalse(sent(wishing, wished(large, CompressionWish.NONE)));
      assertFalse(sent(wishing, wished(large, CompressionWish.threshold(20_000))));
      assertTrue(sent(wishing, wished(small, CompressionWish.threshold(100))));
      assertEquals(List.of(), levels);
      assertTrue(sent(wishing, wished(large, CompressionWish.level(9))));
      assertFalse(sent(wishing, wished(small, CompressionWish.level(9))));
      assertTrue(sent(wishing, wished(small, CompressionWish.level(22).thresholdBytes(0))));
      assertTrue(levels.containsAll(List.of(9, 22)), levels::toString);
    }
  }

  private static Control wished(byte[] bytes, CompressionWish wish) {
    return new Control.Wished(new Control.Send(PID, PID, Binary.wrap(bytes)), wish);
  }

  /** Whether it went out compressed; and comes to what was sent. */
  private boolean sent(OutgoingFrames through, Control signal) {
    assertTrue(through.add(signal));
    List<byte[]> bodies = Wire.drain(through);
    Control plain = signal instanceof Control.Wished wished ? wished.control() : signal;
    assertEquals(List.of(plain), Wire.receive(decoder, bodies));
    return isCompressed(bodies.getFirst());
  }

  /**
   * So all that is proved of order, overtaking and atom caches is true of compressed frames too.
   */
  @Test
  void theFramesInsideAreThoseThatGoOutUncompressedInTheSameOrder() {
    for (long seed = 0; seed < 50; seed++) {
      mix(seed);
    }
  }

  private void mix(long seed) {
    Random random = new Random(seed);
    ControlGenerator signals = new ControlGenerator(seed);
    OutgoingFrames plain = new OutgoingFrames(FLAGS, 500);
    OutgoingFrames packed =
        new OutgoingFrames(
            FLAGS, 500, new CompressedFrame.Sender(compressor, 100, _ -> compressor));
    FrameDecoder fromPlain = new FrameDecoder(FrameLimits.DEFAULT);
    FrameDecoder fromPacked = new FrameDecoder(FrameLimits.DEFAULT, List.of(decompressor));
    boolean compressed = false;
    for (int i = 0; i < 300 || !plain.isEmpty(); i++) {
      if (i < 300 && random.nextBoolean()) {
        Control signal = signals.next(payload(random));
        plain.add(signal);
        packed.add(signal);
      } else {
        ByteBuffer expected = plain.next();
        ByteBuffer frame = packed.next();
        assertEquals(expected == null, frame == null, () -> "seed " + seed);
        if (expected != null && frame != null) {
          byte[] body = Wire.body(frame);
          byte[] expectedBody = Wire.body(expected);
          compressed |= isCompressed(body);
          assertArrayEquals(expectedBody, opened(body), () -> "seed " + seed);
          assertEquals(
              fromPlain.receive(ByteBuffer.wrap(expectedBody)),
              fromPacked.receive(ByteBuffer.wrap(body).asReadOnlyBuffer()));
        }
      }
    }
    assertTrue(packed.isEmpty());
    assertTrue(compressed);
  }

  private static Term payload(Random random) {
    byte[] bytes = random.nextBoolean() ? new byte[random.nextInt(3000)] : noise(2000);
    return Terms.tuple(Atom.of("atom" + random.nextInt(50)), Binary.wrap(bytes));
  }

  /** The frame in a compressed one, or the frame itself. */
  private byte[] opened(byte[] body) {
    if (!isCompressed(body)) {
      return body;
    }
    byte[] bytes = new byte[ByteBuffer.wrap(body).getInt(3)];
    decompressor.decompress(body, 7, body.length - 7, bytes, bytes.length);
    return bytes;
  }

  // --- what a peer may send ----------------------------------------------------------------------

  private static byte[] frame(int algorithm, int size, byte[] compressed) {
    return ByteBuffer.allocate(7 + compressed.length)
        .put((byte) FrameTag.VERSION)
        .put((byte) FrameTag.COMPRESSED)
        .put((byte) algorithm)
        .putInt(size)
        .put(compressed)
        .array();
  }

  private byte[] deflated(byte[] plain) {
    byte[] target = new byte[2 * plain.length + 100];
    int size = compressor.compress(plain, 0, plain.length, target, 0, target.length);
    return Arrays.copyOf(target, size);
  }

  private static byte[] plainFrame() {
    OutgoingFrames frames = new OutgoingFrames(FLAGS);
    frames.add(message(new byte[2000]));
    return Wire.drain(frames).getFirst();
  }

  private static String refusal(byte[] body, @Nullable Decompressor decompressor) {
    FrameDecoder decoder =
        new FrameDecoder(
            FrameLimits.DEFAULT, decompressor == null ? List.of() : List.of(decompressor));
    WireException e =
        assertThrows(WireException.class, () -> decoder.receive(ByteBuffer.wrap(body)));
    return String.valueOf(e.getMessage());
  }

  private void refused(byte[] body, String why) {
    String refusal = refusal(body, decompressor);
    assertTrue(refusal.contains(why), refusal);
  }

  @Test
  void aFrameCompressedAsWasNotAgreedOnIsRefused() {
    byte[] plain = plainFrame();
    byte[] body = frame(DEFLATE, plain.length, deflated(plain));

    assertTrue(refusal(body, null).contains("algorithm 1, which was not agreed on"));
    refused(frame(2, plain.length, deflated(plain)), "algorithm 2, which was not agreed on");
    assertEquals(message(new byte[2000]), decoder.receive(ByteBuffer.wrap(body)));
  }

  @Test
  void aSizeBeyondTheLimitIsRefusedBeforeMemoryIsTaken() {
    byte[] bomb = deflated(new byte[CompressedFrame.MAX_PLAIN_BYTES + 1]);

    refused(frame(DEFLATE, CompressedFrame.MAX_PLAIN_BYTES + 1, bomb), "the limit is 262144");
    refused(frame(DEFLATE, -1, bomb), "4294967295 bytes compressed");
    refused(frame(DEFLATE, 0, bomb), "0 bytes compressed");
  }

  @Test
  void theLimitOfFramesHoldsForWhatACompressedOneStandsFor() {
    byte[] plain = plainFrame();
    FrameLimits limits = new FrameLimits(1000, 1, 1000, DecodeLimits.DEFAULT);
    FrameDecoder strict = new FrameDecoder(limits, List.of(decompressor));

    assertThrows(
        WireException.class,
        () -> strict.receive(ByteBuffer.wrap(frame(DEFLATE, plain.length, deflated(plain)))));
  }

  @Test
  void whatIsNotOfTheSizeThatItSaysIsRefused() {
    byte[] plain = plainFrame();

    refused(frame(DEFLATE, plain.length - 1, deflated(plain)), "does not end after");
    refused(frame(DEFLATE, plain.length + 1, deflated(plain)), "bytes deflated, not");
    refused(frame(DEFLATE, 1, deflated(new byte[200_000])), "does not end after 1 bytes");
  }

  @Test
  void brokenAndCutAndTrailingBytesAreRefused() {
    byte[] plain = plainFrame();
    byte[] deflated = deflated(plain);
    byte[] longer = Arrays.copyOf(deflated, deflated.length + 3);
    byte[] shorter = Arrays.copyOf(deflated, deflated.length - 3);

    refused(frame(DEFLATE, plain.length, longer), "3 bytes after a deflate stream");
    refused(frame(DEFLATE, plain.length, shorter), "");
    refused(frame(DEFLATE, plain.length, new byte[] {-1, -1, -1}), "broken deflate stream");
    refused(frame(DEFLATE, plain.length, new byte[0]), "0 bytes deflated");
    refused(new byte[] {(byte) FrameTag.VERSION, (byte) FrameTag.COMPRESSED}, "the algorithm");
  }

  @Test
  void aFrameIsNotCompressedTwice() {
    byte[] plain = plainFrame();
    byte[] once = frame(DEFLATE, plain.length, deflated(plain));

    refused(frame(DEFLATE, once.length, deflated(once)), "compressed twice");
  }

  @Test
  void onlyWireExceptionLeavesItWhateverTheBytesAre() {
    Random random = new Random(7);
    byte[] plain = plainFrame();
    byte[] good = frame(DEFLATE, plain.length, deflated(plain));
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] body = good.clone();
      for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
        body[random.nextInt(2, body.length)] = (byte) random.nextInt();
      }
      try {
        new FrameDecoder(FrameLimits.DEFAULT, List.of(decompressor)).receive(ByteBuffer.wrap(body));
      } catch (WireException _) {
        refused++;
      }
    }
    assertTrue(refused > 10_000, () -> "most of this is wrong");
  }
}
