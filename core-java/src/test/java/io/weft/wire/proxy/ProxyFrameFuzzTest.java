package io.weft.wire.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weft.wire.WireException;
import java.nio.ByteBuffer;

/**
 * Fuzzes the reader of frames about tunnels. With {@code JAZZER_FUZZ=1} in the environment it
 * searches for new inputs.
 */
class ProxyFrameFuzzTest {

  /** The input is what follows the type. */
  @FuzzTest(maxDuration = "1m")
  void anyBytesAreAFrameOrAWireException(byte[] input) {
    ByteBuffer body = ByteBuffer.allocate(2 + input.length);
    body.put((byte) 131).put((byte) ProxyFrame.TAG).put(input).flip();
    ProxyFrame frame;
    try {
      frame = ProxyFrame.read(body);
    } catch (WireException _) {
      return;
    }
    ByteBuffer written = frame.encode();
    assertEquals(written.remaining() - 4, written.getInt(0));
    if (!(frame instanceof ProxyFrame.Close)) { // whose text is made printable, whose kind known
      byte[] again = new byte[body.remaining()];
      written.get(4, again);
      again[3] ^= (byte) 0x80; // as the other side sees it
      assertEquals(body, ByteBuffer.wrap(again));
    }
  }
}
