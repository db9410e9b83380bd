package io.weft.etf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import io.weft.term.testing.TermGenerator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lists that stay bytes are, in every respect that can be seen, the lists of their terms. */
class EncodedElementsTest {
  private static final int MANY = 1_000;

  private final Random random = new Random(7);
  private final TermGenerator generator = TermGenerator.seeded(7);

  /** A record as data have it, so that most lists are of the kind that stays bytes. */
  private Term data() {
    return switch (random.nextInt(8)) {
      case 0 -> generator.next();
      case 1 -> Terms.binary("text " + random.nextInt(9));
      case 2 -> Terms.atom("atom" + random.nextInt(9));
      case 3 ->
          Term.parse(
              "#{sku => <<\"x\">>, amount => %d, tags => [a, b]}".formatted(random.nextInt()));
      case 4 -> Term.parse("#{<<\"sku\">> => 1.5, <<\"amount\">> => {1, [], <<>>}}");
      case 5 -> Terms.integer(random.nextLong());
      default -> Term.parse("{sale, <<\"x\">>, %d, 2.5}".formatted(random.nextInt(500)));
    };
  }

  private ListTerm list() {
    return ListTerm.of(
        Stream.generate(this::data).limit(random.nextInt(1, 40)).toArray(Term[]::new));
  }

  private static Term decoded(byte[] bytes, DecodeLimits limits, boolean late) {
    var decoder = new EtfDecoder(ByteBuffer.wrap(bytes), limits);
    Term term = (late ? decoder : decoder.eager()).versioned();
    return Etf.decode(Etf.encode(term)).equals(term) ? term : Terms.atom("changed");
  }

  /** What comes of bytes: a term, or the word that they are none. */
  private static String outcome(byte[] bytes, DecodeLimits limits, boolean late) {
    try {
      return decoded(bytes, limits, late).toString();
    } catch (EtfException e) {
      return "refused";
    }
  }

  @Test
  void aLongListOfDataStaysBytesUntilATermIsAskedFor() {
    Term[] sales =
        IntStream.range(0, 8).mapToObj(i -> Term.parse("{sale," + i + "}")).toArray(Term[]::new);
    ListTerm list = (ListTerm) Etf.decode(Etf.encode(ListTerm.of(sales)));
    assertNotNull(list.late());
    assertEquals(8, list.size());
    assertEquals(Term.parse("{sale,3}"), list.get(3));
    assertEquals(ListTerm.of(sales), list);
    assertEquals(ListTerm.of(sales).hashCode(), list.hashCode());
    assertNull(((ListTerm) Etf.decode(Etf.encode(ListTerm.of(sales[0])))).late());
  }

  @Test
  void aListIsTheSameWhetherItStayedBytesOrNot() {
    for (int round = 0; round < MANY; round++) {
      ListTerm list = list();
      byte[] bytes = Etf.encode(Tuple.of(Terms.atom("batch"), list));
      assertEquals(Tuple.of(Terms.atom("batch"), list), Etf.decode(bytes));
    }
  }

  @Test
  void whateverTheBytesAreTheyAreRefusedOrReadAsTheyAreWithoutThis() {
    for (int round = 0; round < 4 * MANY; round++) {
      byte[] bytes = Etf.encode(list());
      for (int i = random.nextInt(3); i >= 0; i--) {
        bytes[random.nextInt(1, bytes.length)] =
            (byte) random.nextInt(random.nextBoolean() ? 256 : 12);
      }
      var limits =
          new DecodeLimits(random.nextInt(1 << random.nextInt(8, 20)), random.nextInt(9), 8);
      assertEquals(
          outcome(bytes, DecodeLimits.DEFAULT, false), outcome(bytes, DecodeLimits.DEFAULT, true));
      // now all atoms are known, which are charged once
      assertEquals(outcome(bytes, limits, false), outcome(bytes, limits, true));
    }
  }

  @Test
  void aMapWithAKeyTwiceIsRefusedAsEver() {
    var out = new EtfOutput();
    out.putU8(Tag.VERSION);
    var encoder = new EtfEncoder(out);
    encoder.listHead(8);
    for (int i = 0; i < 8; i++) {
      encoder.mapHead(2);
      encoder.term(Terms.atom("key"));
      encoder.integer(1);
      encoder.term(Terms.atom("key"));
      encoder.integer(2);
    }
    encoder.nil();
    EtfException e = assertThrows(EtfException.class, () -> Etf.decode(out.toByteArray()));
    assertTrue(e.getMessage().contains("twice"), e::getMessage);
  }

  @Test
  void aHeaderThatHasAnAtomTwiceDoesNotHideAKeyThatIsThereTwice() {
    var out = new EtfOutput();
    var encoder = new EtfEncoder(out);
    encoder.listHead(8);
    for (int i = 0; i < 8; i++) {
      encoder.mapHead(2);
      out.putBytes(new byte[] {Tag.ATOM_CACHE_REF, 0, Tag.NIL, Tag.ATOM_CACHE_REF, 1, Tag.NIL});
    }
    encoder.nil();
    List<Atom> header = List.of(Atom.of("a"), Atom.of("a"));
    var decoder = new EtfDecoder(out.toByteBuffer(), DecodeLimits.DEFAULT, header);
    assertThrows(EtfException.class, decoder::term);
  }

  @Test
  void mapsInsideOfMapsAreLookedThroughOnce() {
    Term nested = Terms.nil();
    for (int level = 0; level < 12; level++) {
      nested = MapTerm.of(Terms.atom("k"), nested, Terms.atom("l"), Terms.nil());
    }
    Term[] deep = new Term[2_000];
    Arrays.fill(deep, nested);
    ListTerm list = (ListTerm) Etf.decode(Etf.encode(ListTerm.of(deep)));
    assertNotNull(list.late());
    assertEquals(ListTerm.of(deep), list);
  }

  // --- writing -----------------------------------------------------------------------------------

  /** References for some atoms, as a header has them; never for the empty one. */
  private static final class Header implements AtomIndex {
    final List<Atom> atoms = new ArrayList<>();
    final int room;

    Header(int room) {
      this.room = room;
    }

    @Override
    public int indexOf(Atom atom) {
      int known = atoms.indexOf(atom);
      if (known >= 0 || atoms.size() == room || atom.name().isEmpty()) {
        return known;
      }
      atoms.add(atom);
      return atoms.size() - 1;
    }
  }

  private static byte[] written(Term term, Header header, @Nullable NodeAlias alias) {
    var out = new EtfOutput();
    new EtfEncoder(out, header, alias).term(term);
    return out.toByteArray();
  }

  private static ListTerm direct(ListTerm list) {
    var writer = new ElementsWriter(16);
    for (Term element : list.elements()) {
      int start = writer.position();
      writer.encoder().term(Tuple.of(element, element));
      writer.back(start);
      writer.encoder().term(element);
    }
    return writer.list(list.size());
  }

  @Test
  void whatIsWrittenWithoutTermsGoesOutAsTheSameBytes() {
    for (int round = 0; round < MANY; round++) {
      ListTerm list = list();
      int room = random.nextBoolean() ? 255 : random.nextInt(6);
      Header expected = new Header(room);
      Header actual = new Header(room);
      byte[] terms = written(list, expected, null);
      ListTerm written = direct(list);
      assertEquals(Etf.externalSize(list), Etf.externalSize(written));
      byte[] bytes = written(written, actual, null);
      if (room == 255) {
        assertArrayEquals(terms, bytes);
      }
      var decoder = new EtfDecoder(ByteBuffer.wrap(bytes), DecodeLimits.DEFAULT, actual.atoms);
      assertEquals(list, decoder.term());
      assertEquals(list, written);
    }
  }

  @Test
  void moreAtomsThanAHeaderHoldsAreWrittenInFull() {
    ListTerm list =
        ListTerm.of(
            IntStream.range(0, 600).mapToObj(i -> Terms.atom("a" + i)).toArray(Term[]::new));
    ListTerm written = direct(list);
    Header header = new Header(255);
    byte[] bytes = written(written, header, null);
    assertEquals(
        list, new EtfDecoder(ByteBuffer.wrap(bytes), DecodeLimits.DEFAULT, header.atoms).term());
    assertEquals(list, Etf.decode(Etf.encode(written)));
  }

  @Test
  void aNodeThatItsPeersKnowByAnotherNameWritesThatNameHereToo() {
    Term pid = new Pid(Atom.of("inner@h"), 1, 2, 3);
    ListTerm list = ListTerm.of(pid, pid, pid);
    var alias = new NodeAlias(Atom.of("inner@h"), 3, Atom.of("outer@h"), 4);
    assertArrayEquals(
        written(list, new Header(255), alias), written(direct(list), new Header(255), alias));
  }

  @Test
  void partsAreBroughtIntoAnotherOrder() {
    var writer = new ElementsWriter(16);
    EtfEncoder encoder = writer.encoder();
    encoder.atom(Atom.of("first"));
    encoder.tupleHead(3);
    int[] starts = new int[3];
    for (int i = 0; i < 3; i++) {
      starts[i] = writer.position();
      encoder.term(Term.parse(List.of("{c, 1}", "[a, c]", "bb").get(i)));
    }
    writer.reorder(starts, 3, new int[] {1, 2, 0});
    encoder.atom(Atom.of("last"));
    ListTerm list = writer.list(3);
    assertEquals(Term.parse("[first, {[a, c], bb, {c, 1}}, last]"), list);
    assertArrayEquals(
        written(Term.parse("[first, {[a, c], bb, {c, 1}}, last]"), new Header(0), null),
        written(list, new Header(0), null));
    Header header = new Header(255);
    byte[] bytes = written(list, header, null);
    assertEquals(
        list, new EtfDecoder(ByteBuffer.wrap(bytes), DecodeLimits.DEFAULT, header.atoms).term());
  }

  @Test
  void aListOfBytesIsAStringHoweverItWasWritten() {
    ListTerm list = (ListTerm) Term.parse("[1,2,3,4,5,6,7,8,9]");
    assertTrue(direct(list).isByteList());
    assertArrayEquals(Etf.encode(list), Etf.encode(direct(list)));
    assertFalse(direct((ListTerm) Term.parse("[1,300]")).isByteList());
  }

  // --- reading -----------------------------------------------------------------------------------

  @Test
  void elementsAreReadPieceByPiece() {
    ListTerm list =
        direct(
            (ListTerm) Term.parse("[{1, 300, -5000000000}, 2.5, <<\"text\">>, #{a => []}, [b]]"));
    ElementsReader in = ((EncodedElements) assertNotNullAnd(list.late())).reader();
    assertTrue(in.isTuple());
    assertEquals(3, in.tupleHead());
    assertEquals(1, in.integer());
    assertEquals(300, in.integer());
    assertEquals(-5_000_000_000L, in.integer());
    assertEquals(2.5, in.number());
    assertEquals("text", in.text());
    assertEquals(1, in.mapHead());
    assertTrue(in.isAtom());
    assertEquals(Atom.of("a"), in.atom());
    assertEquals(0, in.listHead());
    assertEquals(1, in.listHead());
    assertEquals(Atom.of("b"), in.atom());
    in.nil();
  }

  @Test
  void whatIsAnotherKindOfTermIsReadAsATermThen() {
    ListTerm list = direct((ListTerm) Term.parse("[a, <<255>>, 18446744073709551616]"));
    ElementsReader in = ((EncodedElements) assertNotNullAnd(list.late())).reader();
    assertThrows(ElementsReader.Other.class, in::integer);
    assertThrows(ElementsReader.Other.class, in::tupleHead);
    assertEquals(Atom.of("a"), in.term());
    int start = in.position();
    assertThrows(ElementsReader.Other.class, in::text);
    in.back(start);
    assertEquals(Binary.of((byte) 255), in.term());
    start = in.position();
    assertThrows(ElementsReader.Other.class, in::integer);
    in.back(start);
    assertEquals(Term.parse("18446744073709551616"), in.term());
  }

  private static <T> T assertNotNullAnd(@Nullable T value) {
    if (value == null) {
      throw new AssertionError("null");
    }
    return value;
  }
}
