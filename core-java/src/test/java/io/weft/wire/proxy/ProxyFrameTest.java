package io.weft.wire.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.wire.WireException;
import io.weft.wire.proxy.ProxyFrame.Close;
import io.weft.wire.proxy.ProxyFrame.Credit;
import io.weft.wire.proxy.ProxyFrame.Data;
import io.weft.wire.proxy.ProxyFrame.Open;
import io.weft.wire.proxy.ProxyFrame.Opened;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the frames of tunnels look like, and which are refused. */
class ProxyFrameTest {

  private static final Random RANDOM = new Random(11);
  private static final int OTHER_SIDE = Integer.MIN_VALUE;

  private static Atom name() {
    return Atom.of("n" + RANDOM.nextInt(100) + "@höst" + RANDOM.nextInt(1000));
  }

  private static List<Atom> names(int atLeast) {
    int count = atLeast + RANDOM.nextInt(ProxyFrame.MAX_PATH + 1 - atLeast);
    return IntStream.range(0, count).mapToObj(_ -> name()).toList();
  }

  private static int window() {
    return 1 + RANDOM.nextInt(ProxyFrame.MAX_WINDOW);
  }

  private static ProxyFrame any(int tunnel) {
    return switch (RANDOM.nextInt(5)) {
      case 0 ->
          new Open(
              tunnel & Integer.MAX_VALUE,
              RANDOM.nextInt(256),
              window(),
              name(),
              names(1),
              names(0));
      case 1 -> new Opened(tunnel, window(), names(1));
      case 2 -> {
        byte[] bytes = new byte[1 + RANDOM.nextInt(ProxyFrame.MAX_DATA_BYTES)];
        RANDOM.nextBytes(bytes);
        yield new Data(tunnel, ByteBuffer.wrap(bytes));
      }
      case 3 -> new Credit(tunnel, window());
      default -> {
        ProxyDown.Kind[] kinds = ProxyDown.Kind.values();
        ProxyDown.Kind kind = kinds[RANDOM.nextInt(kinds.length)];
        yield new Close(tunnel, new ProxyDown(kind, name(), "for a réason €"));
      }
    };
  }

  private static ByteBuffer body(ByteBuffer frame) {
    assertEquals(frame.remaining() - 4, frame.getInt(frame.position()));
    return frame.slice(frame.position() + 4, frame.remaining() - 4);
  }

  /** The same frame as the other side holds it. */
  private static ProxyFrame across(ProxyFrame frame) {
    int tunnel = frame.tunnel() ^ OTHER_SIDE;
    return switch (frame) {
      case Open(_, int hops, int window, Atom to, List<Atom> path, List<Atom> route) ->
          new Open(tunnel, hops, window, to, path, route);
      case Opened(_, int window, List<Atom> path) -> new Opened(tunnel, window, path);
      case Data(_, ByteBuffer bytes) -> new Data(tunnel, bytes);
      case Credit(_, int bytes) -> new Credit(tunnel, bytes);
      case Close(_, ProxyDown why) -> new Close(tunnel, why);
    };
  }

  @Test
  void eachFrameIsReadAsItWasWritten() {
    for (int i = 0; i < 2000; i++) {
      int tunnel = 1 + RANDOM.nextInt(1000);
      ProxyFrame frame = any(RANDOM.nextBoolean() ? tunnel : tunnel | OTHER_SIDE);
      ByteBuffer body = body(frame.encode());
      assertTrue(ProxyFrame.isOne(body));
      assertEquals(across(frame), ProxyFrame.read(body));
    }
  }

  @Test
  void aFrameThatIsCutOffOrTooLongIsRefused() {
    for (int i = 0; i < 300; i++) {
      ProxyFrame frame = any(7);
      if (frame instanceof Data) {
        continue; // of any length
      }
      byte[] bytes = new byte[body(frame.encode()).remaining() + 1];
      body(frame.encode()).get(bytes, 0, bytes.length - 1);
      for (int length = 3; length <= bytes.length; length += length < 40 ? 1 : 7) {
        if (length != bytes.length - 1) {
          ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
          assertThrows(WireException.class, () -> ProxyFrame.read(cut));
        }
      }
    }
  }

  @Test
  void anyBytesAreAFrameThatIsWrittenTheSameOrAWireException() {
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[RANDOM.nextInt(60)];
      RANDOM.nextBytes(bytes);
      if (i % 2 == 0) {
        bytes = flipped(any(3));
      }
      ByteBuffer body = ByteBuffer.wrap(bytes);
      if (bytes.length > 2) {
        body.put(0, (byte) 131).put(1, (byte) ProxyFrame.TAG);
        body.put(2, (byte) (bytes[2] % 7));
      }
      try {
        ProxyFrame frame = ProxyFrame.read(body);
        if (!(frame instanceof Close)) { // whose text is made printable, whose kind known
          assertEquals(body(across(frame).encode()), body);
        }
      } catch (WireException expected) {
        assertNotNull(expected.getMessage());
      }
    }
  }

  private static byte[] flipped(ProxyFrame frame) {
    ByteBuffer body = body(frame.encode());
    byte[] bytes = new byte[body.remaining()];
    body.get(bytes);
    for (int flips = RANDOM.nextInt(4); flips > 0; flips--) {
      bytes[RANDOM.nextInt(Math.min(bytes.length, 200))] ^= (byte) (1 << RANDOM.nextInt(8));
    }
    return bytes;
  }

  @Test
  void nobodyAsksForATunnelUnderANumberOfTheOtherSide() {
    Open open = new Open(5 | OTHER_SIDE, 1, 1, name(), names(1), List.of());
    assertThrows(WireException.class, () -> ProxyFrame.read(body(open.encode())));
  }

  @Test
  void otherFramesAreNotTakenForThese() {
    assertFalse(ProxyFrame.isOne(ByteBuffer.wrap(new byte[0])));
    assertFalse(ProxyFrame.isOne(ByteBuffer.wrap(new byte[] {(byte) 131})));
    assertFalse(ProxyFrame.isOne(ByteBuffer.wrap(new byte[] {(byte) 131, 68, (byte) 201})));
  }

  @Test
  void aReasonIsFitForALineOfALog() {
    String text = "two\nlines \u001b[31m" + "x".repeat(1000);
    ProxyDown why = new ProxyDown(ProxyDown.Kind.LOST, Atom.of("b@h"), text);
    assertTrue(why.text().startsWith("twolines [31m"));
    assertTrue(why.text().length() <= ProxyDown.MAX_TEXT);
  }

  @Test
  void numbersAreNeverUsedTwice() {
    TunnelNumbers numbers = new TunnelNumbers();
    assertEquals(1, numbers.next());
    assertEquals(2, numbers.next());
    numbers.asked(1 | OTHER_SIDE);
    numbers.asked(5 | OTHER_SIDE);
    assertThrows(WireException.class, () -> numbers.asked(5 | OTHER_SIDE));
    assertThrows(WireException.class, () -> numbers.asked(4 | OTHER_SIDE));
  }

  // --- the way -----------------------------------------------------------------------------------

  private static List<Atom> path(String... names) {
    List<Atom> path = new ArrayList<>();
    for (String name : names) {
      path.add(Atom.of(name + "@h"));
    }
    return path;
  }

  private static final Atom B = Atom.of("b@h");

  private static Open asking(int hopsLeft, String to, String... path) {
    return new Open(1 | OTHER_SIDE, hopsLeft, 1000, Atom.of(to + "@h"), path(path), List.of());
  }

  @Test
  void aRequestGoesOnWithTheNodeThatPassesItOn() {
    Open open = asking(3, "c", "a");
    assertNull(Passage.refusal(open, B, Atom.of("a@h"), 4));
    Open onward = Passage.onward(open, 9, B, 77, path("d"));
    assertEquals(new Open(9, 2, 77, Atom.of("c@h"), path("a", "b"), path("d")), onward);
    assertEquals(Atom.of("a@h"), onward.from());
  }

  @Test
  void aWayInACircleIsRefusedByItsNodes() {
    ProxyDown why = Passage.refusal(asking(9, "c", "a", "b", "d"), B, Atom.of("d@h"), 9);
    assertEquals(ProxyDown.Kind.LOOP, why == null ? null : why.kind());
    assertTrue(String.valueOf(why).contains("a@h, b@h, d@h"), String.valueOf(why));
  }

  @Test
  void aWayThatIsTooLongIsRefusedByEitherLimit() {
    Atom e = Atom.of("e@h");
    assertNull(Passage.refusal(asking(1, "c", "a", "d", "e"), B, e, 3));
    for (ProxyDown why :
        new ProxyDown[] {
          Passage.refusal(asking(1, "c", "a", "d", "e"), B, e, 2),
          Passage.refusal(asking(0, "c", "a", "d", "e"), B, e, 3)
        }) {
      assertEquals(ProxyDown.Kind.TOO_LONG, why == null ? null : why.kind());
    }
    // the end passes nothing on
    assertNull(Passage.refusal(asking(0, "b", "a", "d", "e"), B, e, 2));
  }

  @Test
  void whoLeavesItselfOutOfTheWayBreaksTheProtocol() {
    assertThrows(
        WireException.class, () -> Passage.refusal(asking(3, "c", "a"), B, Atom.of("d@h"), 3));
  }
}
