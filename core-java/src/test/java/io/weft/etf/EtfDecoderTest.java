package io.weft.etf;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EtfDecoderTest {

  private static ByteBuffer hex(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static EtfException rejected(ByteBuffer bytes, DecodeLimits limits) {
    return assertThrows(EtfException.class, () -> Etf.decode(bytes, limits));
  }

  @Test
  void severalTermsAreReadFromOneBuffer() {
    ByteBuffer buffer = hex("ff 6101 77026f6b 83 6a ff").position(1).limit(9);
    EtfDecoder decoder = new EtfDecoder(buffer, DecodeLimits.DEFAULT);
    assertEquals(IntTerm.of(1), decoder.term());
    assertEquals(3, buffer.position());
    assertEquals(Atom.OK, decoder.term());
    assertEquals(ListTerm.NIL, decoder.versioned());
    assertEquals(9, buffer.position());
    assertEquals(9, assertThrows(EtfException.class, decoder::term).offset());
  }

  @Test
  void buffersOfEveryKindAreRead() {
    byte[] bytes = Etf.encode(Term.parse("{ok,[1,2],\"text\",<<\"bytes\">>}"));
    ByteBuffer padded = ByteBuffer.allocate(bytes.length + 7).put(3, bytes);
    ByteBuffer slice = padded.slice(3, bytes.length);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 5).put(2, bytes);
    ByteBuffer readOnly = slice.asReadOnlyBuffer();
    direct.position(2).limit(2 + bytes.length);
    for (ByteBuffer buffer : List.of(slice, direct, readOnly)) {
      assertEquals(Etf.decode(bytes), Etf.decode(buffer, DecodeLimits.DEFAULT));
      assertEquals(0, buffer.remaining());
    }
    direct.position(2).limit(1 + bytes.length);
    assertTrue(rejected(direct, DecodeLimits.DEFAULT).offset() >= 2);
  }

  @Test
  void atomReferencesAreReadFromTheHeaderOfTheFrame() {
    List<Atom> atoms = List.of(Atom.OK, Atom.of("n@h"));
    ByteBuffer buffer = hex("68 02 52 00 58 52 01 00000001 00000002 00000003");
    Term term = new EtfDecoder(buffer, DecodeLimits.DEFAULT, atoms).term();
    assertEquals(Term.parse("{ok,pid(n@h,1,2,3)}"), term);
    EtfDecoder decoder = new EtfDecoder(hex("52 02"), DecodeLimits.DEFAULT, atoms);
    assertEquals(
        "atom reference 2 of 2, before at offset 2",
        assertThrows(EtfException.class, decoder::term).getMessage());
  }

  @Test
  void atomsSeenAgainAreShared() {
    byte[] bytes = Etf.encode(Atom.of("an_atom_of_this_test"));
    assertSame(Etf.decode(bytes), Etf.decode(bytes));
  }

  @Test
  void wireAtomsThatTakeTheSameSlotAreToldApart() {
    for (int i = 0; i < 20_000; i++) {
      Atom atom = Atom.of("atom" + i);
      assertEquals(atom, Etf.decode(Etf.encode(atom)));
    }
  }

  @Test
  void stringsStayCompact() {
    byte[] bytes = Etf.encode(ListTerm.wrapBytes(new byte[60_000]));
    assertEquals(60_004, bytes.length);
    DecodeLimits limits = new DecodeLimits(61_000, 1, 0);
    assertEquals(60_000, ((ListTerm) Etf.decode(ByteBuffer.wrap(bytes), limits)).size());
  }

  @Test
  void theMemoryLimitIsChargedBeforeMemoryIsTaken() {
    byte[] bytes = Etf.encode(Binary.wrap(new byte[100_000]));
    EtfException e = rejected(ByteBuffer.wrap(bytes), new DecodeLimits(99_999, 10, 10));
    assertEquals("the memory limit is exceeded at offset 6", e.getMessage());
  }

  @Test
  void theMemoryLimitHoldsForAllTermsOfAMessage() {
    ByteBuffer buffer = ByteBuffer.allocate(1000);
    byte[] term = Etf.encode(Binary.wrap(new byte[200]));
    for (int i = 0; i < 4; i++) {
      buffer.put(term);
    }
    EtfDecoder decoder = new EtfDecoder(buffer.flip(), new DecodeLimits(700, 10, 10));
    decoder.versioned();
    decoder.versioned();
    assertThrows(EtfException.class, decoder::versioned);
  }

  @Test
  void theMemoryLimitCoversManySmallTerms() {
    Term[] empty = Stream.generate(() -> Tuple.of(Tuple.EMPTY)).limit(10_000).toArray(Term[]::new);
    byte[] bytes = Etf.encode(Tuple.wrap(empty));
    rejected(ByteBuffer.wrap(bytes), new DecodeLimits(500_000, 10, 10));
    assertEquals(
        Tuple.wrap(empty), Etf.decode(ByteBuffer.wrap(bytes), new DecodeLimits(900_000, 10, 10)));
  }

  @Test
  void theMemoryLimitCoversInflatedData() {
    byte[] bytes = Etf.encodeCompressed(Binary.wrap(new byte[1_000_000]), 9);
    assertTrue(bytes.length < 2000);
    rejected(ByteBuffer.wrap(bytes), new DecodeLimits(1_500_000, 10, 10));
    Term binary = Etf.decode(ByteBuffer.wrap(bytes), new DecodeLimits(2_100_000, 10, 10));
    assertEquals(1_000_000, ((Binary) binary).size());
  }

  @Test
  void depthIsLimited() {
    byte[] bytes = Etf.encode(Term.parse("{[#{a=>[1,a]}]}"));
    Etf.decode(ByteBuffer.wrap(bytes), new DecodeLimits(10_000, 4, 10));
    EtfException e = rejected(ByteBuffer.wrap(bytes), new DecodeLimits(10_000, 3, 10));
    assertTrue(requireNonNull(e.getMessage()).contains("nested deeper than 3"));
  }

  @Test
  void theSizeOfIntegersIsLimited() {
    byte[] bytes = Etf.encode(Terms.integer(java.math.BigInteger.ONE.shiftLeft(799)));
    Etf.decode(ByteBuffer.wrap(bytes), new DecodeLimits(10_000, 1, 100));
    rejected(ByteBuffer.wrap(bytes), new DecodeLimits(10_000, 1, 99));
  }

  @Test
  void limitsAreNotNegative() {
    assertThrows(IllegalArgumentException.class, () -> new DecodeLimits(-1, 1, 1));
  }

  @Test
  void openTermsOweTheirChildrenToTheBytesThatAreLeft() {
    EtfException e = rejected(hex("83 68 03 68 03 61 01 61 02"), DecodeLimits.DEFAULT);
    assertEquals("5 terms expected, 4 bytes left at offset 5", e.getMessage());
  }

  @Test
  void aListOfManyTailsIsReadInLinearTime() {
    int count = 300_000;
    byte[] tail = HexFormat.of().parseHex("6c0000000161016c00000000");
    ByteBuffer buffer = ByteBuffer.allocate(2 + count * tail.length).put((byte) 131);
    for (int i = 0; i < count; i++) {
      buffer.put(tail);
    }
    buffer.put((byte) 106).flip();
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          ListTerm list = (ListTerm) Etf.decode(buffer, DecodeLimits.DEFAULT);
          assertEquals(count, list.size());
        });
  }

  @Test
  void tailsOfEveryKindJoinTheList() {
    assertEquals(
        Term.parse("[1,2,$a,$b]"),
        Etf.decode(hex("83 6c00000001 6101 6c00000001 6102 6b0002 6162"), DecodeLimits.DEFAULT));
    assertEquals(
        Term.parse("[1,2|{}]"),
        Etf.decode(hex("83 6c00000001 6101 6c00000001 6102 6800"), DecodeLimits.DEFAULT));
    assertEquals(
        Tuple.EMPTY, Etf.decode(hex("83 6c00000000 6c00000000 6800"), DecodeLimits.DEFAULT));
    assertEquals(
        Term.parse("[1]"), Etf.decode(hex("83 6c00000001 6101 6b0000"), DecodeLimits.DEFAULT));
  }

  @Test
  void keysThatCollideAsHashesTakeNoQuadraticTime() {
    int count = 100_000; // all of these longs have the hash 0, as Long.hashCode has it
    Term[] entries =
        IntStream.range(1, count)
            .mapToObj(i -> IntTerm.of((long) i << 32 | i))
            .flatMap(key -> Stream.of(key, key))
            .toArray(Term[]::new);
    byte[] bytes = Etf.encode(MapTerm.of(entries));
    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> assertEquals(MapTerm.of(entries), Etf.decode(bytes)));
  }

  @Test
  void anErrorInCompressedDataTellsBothPlaces() {
    EtfException e = rejected(hex("83 50 00000002 789cfbcf080002010101"), DecodeLimits.DEFAULT);
    assertEquals(
        "compressed term (tag 255 is unknown at offset 0 when inflated) at offset 1",
        e.getMessage());
    assertEquals(1, e.offset());
  }

  @Test
  void aDecoderGoesOnAfterACompressedTerm() {
    byte[] compressed = Etf.encodeCompressed(Binary.wrap(new byte[100]), 9);
    ByteBuffer buffer = ByteBuffer.allocate(100).put(compressed).put(hex("83 6105")).flip();
    EtfDecoder decoder = new EtfDecoder(buffer, DecodeLimits.DEFAULT);
    assertEquals(Binary.wrap(new byte[100]), decoder.versioned());
    assertEquals(IntTerm.of(5), decoder.versioned());
  }

  @Test
  void zeroAndMinusZeroAreTwoKeys() {
    byte[] bytes = Etf.encode(Term.parse("#{0.0=>a,-0.0=>b}"));
    assertEquals(2, ((MapTerm) Etf.decode(bytes)).size());
  }
}
