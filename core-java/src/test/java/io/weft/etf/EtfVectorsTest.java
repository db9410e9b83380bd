package io.weft.etf;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.etf.Vectors.Vector;
import io.weft.term.Term;
import io.weft.term.TermSyntaxException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The codec against what a real OTP 25 wrote, read and refused. */
class EtfVectorsTest {

  /**
   * Types whose text in the file is written exactly as here: no lists or binaries that show as
   * text.
   */
  private static final Set<String> SAME_TEXT =
      Set.of("integer", "bignum", "float", "pid", "reference", "port", "bitstring");

  static Stream<Vector> valid() {
    return Vectors.valid();
  }

  static Stream<Vector> decodeOnly() {
    return Vectors.decodeOnly();
  }

  static Stream<Vector> invalid() {
    return Vectors.invalid();
  }

  static Stream<Vector> readable() {
    return Stream.concat(Vectors.valid(), Vectors.decodeOnly()).filter(v -> v.text() != null);
  }

  @Test
  void theFileHoldsAll663Vectors() {
    List<String> ids =
        Stream.of(valid(), decodeOnly(), invalid()).flatMap(v -> v).map(Vector::id).toList();
    assertEquals(663, ids.size());
    assertEquals(663, Set.copyOf(ids).size());
  }

  @ParameterizedTest
  @MethodSource("valid")
  void everyEncodingOfATermIsDecoded(Vector vector) {
    Term value = vector.value();
    for (String field : List.of("hex", "m0", "m2", "z", "det")) {
      byte[] bytes = vector.bytes(field);
      if (bytes != null) {
        Term decoded = Etf.decode(bytes);
        assertEquals(value, decoded, field);
        assertEquals(value.hashCode(), decoded.hashCode(), field);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("valid")
  void aTermIsEncodedAsOtp26WouldByteForByte(Vector vector) {
    byte[] expected = vector.bytes("m2") != null ? vector.bytes("m2") : vector.bytes("hex");
    if (!vector.isUnordered()) {
      assertArrayEquals(expected, Etf.encode(vector.value()));
    }
    assertArrayEquals(expected, Etf.encode(Etf.decode(requireNonNull(expected))));
  }

  @ParameterizedTest
  @MethodSource("valid")
  void compressionSurvivesARoundTrip(Vector vector) {
    Term value = vector.value();
    byte[] plain = Etf.encode(value);
    for (int level : new int[] {0, 1, 9}) {
      byte[] compressed = Etf.encodeCompressed(value, level);
      assertTrue(compressed.length <= plain.length);
      assertEquals(value, Etf.decode(compressed));
    }
  }

  @ParameterizedTest
  @MethodSource("decodeOnly")
  void oldAndUnusualEncodingsAreDecoded(Vector vector) {
    byte[] bytes = requireNonNull(vector.bytes("hex"));
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Term decoded = new EtfDecoder(buffer, DecodeLimits.DEFAULT).versioned();
    assertEquals(vector.value(), decoded);
    assertEquals(vector.used(), buffer.position());
    Term reencoded = Etf.decode(requireNonNull(vector.bytes("reencoded")));
    assertEquals(decoded, reencoded);
    assertArrayEquals(Etf.encode(vector.value()), Etf.encode(reencoded));
  }

  @ParameterizedTest
  @MethodSource("decodeOnly")
  void bytesAfterATermAreRejectedWhereOneTermIsExpected(Vector vector) {
    byte[] bytes = requireNonNull(vector.bytes("hex"));
    if (vector.used() < bytes.length) {
      EtfException e = assertThrows(EtfException.class, () -> Etf.decode(bytes));
      assertEquals(vector.used(), e.offset());
    } else {
      assertEquals(vector.value(), Etf.decode(bytes));
    }
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void whatOtpRejectsIsRejected(Vector vector) {
    byte[] bytes = requireNonNull(vector.bytes("hex"));
    EtfException e = assertThrows(EtfException.class, () -> Etf.decode(bytes));
    assertNotNull(e.getMessage());
    assertTrue(e.offset() >= 0 && e.offset() <= bytes.length, e.getMessage());
  }

  @ParameterizedTest
  @MethodSource("readable")
  void theTextOfATermIsParsed(Vector vector) {
    String text = requireNonNull(vector.text());
    if (text.contains("localfun(")) { // names a fun by three of its eight parts
      assertThrows(TermSyntaxException.class, () -> Term.parse(text));
    } else if (vector.id().equals("v364")) { // its text is UTF-8 read as Latin-1
      assertThrows(TermSyntaxException.class, () -> Term.parse(text));
    } else {
      assertEquals(vector.value(), Term.parse(text));
    }
  }

  @ParameterizedTest
  @MethodSource("valid")
  void aTermIsPrintedSoThatItParsesBack(Vector vector) {
    Term value = vector.value();
    String text = value.toString();
    assertEquals(value, Term.parse(text));
    if (SAME_TEXT.contains(vector.type()) && vector.text() != null) {
      assertEquals(vector.text().replaceAll("^\\[|\\]$", ""), text.replaceAll("^\\[|\\]$", ""));
    }
  }

  @Test
  void atomsAndMapsArePrintedAsErlangDoes() {
    Set<String> same =
        Vectors.valid()
            .filter(v -> v.type().equals("atom") || v.type().equals("map"))
            .filter(v -> v.text() != null && v.text().equals(v.value().toString()))
            .map(Vector::id)
            .collect(Collectors.toSet());
    assertTrue(same.size() > 60, () -> "only " + same);
  }
}
