package io.weft.wire.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.term.Term;
import io.weft.term.Tuple;
import io.weft.wire.WireException;
import io.weft.wire.handshake.DistFlags;
import io.weft.wire.testing.FlagsText;
import io.weft.wire.testing.Transcript;
import io.weft.wire.testing.Transcript.Command;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What control tuples mean. {@code decode}: a line with the control tuple and one with the payload,
 * if there is one, give a signal, and the signal gives them again under the flags that are stated.
 * {@code one-way}: only the first.
 */
class ControlTranscriptTest {

  @TestFactory
  Stream<DynamicTest> transcripts() {
    return Transcript.tests("control", () -> ControlTranscriptTest::interpret);
  }

  private static List<String> interpret(Command command) {
    Term tuple = Term.parse(command.input().getFirst());
    Term payload = command.input().size() > 1 ? Term.parse(command.input().get(1)) : null;
    return switch (command.name()) {
      case "decode" -> bothWays(tuple, payload, FlagsText.parse(command.option("flags", "all")));
      case "one-way" -> List.of(decode(tuple, payload).toString());
      case "error" -> List.of(error(tuple, payload));
      case "not-understood" -> {
        Control control = decode(tuple, payload);
        DistFlags flags = FlagsText.parse(command.option("flags", "all"));
        assertEquals(null, ControlCodec.encode(control, flags));
        assertEquals(false, ControlCodec.understood(control, flags));
        yield List.of(control.toString());
      }
      default -> throw new IllegalArgumentException(command.name());
    };
  }

  private static Control decode(Term tuple, @Nullable Term payload) {
    return ControlCodec.decode(tuple, payload);
  }

  private static List<String> bothWays(Term tuple, @Nullable Term payload, DistFlags flags) {
    Control control = decode(tuple, payload);
    ControlCodec.WireForm form = ControlCodec.encode(control, flags);
    assertEquals(new ControlCodec.WireForm((Tuple) tuple, payload), form);
    return List.of(control.toString());
  }

  private static String error(Term tuple, @Nullable Term payload) {
    try {
      return "no error: " + decode(tuple, payload);
    } catch (WireException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
