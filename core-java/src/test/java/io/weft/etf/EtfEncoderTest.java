package io.weft.etf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.testing.TermGenerator;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class EtfEncoderTest {

  private final EtfOutput out = new EtfOutput(1);

  private String written() {
    return HexFormat.of().formatHex(out.toByteArray());
  }

  @Test
  void termsAreAppendedOneAfterTheOther() {
    EtfEncoder encoder = new EtfEncoder(out);
    encoder.term(IntTerm.of(1));
    encoder.versioned(Atom.OK);
    assertEquals("61018377026f6b", written());
    out.reset();
    encoder.term(ListTerm.NIL);
    assertEquals("6a", written());
  }

  @Test
  void atomsOfTheHeaderAreWrittenAsReferences() {
    List<Atom> header = List.of(Atom.of("n@h"), Atom.OK);
    EtfEncoder encoder = new EtfEncoder(out, header::indexOf);
    Term term = Term.parse("{ok,pid(n@h,1,2,3),other,fun ok:ok/1}");
    encoder.term(term);
    assertEquals(
        "6804 5201 585200000000010000000200000003 77056f74686572 71520152016101".replace(" ", ""),
        written());
    assertEquals(term, new EtfDecoder(out.toByteBuffer(), DecodeLimits.DEFAULT, header).term());
  }

  @Test
  void theExternalSizeIsThatOfTheBytes() {
    for (long seed = 0; seed < 3_000; seed++) {
      Term term = TermGenerator.seeded(seed).next();
      assertEquals(Etf.encode(term).length, Etf.externalSize(term), () -> "size of " + term);
    }
    Term deep = Atom.OK;
    for (int i = 0; i < 100_000; i++) {
      deep = ListTerm.of(deep);
    }
    assertEquals(Etf.encode(deep).length, Etf.externalSize(deep));
    Term longString = new ListTerm(Collections.nCopies(70_000, IntTerm.of(7)));
    assertEquals(Etf.encode(longString).length, Etf.externalSize(longString));
  }

  @Test
  void anEncoderIsUsableAfterAFailure() {
    EtfEncoder encoder =
        new EtfEncoder(
            out,
            atom -> {
              if (atom.equals(Atom.ERROR)) {
                throw new IllegalStateException("no such index");
              }
              return -1;
            });
    assertThrows(IllegalStateException.class, () -> encoder.term(Term.parse("[[{error}]]")));
    out.reset();
    encoder.term(Term.parse("{ok}"));
    assertEquals("680177026f6b", written());
  }

  @Test
  void theSizeOfAFunCoversItsFreeVariables() {
    Term fun = Term.parse("localfun(m,1,2,<<0:128>>,3,4,pid(n@h,1,2,3),[[a],{}])");
    byte[] bytes = Etf.encode(fun);
    assertEquals(bytes.length - 2, ByteBuffer.wrap(bytes).getInt(2));
    Term inside = Terms.list(fun, fun);
    assertEquals(inside, Etf.decode(Etf.encode(inside)));
  }

  @Test
  void compressionThatDoesNotHelpIsLeftOut() {
    for (int level = 0; level <= 9; level++) {
      byte[] bytes = Etf.encodeCompressed(Atom.OK, level);
      assertArrayEquals(Etf.encode(Atom.OK), bytes);
    }
    assertThrows(IllegalArgumentException.class, () -> Etf.encodeCompressed(Atom.OK, 10));
    assertThrows(IllegalArgumentException.class, () -> Etf.encodeCompressed(Atom.OK, -1));
  }

  @Test
  void outputGrowsAndIsPatched() {
    out.putU16(0x0102);
    out.putU32(0);
    out.putU64(0x1112131415161718L);
    out.putBytes(ByteBuffer.wrap(new byte[] {9, 8, 7}, 1, 2));
    out.patchU32(2, 0xa0b0c0d0);
    out.patchU8(0, 0xff);
    assertEquals("ff02a0b0c0d011121314151617180807", written());
    assertEquals(16, out.toByteBuffer().remaining());
    out.truncate(2);
    assertEquals("ff02", written());
    assertThrows(IndexOutOfBoundsException.class, () -> out.patchU32(0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> out.truncate(3));
  }
}
