package io.weft.etf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lists of integers are read and written in one go, and are what they are otherwise. */
class IntegerListsTest {
  private static final int MANY = 2_000;

  private final Random random = new Random(1);

  @Test
  void theListIsReadAsTheTupleOfTheSameIntegers() {
    for (int round = 0; round < MANY; round++) {
      int count = 1 + random.nextInt(8);
      byte[] integers = integers(count);
      Tuple tuple = (Tuple) Etf.decode(tuple(count, integers));
      ListTerm list = (ListTerm) Etf.decode(list(count, integers));
      assertEquals(tuple.elements(), list.elements());
      assertTrue(fitLongs(tuple) || !list.isCompact(), () -> "of " + list);
    }
  }

  private static boolean fitLongs(Tuple tuple) {
    return tuple.elements().stream().allMatch(it -> it instanceof IntTerm);
  }

  @Test
  void aListThatIsCutOffIsRejectedAsATupleIs() {
    for (int round = 0; round < MANY; round++) {
      int count = 1 + random.nextInt(5);
      byte[] list = list(count, integers(count));
      int length = 6 + random.nextInt(list.length - 6);
      byte[] part = Arrays.copyOf(list, length);
      EtfException e = assertThrows(EtfException.class, () -> Etf.decode(part));
      assertTrue(e.offset() <= length);
    }
  }

  @Test
  void whatIsNoIntegerAmongThemOrBehindThemIsReadAsEver() {
    assertEquals(Term.parse("[1,300,a]"), decoded("6c00000003 6101 620000012c 770161 6a"));
    assertEquals(Term.parse("[300,[],1]"), decoded("6c00000003 620000012c 6a 6101 6a"));
    assertEquals(Term.parse("[300|1]"), decoded("6c00000001 620000012c 6101"));
    assertEquals(Term.parse("[300,97]"), decoded("6c00000001 620000012c 6b000161"));
    assertEquals(Term.parse("[300,1]"), decoded("6c00000001 620000012c 6c00000001 6101 6a"));
    assertEquals(Term.parse("[[1,2],[3]]"), decoded("6c00000002 6b00020102 6c00000001 6103 6a 6a"));
    assertEquals(
        Term.parse("{[300],[301],x}"),
        decoded("6803 6c00000001620000012c6a 6c00000001620000012d6a 770178"));
  }

  private static Term decoded(String hex) {
    return Etf.decode(HexFormat.of().parseHex("83" + hex.replace(" ", "")));
  }

  @Test
  void bytesThatAreSpelledOutAreWrittenOneByOneAndAreTheSameList() {
    byte[] spelled = HexFormat.of().parseHex("836c00000002610161ff6a");
    ListTerm bytes = ListTerm.wrapBytes(new byte[] {1, -1});
    for (ListTerm list : List.of(bytes, ListTerm.of(bytes.get(0), bytes.get(1)))) {
      assertArrayEquals(HexFormat.of().parseHex("836b000201ff"), Etf.encode(list));
      assertArrayEquals(spelled, Etf.encode(list.spelledOut()));
      assertEquals(list, list.spelledOut());
      assertEquals(list.hashCode(), list.spelledOut().hashCode());
      assertFalse(list.spelledOut().isByteList());
    }
    ListTerm other = ListTerm.wrapLongs(new long[] {1, 300});
    assertSame(other, other.spelledOut());
    assertSame(ListTerm.NIL, ListTerm.NIL.spelledOut());
  }

  @Test
  void theLimitsHold() {
    ListTerm numbers = ListTerm.wrapLongs(random.longs(1000).toArray());
    byte[] bytes = Etf.encode(numbers);
    assertEquals(numbers, decoded(bytes, new DecodeLimits(9_000, 1, 8)));
    rejected(bytes, "nested deeper than 0", new DecodeLimits(9_000, 0, 8));
    rejected(bytes, "exceeds the limit", new DecodeLimits(100_000, 1, 7));
    rejected(bytes, "memory limit is exceeded", new DecodeLimits(8_000, 1, 8));
    byte[] announced = HexFormat.of().parseHex("836c7fffffff6101");
    rejected(announced, "terms expected", DecodeLimits.DEFAULT);
  }

  private static Term decoded(byte[] bytes, DecodeLimits limits) {
    return Etf.decode(ByteBuffer.wrap(bytes), limits);
  }

  private static void rejected(byte[] bytes, String why, DecodeLimits limits) {
    EtfException e = assertThrows(EtfException.class, () -> decoded(bytes, limits));
    assertTrue(String.valueOf(e.getMessage()).contains(why), e::getMessage);
  }

  @Test
  void theCompactListIsWrittenAsTheOneOfTerms() {
    for (int round = 0; round < MANY; round++) {
      int bits = 1 + random.nextInt(Long.SIZE);
      int size = random.nextInt(50) == 0 ? 250 + random.nextInt(600) : 1 + random.nextInt(9);
      long[] values = random.longs(size).map(it -> it >> Long.SIZE - bits).toArray();
      var terms = new ArrayList<Term>();
      Arrays.stream(values).forEach(it -> terms.add(IntTerm.of(it)));
      Term compact = Tuple.of(ListTerm.wrapLongs(values), ListTerm.wrapLongs(values));
      Term plain = Tuple.of(new ListTerm(terms), new ListTerm(terms));
      assertArrayEquals(Etf.encode(plain), Etf.encode(compact));
      assertEquals(Etf.encode(plain).length, Etf.externalSize(compact));
      Tuple read = (Tuple) Etf.decode(Etf.encode(compact));
      assertEquals(plain, read);
      assertTrue(((ListTerm) read.get(0)).isCompact());
    }
  }

  @Test
  void bytesAreAStringWhateverTheyAreKeptAs() {
    assertArrayEquals(
        HexFormat.of().parseHex("836b000301ff00"),
        Etf.encode(ListTerm.wrapLongs(new long[] {1, 255, 0})));
    ListTerm tooLong = ListTerm.wrapBytes(new byte[0x10000]);
    byte[] bytes = Etf.encode(tooLong);
    assertEquals(Tag.LIST, bytes[1]);
    assertEquals(bytes.length, Etf.externalSize(tooLong));
    assertEquals(tooLong, Etf.decode(bytes));
  }

  @Test
  void aListOfTermsIsNotCompact() {
    assertFalse(ListTerm.NIL.isCompact());
    assertFalse(ListTerm.of(IntTerm.of(1)).isCompact());
  }

  // --- bytes -------------------------------------------------------------------------------------

  /** Integers, also in forms that are longer than they need be, and some that fit no long. */
  private byte[] integers(int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * 16);
    for (int i = 0; i < count; i++) {
      switch (random.nextInt(4)) {
        case 0 -> bytes.put((byte) Tag.SMALL_INTEGER).put((byte) random.nextInt());
        case 1 -> bytes.put((byte) Tag.INTEGER).putInt(random.nextInt() >> random.nextInt(32));
        default -> putBig(bytes, random.nextInt(12) == 0 ? 9 : random.nextInt(9));
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private void putBig(ByteBuffer bytes, int digits) {
    byte[] magnitude = new byte[digits];
    random.nextBytes(magnitude);
    if (digits > 0 && random.nextBoolean()) {
      magnitude[digits - 1] = (byte) (random.nextInt(4) == 0 ? 0x80 : 0);
    }
    bytes.put((byte) Tag.SMALL_BIG).put((byte) digits).put((byte) random.nextInt(2)).put(magnitude);
  }

  private static byte[] tuple(int count, byte[] elements) {
    return ByteBuffer.allocate(3 + elements.length)
        .put((byte) Tag.VERSION)
        .put((byte) Tag.SMALL_TUPLE)
        .put((byte) count)
        .put(elements)
        .array();
  }

  private static byte[] list(int count, byte[] elements) {
    return ByteBuffer.allocate(7 + elements.length)
        .put((byte) Tag.VERSION)
        .put((byte) Tag.LIST)
        .putInt(count)
        .put(elements)
        .put((byte) Tag.NIL)
        .array();
  }
}
