package io.weft.wire.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.Fun;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.wire.control.Control;
import io.weft.wire.control.ControlCodec;
import io.weft.wire.control.ControlGenerator;
import io.weft.wire.handshake.DistFlags;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is encoded arrives equal. The seed of a failure is in its message. */
class FrameRoundTripTest {

  private static final DistFlags[] CHOICES = {
    DistFlags.SEND_SENDER,
    DistFlags.EXIT_PAYLOAD,
    DistFlags.UNLINK_ID,
    DistFlags.ALIAS,
    DistFlags.SPAWN,
    DistFlags.DIST_MONITOR,
    DistFlags.DIST_HDR_ATOM_CACHE,
    DistFlags.FRAGMENTS
  };

  static Stream<DistFlags> subsetsOfFlags() {
    return IntStream.range(0, 1 << CHOICES.length)
        .mapToObj(subset ->
            IntStream.range(0, CHOICES.length)
                .filter(i -> (subset >> i & 1) != 0)
                .mapToObj(i -> CHOICES[i])
                .reduce(DistFlags.MANDATORY_25, DistFlags::or));
  }

  @ParameterizedTest
  @MethodSource("subsetsOfFlags")
  void signalsArriveEqualWhateverWasNegotiated(DistFlags flags) {
    ControlGenerator signals = new ControlGenerator(flags.bits());
    FrameEncoder encoder = new FrameEncoder(flags, FrameEncoder.MIN_FRAGMENT_BYTES);
    FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    for (int i = 0; i < 100; i++) {
      Control signal = signals.next();
      OutgoingMessage message = encoder.encode(signal);
      assertEquals(ControlCodec.understood(signal, flags), message != null);
      if (message != null) {
        assertEquals(asUnderstood(signal, flags), passOn(message, decoder), () -> "of " + flags);
      }
    }
  }

  private static Control passOn(OutgoingMessage message, FrameDecoder decoder) {
    Control control = null;
    while (message.hasNext()) {
      assertEquals(null, control, "a signal before the last fragment");
      control = decoder.receive(ByteBuffer.wrap(Wire.body(message.next())));
    }
    return Objects.requireNonNull(control, "no signal");
  }

  /** What the peer learns of a signal: SEND does not tell the sender. */
  private static Control asUnderstood(Control signal, DistFlags flags) {
    var form = Objects.requireNonNull(ControlCodec.encode(signal, flags));
    return ControlCodec.decode(form.control(), form.payload());
  }

  @Test
  void manySignalsArriveEqualThroughOnePairOfCaches() {
    ControlGenerator signals = new ControlGenerator(1);
    FrameEncoder encoder = new FrameEncoder(DistFlags.OFFERED_PUBLISHED);
    FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      Control signal = signals.next(atoms(random));
      OutgoingMessage message = Objects.requireNonNull(encoder.encode(signal));
      assertEquals(signal, passOn(message, decoder), "signal " + i);
    }
  }

  /** Up to 600 atoms, more than a header holds, out of 5,000, more than the cache holds. */
  private static Term atoms(Random random) {
    Term[] atoms = new Term[random.nextInt(10) == 0 ? random.nextInt(600) : random.nextInt(5)];
    for (int i = 0; i < atoms.length; i++) {
      int number = (int) Math.abs(random.nextGaussian() * 1000) % 5_000;
      String name = number % 7 == 0 ? "日".repeat(number % 250) + number % 4 : "atom_" + number;
      atoms[i] = Atom.of(name);
    }
    return Terms.list(atoms);
  }

  @Test
  void largeBinariesArriveEqualWhereverTheyAreInAMessage() {
    FrameEncoder encoder = new FrameEncoder(DistFlags.OFFERED_PUBLISHED);
    FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    Pid pid = new Pid(Atom.of("a@b"), 1, 2, 3);
    Binary uniq = bytes(Fun.UNIQ_SIZE);
    Fun fun = new Fun(Atom.OK, 1, 1, uniq, 1, 1, pid, List.of(bytes(200_000), bytes(1)));
    List<Term> payloads =
        List.of(
            bytes(1 << 20),
            fun,
            Terms.list(bytes(70_000), Atom.OK, bytes(FrameEncoder.FRAGMENT_BYTES), bytes(9)),
            Terms.list(bytes(100_000), bytes(300_000), fun));
    for (Term payload : payloads) {
      Control signal = new Control.Send(pid, pid, payload);
      assertEquals(signal, passOn(Objects.requireNonNull(encoder.encode(signal)), decoder));
      Control exit = new Control.Exit(pid, pid, payload);
      assertEquals(exit, passOn(Objects.requireNonNull(encoder.encode(exit)), decoder));
    }
  }

  private static Binary bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return Binary.wrap(bytes);
  }

  @Test
  void messagesMixedAtRandomArriveEqualAndInOrderOfTheirSenders() {
    for (long seed = 0; seed < 100; seed++) {
      mixAtRandom(seed);
    }
  }

  private static void mixAtRandom(long seed) {
    Random random = new Random(seed);
    ControlGenerator signals = new ControlGenerator(seed);
    FrameEncoder encoder =
        new FrameEncoder(DistFlags.OFFERED_PUBLISHED, FrameEncoder.MIN_FRAGMENT_BYTES);
    FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    List<Control> expected = new ArrayList<>();
    List<Control> received = new ArrayList<>();
    List<Deque<byte[]>> started = new ArrayList<>();
    for (int i = 0; i < 50 || !started.isEmpty(); i++) {
      if (i < 50 && random.nextBoolean()) {
        Control signal = signals.next(payload(random));
        expected.add(signal);
        Deque<byte[]> rest = frames(Objects.requireNonNull(encoder.encode(signal)));
        receive(decoder, rest.remove(), received);
        started.add(rest);
      } else if (!started.isEmpty()) {
        Deque<byte[]> rest = started.get(random.nextInt(started.size()));
        if (!rest.isEmpty()) {
          receive(decoder, rest.remove(), received);
        }
      }
      started.removeIf(Deque::isEmpty);
    }
    assertEquals(expected.size(), received.size(), () -> "seed " + seed);
    expected.removeAll(received);
    assertEquals(List.of(), expected, () -> "seed " + seed);
  }

  private static Term payload(Random random) {
    byte[] bytes = new byte[random.nextInt(500)];
    random.nextBytes(bytes);
    return Binary.wrap(bytes);
  }

  /** All frames of a message, copied. */
  private static Deque<byte[]> frames(OutgoingMessage message) {
    Deque<byte[]> frames = new ArrayDeque<>();
    while (message.hasNext()) {
      frames.add(Wire.body(message.next()));
    }
    return frames;
  }

  private static void receive(FrameDecoder decoder, byte[] frame, List<Control> received) {
    Control control = decoder.receive(ByteBuffer.wrap(frame));
    if (control != null) {
      received.add(control);
    }
  }

  @Test
  void aLargePayloadArrivesEqualFromAReadOnlyBufferToo() {
    byte[] bytes = new byte[3 << 20];
    new Random(1).nextBytes(bytes);
    Pid pid = new Pid(Atom.of("a@h"), 1, 0, 1);
    Control signal = new Control.Send(pid, pid, Binary.wrap(bytes));
    FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    OutgoingMessage message =
        Objects.requireNonNull(new FrameEncoder(DistFlags.OFFERED_PUBLISHED).encode(signal));
    Control received = null;
    int frames = 0;
    while (message.hasNext()) {
      ByteBuffer body = ByteBuffer.wrap(Wire.body(message.next())).asReadOnlyBuffer();
      received = decoder.receive(body);
      assertEquals(0, body.remaining(), "the frame is consumed");
      frames++;
    }
    assertEquals(signal, received);
    assertEquals(Math.ceilDiv(bytes.length + 5, FrameEncoder.FRAGMENT_BYTES), frames);
  }
}
