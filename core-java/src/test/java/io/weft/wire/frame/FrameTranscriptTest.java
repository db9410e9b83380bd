package io.weft.wire.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.etf.DecodeLimits;
import io.weft.term.Term;
import io.weft.wire.WireException;
import io.weft.wire.control.Control;
import io.weft.wire.control.ControlCodec;
import io.weft.wire.handshake.DistFlags;
import io.weft.wire.testing.FlagsText;
import io.weft.wire.testing.HexText;
import io.weft.wire.testing.Transcript;
import io.weft.wire.testing.Transcript.Command;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Frames and the signals in them.
 *
 * <ul>
 *   <li>{@code decoder}: a new connection to read from
 *   <li>{@code receive}: the bytes of a frame without its length give a signal; a whole message
 *       with a distribution header is also written again from the signal, to the same bytes (unless
 *       {@code one-way})
 *   <li>{@code encoder}: a new connection to write to
 *   <li>{@code send}: signals, each a line with the control tuple and perhaps an indented one with
 *       the payload, give frames; a decoder reads each and gives the signals again
 * </ul>
 */
class FrameTranscriptTest {

  private FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
  private FrameRewriter rewriter = new FrameRewriter();
  private DistFlags flags = DistFlags.OFFERED_PUBLISHED;
  private OutgoingFrames outgoing = new OutgoingFrames(flags);
  private FrameDecoder peer = new FrameDecoder(FrameLimits.DEFAULT);

  @TestFactory
  Stream<DynamicTest> transcripts() {
    return Transcript.tests("frame", () -> new FrameTranscriptTest()::interpret);
  }

  private List<String> interpret(Command command) {
    return switch (command.name()) {
      case "decoder" -> {
        decoder = new FrameDecoder(limits(command));
        rewriter = new FrameRewriter();
        yield List.of();
      }
      case "receive" -> List.of(receive(command.bytes(), !command.words().contains("one-way")));
      case "encoder" -> {
        int fragmentBytes = Integer.parseInt(command.option("fragment", "65536"));
        flags = FlagsText.parse(command.option("flags", "all"));
        outgoing = new OutgoingFrames(flags, fragmentBytes);
        peer = new FrameDecoder(FrameLimits.DEFAULT);
        yield List.of();
      }
      case "send" -> send(signals(command.input()));
      default -> throw new IllegalArgumentException(command.name());
    };
  }

  private static FrameLimits limits(Command command) {
    return new FrameLimits(
        Integer.parseInt(command.option("frame", "1000000")),
        Integer.parseInt(command.option("sequences", "100")),
        Integer.parseInt(command.option("bytes", "1000000")),
        new DecodeLimits(Long.parseLong(command.option("memory", "1000000")), 1000, 1000));
  }

  private String receive(byte[] frame, boolean bothWays) {
    try {
      Control control = decoder.receive(ByteBuffer.wrap(frame));
      int tag = frame.length < 2 ? 0 : frame[1];
      if (tag == FrameTag.FIRST_FRAGMENT) {
        rewriter.skip(frame);
      }
      if (control == null) {
        return frame.length == 0 ? "tick" : "incomplete";
      }
      if (tag == FrameTag.NORMAL) {
        byte[] again = rewriter.rewrite(frame, control);
        if (bothWays) {
          assertArrayEquals(frame, again, "written again");
        }
      }
      return control.toString();
    } catch (WireException e) {
      return "error: " + e.getMessage();
    } catch (IllegalStateException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static List<Control> signals(List<String> lines) {
    List<Control> signals = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      boolean hasPayload = i + 1 < lines.size() && lines.get(i + 1).startsWith(" ");
      Term control = Term.parse(lines.get(i));
      Term payload = hasPayload ? Term.parse(lines.get(++i)) : null;
      signals.add(ControlCodec.decode(control, payload));
    }
    return signals;
  }

  private List<String> send(List<Control> signals) {
    signals.forEach(outgoing::add);
    List<String> lines = new ArrayList<>();
    List<Control> received = new ArrayList<>();
    for (ByteBuffer frame = outgoing.next(); frame != null; frame = outgoing.next()) {
      lines.addAll(HexText.dump(HexText.bytes(frame)));
      assertEquals(frame.remaining() - 4, frame.getInt(), "length");
      Control control = peer.receive(frame);
      lines.add("  -> " + (control == null ? "incomplete" : control.toString()));
      if (control != null) {
        received.add(control);
      }
    }
    assertEquals(signals.stream().map(this::asUnderstood).toList(), received);
    return lines;
  }

  /** What the peer learns of a signal: SEND does not tell the sender. */
  private Control asUnderstood(Control signal) {
    var form = Objects.requireNonNull(ControlCodec.encode(signal, flags));
    return ControlCodec.decode(form.control(), form.payload());
  }
}
