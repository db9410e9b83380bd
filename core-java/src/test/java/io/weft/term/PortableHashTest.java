package io.weft.term;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.testing.TermGenerator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hash against what OTP 25 gave; random terms are compared by {@code ErlangPeerTest}. */
class PortableHashTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          3175731469; 0
          539485162; 1
          1117813597; -1
          715823293; 255
          3929335767; 256
          4273352567; 134217727
          2562491755; 134217728
          874979335; -134217728
          1418916782; -134217729
          1638133000; 576460752303423487
          2855034599; -576460752303423489
          2712534173; 9223372036854775807
          1736826119; -9223372036854775808
          710941318; 9223372036854775808
          3075045305; -18446744073709551615
          2519041713; 18446744073709551616
          1727901986; 1234567890123456789012345678901234567890
          423528920; 0.0
          423528920; -0.0
          3029937084; 1.0
          1758584130; -1.5
          387524106; 1.0e300
          97; a
          0; ''
          214612277; 'Elixir.GenStage'
          233; 'é'
          251805804; '日本'
          1026304; '😀'
          506293; true
          147926629; <<>>
          1589197455; <<"a">>
          965223795; <<"hello world!">>
          2718226442; <<"hello world, hello">>
          3994547237; <<1:1>>
          602543664; <<255,1:7>>
          822992637; <<1,2,3,4,5,6,7,8,9,10,11,12,13:5>>
          3468870702; []
          221703996; {}
          499070068; [[]]
          1775079505; {[]}
          1634476877; [a]
          2768963718; [1]
          3768589414; [0,0,0,0]
          519996486; "abc"
          914094510; "abcdefgh"
          1201984439; [1,2,3,x,4,5,6,7,8]
          2356411656; [a|b]
          3844221178; [1|2]
          2760599066; [1,256,1]
          1565829718; {a,1,<<"b">>}
          3703611813; {{{}}}
          844985373; #{}
          1401795262; #{a => 1}
          650421153; #{1 => a,b => [c]}
          2133389976; #{#{a => #{}} => #{}}
          840287883; fun lists:map/2
          591482922; pid(a@b,7,3,9)
          3355448696; port(a@b,77,9)
          1008555332; port(a@b,1099511627781,9)
          778779601; ref(a@b,9,[11,12,13])
          """)
  void hashesAreThoseOfOtp(long expected, String text) {
    Term term = Term.parse(text);
    assertEquals(expected, PortableHash.phash2(term, PortableHash.MAX_RANGE));
    assertEquals(expected & 0x7ffffff, PortableHash.phash2(term));
    assertEquals(expected % 7, PortableHash.phash2(term, 7));
    assertEquals(0, PortableHash.phash2(term, 1));
  }

  @Test
  void aFunIsHashedByItsModuleAndItsFreeVariables() {
    Pid pid = new Pid(Atom.of("a@b"), 7, 3, 9);
    Binary code = Binary.wrap(new byte[Fun.UNIQ_SIZE]);
    Fun fun = new Fun(Atom.of("m"), 5, 1, code, 5, 9, pid, List.of(IntTerm.of(42)));
    assertEquals(3115908801L, PortableHash.phash2(fun, PortableHash.MAX_RANGE));
  }

  @Test
  void theOrderOfAMapDoesNotCount() {
    List<Integer> numbers = new ArrayList<>(Stream.iterate(1, i -> i + 1).limit(40).toList());
    for (int i = 0; i < 5; i++) {
      Term[] entries =
          numbers.stream()
              .flatMap(n -> Stream.of(IntTerm.of(n), IntTerm.of((long) n * n)))
              .toArray(Term[]::new);
      assertEquals(708446302, PortableHash.phash2(MapTerm.of(entries), PortableHash.MAX_RANGE));
      Collections.rotate(numbers, 7);
    }
  }

  @Test
  void aListKeptAsBytesHasTheHashOfTheSameListOfTerms() {
    for (int size = 0; size < 20; size++) {
      byte[] bytes = new byte[size];
      for (int i = 0; i < size; i++) {
        bytes[i] = (byte) (i * 37);
      }
      ListTerm compact = ListTerm.wrapBytes(bytes);
      ListTerm terms = Terms.list(new ArrayList<>(compact.elements()));
      assertEquals(PortableHash.phash2(terms), PortableHash.phash2(compact));
      Term improper = new ImproperList(List.of(IntTerm.of(1)), Binary.wrap(bytes));
      assertEquals(PortableHash.phash2(improper), PortableHash.phash2(Term.parse(improper + "")));
    }
  }

  @Test
  void integersAndBytesAreHashedWithoutATerm() {
    TermGenerator generator = TermGenerator.seeded(3);
    for (int i = 0; i < 1000; i++) {
      if (generator.integer() instanceof IntTerm(long value)) {
        assertEquals(
            PortableHash.phash2(IntTerm.of(value), 1000), PortableHash.phash2(value, 1000));
      }
      byte[] bytes = Integer.toString(i * i).repeat(i % 4).getBytes(StandardCharsets.US_ASCII);
      assertEquals(PortableHash.phash2(Binary.of(bytes), 99), PortableHash.phash2(bytes, 99));
    }
  }

  @Test
  void aPartOfAnArrayHasTheHashOfItsBytes() {
    byte[] bytes = "0123456789abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
    for (int size = 0; size <= 30; size++) {
      Binary part = Binary.wrap(bytes, 5, size);
      assertEquals(PortableHash.phash2(Binary.of(part.toByteArray())), PortableHash.phash2(part));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, (1L << 32) + 1, Long.MIN_VALUE})
  void thereIsNoSuchRange(long range) {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> PortableHash.phash2(Atom.OK, range));
    assertTrue(refused.getMessage().contains(Long.toString(range)));
  }

  @Test
  void depthCostsNoStack() {
    Term deep = Stream.<Term>iterate(Atom.of("a"), ListTerm::of).skip(1_000_000).findFirst().get();
    assertEquals(2761941110L, PortableHash.phash2(deep, PortableHash.MAX_RANGE));
  }
}
