package io.weft.wire.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.wire.control.Control;
import io.weft.wire.control.ControlGenerator;
import io.weft.wire.handshake.DistFlags;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutgoingFramesTest {

  private static final Atom NODE = Atom.of("a@h");
  private static final Pid TO = new Pid(Atom.of("b@h"), 1, 0, 1);
  private static final Reference REF = Reference.of(NODE, 1, 1, 2, 3);

  private final OutgoingFrames frames = new OutgoingFrames(DistFlags.OFFERED_PUBLISHED);
  private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);

  private static Pid sender(int id) {
    return new Pid(NODE, id, 0, 1);
  }

  private static Control small(int sender, int number) {
    return new Control.Send(sender(sender), TO, Terms.integer(number));
  }

  /** A message of that many fragments. */
  private static Control large(int sender, int fragments) {
    int size = fragments * FrameEncoder.FRAGMENT_BYTES - 100;
    return new Control.Send(sender(sender), TO, Binary.wrap(new byte[size]));
  }

  private void add(Control... signals) {
    for (Control signal : signals) {
      assertTrue(frames.add(signal));
    }
  }

  private void expect(Control... signals) {
    assertEquals(labels(List.of(signals)), labels(Wire.receive(decoder, Wire.drain(frames))));
  }

  private static List<String> labels(List<Control> signals) {
    return signals.stream().map(OutgoingFramesTest::label).toList();
  }

  /** A signal in short: large payloads would fill the messages of failures. */
  private static String label(Control signal) {
    return signal instanceof Control.Send(Pid from, _, Binary payload)
        ? "%d bytes from %s".formatted(payload.size(), from)
        : signal.toString().substring(0, Math.min(200, signal.toString().length()));
  }

  @Test
  void smallSignalsKeepTheirOrder() {
    add(small(1, 1), small(2, 2), small(1, 3));

    expect(small(1, 1), small(2, 2), small(1, 3));
  }

  @Test
  void nothingComesOutWhenNothingWaits() {
    assertTrue(frames.isEmpty());
    assertNull(frames.next());
    add(small(1, 1));
    assertFalse(frames.isEmpty());
    Wire.drain(frames);
    assertTrue(frames.isEmpty());
    assertNull(frames.next());
  }

  @Test
  void sizeCountsSignalsUntilTheirLastFragmentIsOut() {
    add(large(1, 2), small(1, 1), small(2, 2));

    List<Integer> sizes = new ArrayList<>();
    while (frames.next() != null) {
      sizes.add(frames.size());
    }

    assertEquals(List.of(3, 2, 1, 0), sizes);
  }

  @Test
  void aSignalThatThePeerDoesNotUnderstandIsDropped() {
    OutgoingFrames noAlias =
        new OutgoingFrames(DistFlags.OFFERED_PUBLISHED.without(DistFlags.ALIAS));

    assertFalse(noAlias.add(new Control.AliasSend(sender(1), REF, Atom.OK)));
    assertTrue(noAlias.isEmpty());
  }

  @Test
  void smallSignalsOfOthersPassALargeMessage() {
    add(large(1, 10), small(2, 1), small(3, 2));

    expect(small(2, 1), small(3, 2), large(1, 10));
  }

  @Test
  void theSendersOwnSignalsWaitForItsLargeMessage() {
    add(large(1, 10), small(1, 1), small(2, 2));

    expect(small(2, 2), large(1, 10), small(1, 1));
  }

  @Test
  void signalsAddedWhileFragmentsGoOutWaitToo() {
    List<byte[]> bodies = new ArrayList<>();
    add(large(1, 3));
    bodies.add(Wire.body(requireNext()));
    add(small(1, 1));
    bodies.add(Wire.body(requireNext()));
    add(small(1, 2));
    bodies.addAll(Wire.drain(frames));

    assertEquals(
        labels(List.of(large(1, 3), small(1, 1), small(1, 2))),
        labels(Wire.receive(decoder, bodies)));
  }

  private ByteBuffer requireNext() {
    return Objects.requireNonNull(frames.next());
  }

  @Test
  void largeMessagesTakeTurns() {
    add(large(1, 40), large(2, 20), large(3, 30));

    expect(large(2, 20), large(3, 30), large(1, 40));
  }

  @Test
  void aLargeMessageGoesOnHoweverManySmallOnesThereAre() {
    Term payload = Binary.wrap(new byte[1000]);
    add(large(1, 3));
    for (int i = 0; i < 1000; i++) {
      add(new Control.Send(sender(2), TO, payload));
    }

    int place = Wire.receive(decoder, Wire.drain(frames)).indexOf(large(1, 3));

    assertTrue(place < 200, () -> "after " + place + " small ones");
  }

  @Test
  void aDownSignalOfANameDoesNotOvertakeWhatTheProcessSentBefore() {
    Control down = new Control.MonitorExit(Atom.of("server"), TO, REF, Atom.of("normal"));
    add(large(1, 3), small(1, 1), down, small(2, 2));

    expect(small(2, 2), large(1, 3), small(1, 1), down);
  }

  @Test
  void aDownSignalOfANameDoesNotWaitForWhatIsSentLater() {
    Control down = new Control.MonitorExit(Atom.of("server"), TO, REF, Atom.of("normal"));
    add(large(1, 2), down, large(2, 20));

    expect(large(1, 2), down, large(2, 20));
  }

  @Test
  void downSignalsOfNamesKeepTheirOrder() {
    List<Control> downs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      downs.add(new Control.MonitorExit(Atom.of("server"), TO, Reference.of(NODE, 1, i), Atom.OK));
    }
    add(large(1, 2));
    downs.forEach(this::add);

    assertEquals(downs, Wire.receive(decoder, Wire.drain(frames)).subList(1, 6));
  }

  @Test
  void largeDownSignalsOfANameAreCutToo() {
    Term reason = Terms.list(Collections.nCopies(200_000, Atom.OK));
    Control first = new Control.MonitorExit(Atom.of("server"), TO, REF, reason);
    Control second = new Control.MonitorExit(Atom.of("server"), TO, REF, Atom.of("normal"));
    add(first, second, small(1, 1));

    expect(small(1, 1), first, second);
  }

  @Test
  void messagesWithoutSenderKeepTheirOrder() {
    Control first = new Control.Send(null, TO, Binary.wrap(new byte[200_000]));
    Control second = new Control.Send(null, TO, Atom.OK);
    add(first, second);

    expect(first, second);
  }

  @Test
  void whateverTheMixTheOrderOfEachSenderIsKept() {
    for (long seed = 0; seed < 200; seed++) {
      mix(seed);
    }
  }

  private static void mix(long seed) {
    Random random = new Random(seed);
    ControlGenerator signals = new ControlGenerator(seed);
    OutgoingFrames frames =
        new OutgoingFrames(DistFlags.OFFERED_PUBLISHED, FrameEncoder.MIN_FRAGMENT_BYTES);
    FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    List<Control> sent = new ArrayList<>();
    List<Control> received = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      if (random.nextBoolean()) {
        Control signal = signals.next(numbered(i, random));
        assertTrue(frames.add(signal));
        sent.add(signal);
      } else {
        var frame = frames.next();
        if (frame != null) {
          received.addAll(Wire.receive(decoder, List.of(Wire.body(frame))));
        }
      }
    }
    received.addAll(Wire.receive(decoder, Wire.drain(frames)));
    assertEquals(bySender(sent), bySender(received), () -> "seed " + seed);
  }

  private static Term numbered(int number, Random random) {
    return Terms.tuple(Terms.integer(number), Binary.wrap(new byte[random.nextInt(300)]));
  }

  private static Map<Term, List<Control>> bySender(List<Control> signals) {
    Map<Term, List<Control>> bySender = new HashMap<>();
    for (Control signal : signals) {
      Term sender = sender(signal);
      if (sender != null) {
        bySender.computeIfAbsent(sender, s -> new ArrayList<>()).add(signal);
      }
    }
    return bySender;
  }

  private static @Nullable Term sender(Control signal) {
    return switch (signal) {
      case Control.Link s -> s.from();
      case Control.Unlink s -> s.from();
      case Control.Send s -> s.from();
      case Control.RegSend s -> s.from();
      case Control.AliasSend s -> s.from();
      case Control.Exit s -> s.from();
      case Control.Exit2 s -> s.from();
      case Control.MonitorExit s -> s.target();
      case Control.Traced s -> sender(s.control());
      case Control.Awaited s -> sender(s.message());
      default -> null;
    };
  }
}
