package io.weft.wire.epmd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weft.Mutations;
import io.weft.wire.WireException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/**
 * Fuzzes the messages of EPMD. As an ordinary test it replays the seeds in the resources of this
 * name; with {@code JAZZER_FUZZ=1} in the environment it searches for new inputs.
 */
class EpmdFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void anyBytesGiveAMessageOrAWireException(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    ByteBuffer message = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    try {
      switch (bytes[0] & 3) {
        case 0 -> {
          EpmdRequest request = EpmdCodec.decodeRequest(message);
          ByteBuffer again = EpmdCodec.encode(request).position(2);
          assertEquals(request, EpmdCodec.decodeRequest(again));
        }
        case 1 -> EpmdCodec.decodeRegistered(message);
        case 2 -> {
          EpmdAnswer.Port answer = EpmdCodec.decodePort(message);
          if (answer != null) {
            ByteBuffer again = EpmdCodec.encode(answer, new EpmdRequest.Names());
            assertEquals(answer, EpmdCodec.decodePort(again));
          }
        }
        default -> {
          EpmdAnswer.Names answer = EpmdCodec.decodeNames(message);
          ByteBuffer again = EpmdCodec.encode(answer, new EpmdRequest.Names());
          assertEquals(answer, EpmdCodec.decodeNames(again));
        }
      }
    } catch (WireException e) {
      // as it should be
    }
  }

  @Test
  void soDoInputsLikeTheSeeds() {
    Mutations.of(
        EpmdFuzzTest.class,
        "anyBytesGiveAMessageOrAWireException",
        this::anyBytesGiveAMessageOrAWireException);
  }
}
