package io.weft.wire.handshake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.weft.term.Binary;
import io.weft.wire.WireException;
import io.weft.wire.testing.HexText;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** Messages of a handshake in words. Whatever is read is also written again, to the same bytes. */
final class MessageText {

  private MessageText() {}

  /** The message in words, or why it is none. */
  static String describe(byte[] body, boolean byInitiator) {
    HandshakeMessage message;
    try {
      message = read(ByteBuffer.wrap(body), byInitiator);
    } catch (WireException e) {
      return "malformed";
    }
    byte[] again = HexText.bytes(message.encode());
    assertArrayEquals(Arrays.copyOf(body, again.length), again, "written again");
    return describe(message) + (again.length < body.length ? " and more" : "");
  }

  private static HandshakeMessage read(ByteBuffer body, boolean byInitiator) {
    int tag = body.hasRemaining() ? body.get(body.position()) : 0;
    return switch (tag) {
      case 'c' -> HandshakeMessage.Complement.read(body);
      case 'r' -> HandshakeMessage.Reply.read(body);
      case 'a' -> HandshakeMessage.Ack.read(body);
      case 's' -> HandshakeMessage.Status.read(body);
      default ->
          byInitiator ? HandshakeMessage.Name.read(body) : HandshakeMessage.Challenge.read(body);
    };
  }

  private static String describe(HandshakeMessage message) {
    return switch (message) {
      case HandshakeMessage.Name m ->
          "name v%d %s flags %x creation %s"
              .formatted(m.version(), m.name(), m.flags().bits(), unsigned(m.creation()));
      case HandshakeMessage.Status(String text) -> "status " + text;
      case HandshakeMessage.Named m ->
          "status named: %s creation %s".formatted(m.name(), unsigned(m.creation()));
      case HandshakeMessage.Challenge m ->
          "challenge v%d %s flags %x creation %s challenge %s"
              .formatted(
                  m.version(),
                  m.name(),
                  m.flags().bits(),
                  unsigned(m.creation()),
                  unsigned(m.challenge()));
      case HandshakeMessage.Complement m ->
          "complement flags %x creation %s".formatted(m.highFlags().bits(), unsigned(m.creation()));
      case HandshakeMessage.Reply(int challenge, Binary digest) ->
          "reply challenge %s digest %s".formatted(unsigned(challenge), hex(digest));
      case HandshakeMessage.Ack(Binary digest) -> "ack digest " + hex(digest);
    };
  }

  static String hex(Binary bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  static String unsigned(int number) {
    return Integer.toUnsignedString(number);
  }
}
