package io.weft.wire.epmd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.term.Binary;
import io.weft.wire.WireException;
import io.weft.wire.testing.HexText;
import io.weft.wire.testing.Transcript;
import io.weft.wire.testing.Transcript.Command;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Requests and answers of EPMD. Each is read from its bytes and written again to the same bytes. No
 * proper prefix of an answer is taken for one.
 *
 * <ul>
 *   <li>{@code request}: the bytes with their length
 *   <li>{@code registered}, {@code port}, {@code names}: the bytes of an answer; {@code highest=}
 *       is the highest version of the node that was registered
 *   <li>{@code read-request}, {@code read-registered} and so on: read only, for what is malformed
 * </ul>
 */
class EpmdTranscriptTest {

  private static final EpmdRequest LOOKUP = new EpmdRequest.Lookup("name");

  @TestFactory
  Stream<DynamicTest> transcripts() {
    return Transcript.tests("epmd", () -> EpmdTranscriptTest::interpret);
  }

  private static List<String> interpret(Command command) {
    byte[] bytes = command.bytes();
    try {
      return switch (command.name()) {
        case "request" -> List.of(request(bytes));
        case "read-request" -> List.of(EpmdCodec.decodeRequest(ByteBuffer.wrap(bytes)).toString());
        case "registered", "port", "names" -> List.of(answer(command, bytes));
        default -> {
          String kind = command.name().replace("read-", "");
          yield List.of(String.valueOf(read(kind, ByteBuffer.wrap(bytes))));
        }
      };
    } catch (WireException e) {
      return List.of("error: " + e.getMessage());
    }
  }

  private static String request(byte[] bytes) {
    ByteBuffer body = ByteBuffer.wrap(bytes, 2, bytes.length - 2);
    EpmdRequest request = EpmdCodec.decodeRequest(body);
    assertArrayEquals(bytes, HexText.bytes(EpmdCodec.encode(request)), "written again");
    return request.toString();
  }

  private static String answer(Command command, byte[] bytes) {
    EpmdAnswer answer = read(command.name(), ByteBuffer.wrap(bytes));
    if (answer == null) {
      return "incomplete";
    }
    int highest = Integer.parseInt(command.option("highest", "6"));
    NodeEntry node = new NodeEntry("name", 1, false, 0, highest, 5, Binary.EMPTY);
    EpmdRequest request =
        answer instanceof EpmdAnswer.Registered ? new EpmdRequest.Register(node) : LOOKUP;
    assertArrayEquals(bytes, HexText.bytes(EpmdCodec.encode(answer, request)), "written again");
    if (!command.name().equals("names")) { // which ends with the connection only
      assertEquals(List.of(), completePrefixes(command.name(), bytes), "prefixes taken for all");
    }
    return answer.toString();
  }

  private static List<Integer> completePrefixes(String kind, byte[] bytes) {
    return IntStream.range(0, bytes.length)
        .filter(length -> read(kind, ByteBuffer.wrap(Arrays.copyOf(bytes, length))) != null)
        .boxed()
        .toList();
  }

  private static @Nullable EpmdAnswer read(String kind, ByteBuffer bytes) {
    return switch (kind) {
      case "registered" -> EpmdCodec.decodeRegistered(bytes);
      case "port" -> EpmdCodec.decodePort(bytes);
      case "names" -> EpmdCodec.decodeNames(bytes);
      default -> throw new IllegalArgumentException(kind);
    };
  }
}
