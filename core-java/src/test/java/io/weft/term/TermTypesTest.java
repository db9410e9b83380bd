package io.weft.term;

import static io.weft.term.Terms.atom;
import static io.weft.term.Terms.binary;
import static io.weft.term.Terms.charlist;
import static io.weft.term.Terms.flt;
import static io.weft.term.Terms.integer;
import static io.weft.term.Terms.list;
import static io.weft.term.Terms.map;
import static io.weft.term.Terms.tuple;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TermTypesTest {

  @Test
  void anAtomHasAtMost255CodePoints() {
    assertEquals(510, atom("😀".repeat(255)).name().length());
    assertThrows(IllegalArgumentException.class, () -> atom("😀".repeat(256)));
    assertThrows(IllegalArgumentException.class, () -> atom("a".repeat(256)));
  }

  @Test
  void anAtomIsWellFormedUnicode() {
    assertThrows(IllegalArgumentException.class, () -> atom("\ud83d"));
    assertThrows(IllegalArgumentException.class, () -> atom("a\ude00"));
    assertThrows(IllegalArgumentException.class, () -> atom("\ude00\ud83d"));
  }

  @Test
  void anIntegerHasOneRepresentation() {
    BigInteger beyond = BigInteger.ONE.shiftLeft(63);
    assertInstanceOf(BigTerm.class, integer(beyond));
    assertInstanceOf(IntTerm.class, integer(beyond.negate()));
    assertEquals(integer(5), integer(BigInteger.valueOf(5)));
    assertThrows(IllegalArgumentException.class, () -> new BigTerm(BigInteger.TEN));
    assertSame(integer(200), integer(200));
  }

  @Test
  void aFloatIsFinite() {
    assertThrows(IllegalArgumentException.class, () -> flt(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> flt(Double.NEGATIVE_INFINITY));
    assertNotEquals(flt(0.0), flt(-0.0));
    assertNotEquals(flt(1.0), integer(1));
  }

  @Test
  void collectionsAreCopiedAndCannotBeChanged() {
    List<Term> elements = new ArrayList<>(List.of(atom("a")));
    Term[] array = {atom("a")};
    Map<Term, Term> entries = new LinkedHashMap<>(Map.of(atom("a"), atom("b")));
    Tuple fromList = new Tuple(elements);
    Tuple fromArray = Tuple.of(array);
    ListTerm list = new ListTerm(elements);
    MapTerm map = new MapTerm(entries);
    elements.clear();
    array[0] = atom("z");
    entries.clear();
    assertEquals("{a}", fromList.toString());
    assertEquals("{a}", fromArray.toString());
    assertEquals("[a]", list.toString());
    assertEquals("#{a=>b}", map.toString());
    assertThrows(UnsupportedOperationException.class, () -> fromList.elements().clear());
    assertThrows(UnsupportedOperationException.class, () -> list.elements().add(atom("b")));
    assertThrows(UnsupportedOperationException.class, () -> map.entries().clear());
    assertThrows(UnsupportedOperationException.class, () -> map.entries().put(atom("b"), list));
    assertThrows(
        UnsupportedOperationException.class, () -> map.entries().keySet().remove(atom("a")));
  }

  @Test
  void aTupleIsTaggedByItsFirstElement() {
    Tuple tuple = tuple(Atom.OK, integer(1));
    assertTrue(tuple.isTagged(Atom.OK, 2));
    assertFalse(tuple.isTagged(Atom.OK, 1));
    assertFalse(tuple.isTagged(Atom.ERROR, 2));
    assertFalse(Tuple.EMPTY.isTagged(Atom.OK, 0));
  }

  @Test
  void aCompactListOfBytesEqualsTheListOfItsIntegers() {
    ListTerm compact = ListTerm.wrapBytes(new byte[] {0, 97, -1});
    ListTerm plain = list(integer(0), integer(97), integer(255));
    assertEquals(plain, compact);
    assertEquals(compact, plain);
    assertEquals(plain.hashCode(), compact.hashCode());
    assertEquals(0, TermOrder.EXACT.compare(plain, compact));
    for (ListTerm list : List.of(compact, plain)) {
      byte[] bytes = new byte[4];
      assertTrue(list.isByteList());
      list.copyBytesTo(bytes, 1);
      assertArrayEquals(new byte[] {0, 0, 97, -1}, bytes);
    }
    assertFalse(ListTerm.NIL.isByteList());
    assertFalse(list(integer(256)).isByteList());
    assertFalse(list(integer(-1)).isByteList());
    assertFalse(list(flt(1)).isByteList());
  }

  @Test
  void aCompactListOfNumbersEqualsTheListOfItsIntegers() {
    ListTerm compact = ListTerm.wrapLongs(new long[] {0, -1, Long.MAX_VALUE});
    ListTerm plain = list(integer(0), integer(-1), integer(Long.MAX_VALUE));
    assertEquals(plain, compact);
    assertEquals(compact, plain);
    assertEquals(plain.hashCode(), compact.hashCode());
    assertEquals(0, TermOrder.EXACT.compare(plain, compact));
    assertEquals(plain.toString(), compact.toString());
    assertFalse(compact.isByteList());
    assertTrue(ListTerm.wrapLongs(new long[] {0, 255}).isByteList());
    assertFalse(ListTerm.wrapLongs(new long[] {256}).isByteList());
    assertEquals(ListTerm.NIL, ListTerm.wrapLongs(new long[0]));
  }

  @Test
  void numbersAreCopiedOutOfACompactList() {
    for (ListTerm list :
        List.of(
            ListTerm.wrapLongs(new long[] {7, 200, 9}),
            ListTerm.wrapBytes(new byte[] {7, -56, 9}))) {
      long[] target = {1, 1, 1};
      list.copyLongsTo(target, 1, 2);
      assertArrayEquals(new long[] {200, 9, 1}, target);
      assertThrows(IndexOutOfBoundsException.class, () -> list.copyLongsTo(target, 2, 2));
      assertThrows(IndexOutOfBoundsException.class, () -> list.copyLongsTo(new long[1], 0, 2));
    }
    ListTerm plain = list(integer(1));
    assertThrows(IllegalStateException.class, () -> plain.copyLongsTo(new long[1], 0, 1));
  }

  @Test
  void aCharlistHoldsCodePoints() {
    assertEquals(list(integer('a'), integer(0x1f600)), charlist("a😀"));
    assertEquals(list(integer(0xe9)), charlist("é"));
    assertEquals(ListTerm.NIL, charlist(""));
  }

  @Test
  void anImproperListEndsInNoList() {
    assertThrows(
        IllegalArgumentException.class, () -> new ImproperList(List.of(Atom.OK), ListTerm.NIL));
    assertThrows(IllegalArgumentException.class, () -> new ImproperList(List.of(), Atom.OK));
    assertEquals(Atom.OK, Terms.improper(List.of(), Atom.OK));
    assertEquals(list(Atom.OK), Terms.improper(List.of(Atom.OK), ListTerm.NIL));
    assertEquals(list(Atom.OK, integer('a')), Terms.improper(List.of(Atom.OK), charlist("a")));
    Term nested = Terms.improper(List.of(Atom.OK), Terms.improper(List.of(Atom.OK), Atom.ERROR));
    assertEquals(new ImproperList(List.of(Atom.OK, Atom.OK), Atom.ERROR), nested);
  }

  @Test
  void aMapKeepsItsOrderButEqualsAnyOther() {
    MapTerm map = map(atom("b"), integer(1), atom("a"), integer(2));
    MapTerm other = map(atom("a"), integer(2), atom("b"), integer(1));
    assertEquals(List.of(atom("b"), atom("a")), List.copyOf(map.entries().keySet()));
    assertEquals(atom("b"), map.keyAt(0));
    assertEquals(integer(2), map.valueAt(1));
    assertEquals(other, map);
    assertEquals(other.hashCode(), map.hashCode());
    assertEquals(other.entries(), map.entries());
    assertNotEquals(map, map(atom("a"), integer(1), atom("b"), integer(2)));
    assertNotEquals(map, map(atom("a"), integer(2)));
  }

  @Test
  void anyTermIsAKey() {
    MapTerm map = map(integer(1), atom("int"), flt(1), atom("float"), flt(-0.0), atom("minus"));
    assertEquals(atom("int"), map.get(integer(1)));
    assertEquals(atom("float"), map.get(flt(1)));
    assertEquals(atom("minus"), map.get(flt(-0.0)));
    assertNull(map.get(flt(0.0)));
    assertNull(map.entries().get("no term"));
    assertTrue(map.entries().containsKey(integer(1)));
    assertFalse(map.entries().containsKey("no term"));
    assertTrue(map.entries().entrySet().contains(Map.entry(integer(1), atom("int"))));
    assertFalse(map.entries().entrySet().contains(Map.entry(integer(1), atom("other"))));
  }

  @Test
  void aLargeMapFindsEveryKey() {
    Map<Term, Term> entries = new LinkedHashMap<>();
    for (int i = 0; i < 5000; i++) {
      entries.put(integer(i * 7919L % 5003), integer(i));
    }
    MapTerm map = new MapTerm(entries);
    assertEquals(entries, map.entries());
    entries.forEach((key, value) -> assertEquals(value, map.get(key)));
    assertNull(map.get(integer(-1)));
  }

  @Test
  void keysOfAMapAreDistinctAndHaveValues() {
    assertThrows(IllegalArgumentException.class, () -> map(Atom.OK));
    assertThrows(
        IllegalArgumentException.class, () -> map(Atom.OK, Atom.OK, atom("ok"), Atom.TRUE));
  }

  @Test
  void aBinaryThatIsAPartOfAnArrayIsLikeAnyOther() {
    Binary whole = Binary.utf8("weft");
    Binary part = Binary.wrap("the weft!".getBytes(UTF_8), 4, 4);
    assertEquals(whole, part);
    assertEquals(whole.hashCode(), part.hashCode());
    assertEquals(0, TermOrder.EXACT.compare(whole, part));
    assertTrue(TermOrder.EXACT.compare(part, Binary.utf8("wefu")) < 0);
    assertEquals(whole.toString(), part.toString());
    assertEquals("weft", part.utf8());
    assertEquals(whole.toByteBuffer(), part.toByteBuffer());
    assertArrayEquals(whole.toByteArray(), part.toByteArray());
    assertThrows(IndexOutOfBoundsException.class, () -> part.byteAt(4));
    assertSame(Binary.EMPTY, Binary.wrap(new byte[1], 1, 0));
  }

  @Test
  void aBinaryIsCopiedUnlessWrapped() {
    byte[] bytes = {1, 2};
    Binary copied = Binary.of(bytes);
    bytes[0] = 9;
    copied.toByteArray()[0] = 9;
    assertEquals(1, copied.byteAt(0));
    assertTrue(copied.toByteBuffer().isReadOnly());
    assertEquals("é", binary("é").utf8());
    assertEquals(2, binary("é").size());
  }

  @Test
  void aBitStringIsNoWholeNumberOfBytes() {
    assertThrows(IllegalArgumentException.class, () -> BitString.of(new byte[] {1}, 8));
    assertThrows(IllegalArgumentException.class, () -> BitString.of(new byte[] {1}, 0));
    assertThrows(IllegalArgumentException.class, () -> BitString.of(new byte[0], 1));
    assertEquals(Binary.of((byte) 1), Terms.bits(new byte[] {1}, 8));
    BitString bits = BitString.of(new byte[] {1, -1}, 3);
    assertEquals(11, bits.bitSize());
    assertEquals((byte) 0xe0, bits.byteAt(1));
    assertEquals(bits, BitString.of(new byte[] {1, (byte) 0xe0}, 3));
  }

  @Test
  void identifiersAreEqualOnlyInAllTheirParts() {
    Atom node = atom("a@b");
    assertNotEquals(new Pid(node, 1, 2, 3), new Pid(node, 1, 2, 4));
    assertNotEquals(Reference.of(node, 1, 1, 2), Reference.of(node, 1, 2, 1));
    assertNotEquals(Reference.of(node, 1, 1), Reference.of(node, 1, 1, 0));
    assertNotEquals(new Port(node, 1, 1), new Port(atom("b@b"), 1, 1));
    assertThrows(IllegalArgumentException.class, () -> Reference.of(node, 1, 1, 2, 3, 4, 5, 6));
    int[] words = {1, 2};
    Reference reference = Reference.of(node, 1, words);
    words[0] = 9;
    reference.words()[0] = 9;
    assertEquals(1, reference.word(0));
  }

  @Test
  void aFunHasAnArityOfOneByteAndA16ByteIdentity() {
    Pid pid = new Pid(atom("a@b"), 1, 2, 3);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Fun(Atom.OK, 1, 256, Binary.wrap(new byte[16]), 1, 1, pid, List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Fun(Atom.OK, 1, 1, Binary.wrap(new byte[15]), 1, 1, pid, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Export(Atom.OK, Atom.OK, -1));
  }

  @Test
  void nullIsNoTerm() {
    assertThrows(NullPointerException.class, () -> Tuple.wrap(new Term[1]));
    assertThrows(NullPointerException.class, () -> ListTerm.wrap(new Term[1]));
    assertThrows(NullPointerException.class, () -> MapTerm.wrap(new Term[2]));
  }
}
