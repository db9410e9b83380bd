package io.weft.wire.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.wire.WireException;
import io.weft.wire.handshake.Cookie;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Who agrees on keys with whom, and who is refused. */
class SealHandshakeTest {

  private static ByteBuffer seal(SealKeys keys, String text) {
    ByteBuffer out = ByteBuffer.allocate(1000);
    keys.sealer().seal(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), out);
    return out.flip();
  }

  private static String open(SealKeys keys, ByteBuffer record) {
    ByteBuffer into = ByteBuffer.allocate(1000);
    assertEquals(Unsealer.Opened.DATA, keys.unsealer().open(record, into));
    return new String(into.array(), 0, into.position(), StandardCharsets.UTF_8);
  }

  private static String refused(SealPair pair) {
    return Objects.requireNonNull(assertThrows(WireException.class, pair::agree).getMessage());
  }

  @Test
  void twoNodesWithOneCookieUnderstandEachOther() {
    SealPair pair = new SealPair().agree();
    assertEquals("there", open(pair.ofC, seal(pair.ofA, "there")));
    assertEquals("and back", open(pair.ofA, seal(pair.ofC, "and back")));
  }

  @Test
  void eachConnectionHasKeysOfItsOwnAndOfItsDirection() {
    SealPair pair = new SealPair().agree();
    ByteBuffer there = seal(pair.ofA, "the same");
    ByteBuffer back = seal(pair.ofC, "the same");
    assertFalse(there.equals(back));
    assertThrows(WireException.class, () -> open(pair.ofA, there)); // a reflection
  }

  @Test
  void anotherCookieIsRefused() {
    SealPair pair = new SealPair();
    pair.cookieOfC = Cookie.of("another");
    assertTrue(refused(pair).contains("c@there does not prove to know the cookie"));
  }

  @Test
  void aNodeOfAnotherNameIsRefused() {
    SealPair pair = new SealPair();
    pair.wanted = Atom.of("d@there");
    assertTrue(refused(pair).contains("a@here wants d@there, not this node"));

    SealPair renamed = new SealPair();
    renamed.answer = message -> replace(message, "c@there", "d@there");
    assertTrue(refused(renamed).contains("it is d@there that answers, not c@there"));
  }

  @Test
  void somebodyBetweenWhoKnowsNoCookieCannotTakePartUnderHisOwnKeys() {
    byte[] his = Secrets.publicKey(SealPair.key(3));
    SealPair pair = new SealPair();
    pair.hello = message -> withKey(message, message.length - 32, his);
    assertTrue(refused(pair).contains("pretend to be it"));

    SealPair back = new SealPair();
    back.answer = message -> withKey(message, message.length - 64, his);
    assertTrue(refused(back).contains("pretend to be it"));

    // with keys of his own to both sides, he has to prove to each
    AtomicReference<byte[]> helloOfA = new AtomicReference<>(new byte[0]);
    SealPair twice = new SealPair();
    twice.hello =
        message -> {
          helloOfA.set(message);
          return withKey(message, message.length - 32, his);
        };
    twice.answer =
        message -> {
          var him = new SealHandshake.Responder(SealPair.C, SealPair.key(3), SealLimits.DEFAULT);
          him.hello(helloOfA.get());
          return SealPair.message(him.answer(Cookie.of("guessed")));
        };
    assertTrue(refused(twice).contains("pretend to be it"));
  }

  @Test
  void anAnswerThatWasRecordedIsOfNoUse() {
    AtomicReference<byte[]> recorded = new AtomicReference<>(new byte[0]);
    SealPair first = new SealPair();
    first.answer =
        message -> {
          recorded.set(message);
          return message;
        };
    first.agree();

    var a =
        new SealHandshake.Initiator(
            SealPair.A, SealPair.C.name(), SealPair.COOKIE, SealPair.key(4), SealLimits.DEFAULT);
    SealPair.message(a.hello());
    assertThrows(WireException.class, () -> a.proof(recorded.get()));
  }

  @Test
  void aProofCannotBeSentBackToWhoHasMadeIt() {
    AtomicReference<byte[]> proofOfC = new AtomicReference<>(new byte[0]);
    SealPair pair = new SealPair();
    pair.answer =
        message -> {
          proofOfC.set(Arrays.copyOfRange(message, message.length - 32, message.length));
          return message;
        };
    pair.proof = _ -> proofOfC.get();
    assertTrue(refused(pair).contains("a@here does not prove"));
  }

  @Test
  void noBitOfTheHandshakeCanBeChanged() {
    for (int message = 0; message < 3; message++) {
      int size = size(message);
      for (int bit = 0; bit < size * 8; bit += 5) {
        int flipped = bit;
        SealPair pair = new SealPair();
        UnaryOperator<byte[]> flip =
            bytes -> {
              byte[] changed = bytes.clone();
              changed[flipped / 8] ^= (byte) (1 << flipped % 8);
              return changed;
            };
        set(pair, message, flip);
        assertThrows(WireException.class, pair::agree, "message " + message + ", bit " + bit);
      }
    }
  }

  @Test
  void noMessageCanBeShorterOrLonger() {
    for (int message = 0; message < 3; message++) {
      int size = size(message);
      for (int length = 0; length <= size + 1; length++) {
        if (length == size) {
          continue;
        }
        int cut = length;
        SealPair pair = new SealPair();
        set(pair, message, bytes -> Arrays.copyOf(bytes, cut));
        assertThrows(WireException.class, pair::agree, "message " + message + ", " + cut);
      }
    }
  }

  @Test
  void anyBytesAreAMessageOrAWireException() {
    Random random = new Random(5);
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      if (bytes.length > 0 && random.nextBoolean()) {
        bytes[0] = 1;
      }
      SealPair pair = new SealPair();
      set(pair, i % 3, _ -> bytes);
      assertThrows(WireException.class, pair::agree);
    }
  }

  @Test
  void aKeyThatGivesTheSecretAwayIsRefused() {
    for (int first = 0; first < 2; first++) {
      byte[] small = new byte[32];
      small[0] = (byte) first;
      SealPair pair = new SealPair();
      pair.hello = message -> withKey(message, message.length - 32, small);
      assertTrue(refused(pair).contains("gives every secret away"));
    }
  }

  @Test
  void aRecordOfTheHandshakeIsTakenWhole() {
    ByteBuffer record = SealHandshake.record(new byte[] {1, 2, 3});
    for (int length = 0; length < 6; length++) {
      assertNull(SealHandshake.message(record.slice(0, length)));
    }
    assertArrayEquals(new byte[] {1, 2, 3}, SealHandshake.message(record));
    assertThrows(
        WireException.class, () -> SealHandshake.message(ByteBuffer.wrap(new byte[] {2, 0, 0})));
    assertThrows(
        WireException.class, () -> SealHandshake.message(ByteBuffer.wrap(new byte[] {1, 9, 0})));
  }

  /** RFC 7748, section 5.2: the first test vector, and one iteration of the third. */
  @Test
  void x25519IsThatOfTheRfc() {
    byte[] scalar = hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
    byte[] point = hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
    assertArrayEquals(
        hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"),
        Secrets.agree(scalar, point));
    byte[] nine = new byte[32];
    nine[0] = 9;
    assertArrayEquals(
        hex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"),
        Secrets.publicKey(nine));
  }

  private static int size(int message) {
    AtomicReference<Integer> size = new AtomicReference<>(0);
    SealPair pair = new SealPair();
    set(
        pair,
        message,
        bytes -> {
          size.set(bytes.length);
          return bytes;
        });
    pair.agree();
    return size.get();
  }

  private static void set(SealPair pair, int message, UnaryOperator<byte[]> change) {
    switch (message) {
      case 0 -> pair.hello = change;
      case 1 -> pair.answer = change;
      default -> pair.proof = change;
    }
  }

  private static byte[] withKey(byte[] message, int at, byte[] key) {
    byte[] changed = message.clone();
    System.arraycopy(key, 0, changed, at, key.length);
    return changed;
  }

  private static byte[] replace(byte[] message, String what, String by) {
    String text = new String(message, StandardCharsets.ISO_8859_1);
    return text.replace(what, by).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
