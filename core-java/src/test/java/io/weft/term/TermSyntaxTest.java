package io.weft.term;

import static io.weft.term.Terms.atom;
import static io.weft.term.Terms.binary;
import static io.weft.term.Terms.charlist;
import static io.weft.term.Terms.flt;
import static io.weft.term.Terms.integer;
import static io.weft.term.Terms.list;
import static io.weft.term.Terms.map;
import static io.weft.term.Terms.nil;
import static io.weft.term.Terms.tuple;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TermSyntaxTest {

  static Stream<Arguments> literals() {
    return Stream.of(
        Arguments.of("  42 ", integer(42)),
        Arguments.of("42.", integer(42)),
        Arguments.of("-1", integer(-1)),
        Arguments.of("- 1", integer(-1)),
        Arguments.of("+1", integer(1)),
        Arguments.of("1_000_000", integer(1_000_000)),
        Arguments.of("16#fF", integer(255)),
        Arguments.of("-36#Zz", integer(-1295)),
        Arguments.of("2#1111_0000", integer(240)),
        Arguments.of(
            "16#ffffffffffffffffffff",
            integer(BigInteger.ONE.shiftLeft(80).subtract(BigInteger.ONE))),
        Arguments.of("-9223372036854775808", integer(Long.MIN_VALUE)),
        Arguments.of("9223372036854775808", integer(BigInteger.ONE.shiftLeft(63))),
        Arguments.of("$a", integer('a')),
        Arguments.of("$\\n", integer('\n')),
        Arguments.of("$\\x{1F600}", integer(0x1f600)),
        Arguments.of("$😀", integer(0x1f600)),
        Arguments.of("$ ", integer(' ')),
        Arguments.of("-$a", integer(-'a')),
        Arguments.of("1.5", flt(1.5)),
        Arguments.of("-0.0", flt(-0.0)),
        Arguments.of("1.0e10", flt(1e10)),
        Arguments.of("1.0E+10", flt(1e10)),
        Arguments.of("2.5e-5.", flt(2.5e-5)),
        Arguments.of("ok", atom("ok")),
        Arguments.of("éa_B@1", atom("éa_B@1")),
        Arguments.of("'with space'", atom("with space")),
        Arguments.of("''", atom("")),
        Arguments.of("'it\\'s'", atom("it's")),
        Arguments.of("'日本'", atom("日本")),
        Arguments.of("maybe", atom("maybe")),
        Arguments.of("'fun'", atom("fun")),
        Arguments.of("\"abc\"", charlist("abc")),
        Arguments.of("\"\"", nil()),
        Arguments.of("\"a\" \"b\"\n\"c\"", charlist("abc")),
        Arguments.of(
            "\"\\b\\d\\e\\f\\n\\r\\s\\t\\v\\0\\12\\377\\x41\\^a\\\"\\q\"",
            charlist("\b\u007f\u001b\f\n\r \t\u000b\0\n\u00ffA\1\"q")),
        Arguments.of("[]", nil()),
        Arguments.of("[ 1 , a ]", list(integer(1), atom("a"))),
        Arguments.of("[a|b]", Terms.improper(List.of(atom("a")), atom("b"))),
        Arguments.of("[a|[]]", list(atom("a"))),
        Arguments.of(
            "[a|[b,c|[d|e]]]",
            Terms.improper(List.of(atom("a"), atom("b"), atom("c"), atom("d")), atom("e"))),
        Arguments.of("[a|\"b\"]", list(atom("a"), integer('b'))),
        Arguments.of("{}", Tuple.EMPTY),
        Arguments.of("{a,{b},[]}", tuple(atom("a"), tuple(atom("b")), nil())),
        Arguments.of("#{}", MapTerm.EMPTY),
        Arguments.of("#{a=>1, 1 => #{}}", map(atom("a"), integer(1), integer(1), MapTerm.EMPTY)),
        Arguments.of("<<>>", Binary.EMPTY),
        Arguments.of("<<\"abc\">>", binary("abc")),
        Arguments.of("<< 1, 2 , 255 >>", Binary.of((byte) 1, (byte) 2, (byte) -1)),
        Arguments.of("<<256,-1>>", Binary.of((byte) 0, (byte) -1)),
        Arguments.of("<<1,3:4>>", Terms.bits(new byte[] {1, 0x30}, 4)),
        Arguments.of("<<1:1,0:1,1:1,1:5>>", Binary.of((byte) 0b101_00001)),
        Arguments.of("<<258:16,258:16/little>>", Binary.of(new byte[] {1, 2, 2, 1})),
        Arguments.of("<<16#123:12/little>>", Terms.bits(new byte[] {0x23, 0x10}, 4)),
        Arguments.of("<<\"é€\"/utf8>>", binary("é€")),
        Arguments.of("<<\"é\">>", Binary.of((byte) 0xe9)),
        Arguments.of("<<\"a\"/utf16,\"a\"/utf16-little>>", Binary.of(new byte[] {0, 'a', 'a', 0})),
        Arguments.of("<<$a/utf32>>", Binary.of(new byte[] {0, 0, 0, 'a'})),
        Arguments.of("<<1.5/float>>", Binary.of(new byte[] {0x3f, (byte) 0xf8, 0, 0, 0, 0, 0, 0})),
        Arguments.of("<<1.5:32/float>>", Binary.of(new byte[] {0x3f, (byte) 0xc0, 0, 0})),
        Arguments.of("<<1:2/unit:8>>", Binary.of((byte) 0, (byte) 1)),
        Arguments.of("<<1:0>>", Binary.EMPTY),
        Arguments.of("fun m:f/2", new Export(atom("m"), atom("f"), 2)),
        Arguments.of("fun 'M m' : end / 0", new Export(atom("M m"), atom("end"), 0)),
        Arguments.of("pid(a@b,4294967295,2,3)", new Pid(atom("a@b"), -1, 2, 3)),
        Arguments.of("port('a@b',18446744073709551615,1)", new Port(atom("a@b"), -1, 1)),
        Arguments.of("ref(a@b,1,[])", Reference.of(atom("a@b"), 1)),
        Arguments.of("ref(a@b,1,[4294967295,2])", Reference.of(atom("a@b"), 1, -1, 2)),
        Arguments.of("% a comment\n{ok, % another\n1}.\n% the end", tuple(atom("ok"), integer(1))));
  }

  @ParameterizedTest
  @MethodSource("literals")
  void literalsOfErlangAreRead(String text, Term expected) {
    assertEquals(expected, Term.parse(text));
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("", "line 1, column 1: expected a term, found the end"),
        Arguments.of("{a,\n  b c}", "line 2, column 5: expected ',' or '}', found 'c'"),
        Arguments.of("😀", "line 1, column 1: expected a term, found '😀'"),
        Arguments.of("['😀' x]", "line 1, column 6: expected ',', '|' or ']', found 'x'"),
        Arguments.of("Var", "line 1, column 1: expected a term, not a variable, found 'V'"),
        Arguments.of("#Pid<0.1.2>", "line 1, column 1: expected a term, found '#'"),
        Arguments.of("{a,}", "line 1, column 4: expected a term, found '}'"),
        Arguments.of("[a|b,c]", "line 1, column 5: expected ']', found ','"),
        Arguments.of("[|b]", "line 1, column 2: expected a term, found '|'"),
        Arguments.of("[a|[b]", "line 1, column 7: expected ']', found the end"),
        Arguments.of("#{a=>1", "line 1, column 7: expected ',' or '}', found the end"),
        Arguments.of("#{a,1}", "line 1, column 4: expected '=>', found ','"),
        Arguments.of("#{a=>1,a=>2}", "line 1, column 1: key given twice: a"),
        Arguments.of("1 2", "line 1, column 3: expected the end of the text, found '2'"),
        Arguments.of("end", "line 1, column 1: the reserved word end is an atom only in quotes"),
        Arguments.of("'abc", "line 1, column 1: the text quoted by ' has no end"),
        Arguments.of("\"abc\\", "line 1, column 6: expected a character, found the end"),
        Arguments.of("\"\\x{110000}\"", "line 1, column 2: the escape is no Unicode character"),
        Arguments.of("\"\\x{d800}\"", "line 1, column 2: the escape is no Unicode character"),
        Arguments.of("\"\\x4\"", "line 1, column 5: expected a hexadecimal digit, found '\"'"),
        Arguments.of("\"\ud800\"", "line 1, column 2: unpaired surrogate"),
        Arguments.of(
            "'" + "a".repeat(256) + "'",
            "line 1, column 1: atom of 256 code points, the limit is 255"),
        Arguments.of("1#0", "line 1, column 1: the base 1 is not 2 to 36"),
        Arguments.of("37#0", "line 1, column 1: the base 37 is not 2 to 36"),
        Arguments.of("2#2", "line 1, column 3: expected a digit, found '2'"),
        Arguments.of("1.0e", "line 1, column 5: expected a digit, found the end"),
        Arguments.of("1.0e999", "line 1, column 1: the float is too large"),
        Arguments.of("-", "line 1, column 2: expected a digit, found the end"),
        Arguments.of("<<1", "line 1, column 4: expected ',' or '>>', found the end"),
        Arguments.of("<<a>>", "line 1, column 3: expected a number, a string or '>>', found 'a'"),
        Arguments.of("<<1.5>>", "line 1, column 3: a float needs the type float"),
        Arguments.of("<<1.5:8/float>>", "line 1, column 3: a float of 8 bits, not 16, 32 or 64"),
        Arguments.of("<<1:65537>>", "line 1, column 5: expected a size from 0 to 65536"),
        Arguments.of("<<1/unit:8>>", "line 1, column 5: a unit needs a size"),
        Arguments.of("<<1114112/utf8>>", "line 1, column 3: not a Unicode character"),
        Arguments.of(
            "<<1/bytes>>",
            "line 1, column 5: expected a type: "
                + "integer, float, utf8, utf16, utf32, big, little, signed, unsigned or unit:N"),
        Arguments.of("fun m:f/256", "line 1, column 9: expected an arity from 0 to 255"),
        Arguments.of("fun() -> ok end", "line 1, column 4: expected an atom, found '('"),
        Arguments.of(
            "foo(1)",
            "line 1, column 1: foo is none of the calls that stand for terms: pid, port, ref, localfun"),
        Arguments.of(
            "pid(a,1)",
            "line 1, column 1: expected pid(Node,Id,Serial,Creation), found 2 arguments"),
        Arguments.of(
            "[pid(a,1,-1,0)]", "line 1, column 2: expected pid(Node,Id,Serial,Creation), found -1"),
        Arguments.of(
            "ref(a,1,[1,2,3,4,5,6])", "line 1, column 1: a reference of 6 words, the limit is 5"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsToldWithItsPlace(String text, String message) {
    TermSyntaxException e = assertThrows(TermSyntaxException.class, () -> Term.parse(text));
    assertEquals(message, e.getMessage());
    assertTrue(message.startsWith("line %d, column %d:".formatted(e.line(), e.column())));
  }

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of(charlist("hello\n"), "\"hello\\n\""),
        Arguments.of(list(integer(1), integer(2)), "[1,2]"),
        Arguments.of(list(integer(97 - (1L << 32))), "[-4294967199]"),
        Arguments.of(charlist("é"), "[233]"),
        Arguments.of(binary("say \"hi\" é😀"), "<<\"say \\\"hi\\\" é😀\"/utf8>>"),
        Arguments.of(Binary.of((byte) 0xc3), "<<195>>"),
        Arguments.of(binary("a\0"), "<<97,0>>"),
        Arguments.of(binary("\u202e"), "<<226,128,174>>"),
        Arguments.of(binary("\ufffd"), "<<239,191,189>>"),
        Arguments.of(atom("a\u202eb"), "'a\\x{202e}b'"),
        Arguments.of(atom("\u0085\0"), "'\\205\\000'"),
        Arguments.of(atom("end"), "'end'"),
        Arguments.of(map(flt(1.5), atom("b"), integer(2), atom("a")), "#{2=>a,1.5=>b}"),
        Arguments.of(BitString.of(new byte[] {1, (byte) 0xa0}, 3), "<<1,5:3>>"));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void termsArePrintedForReaders(Term term, String text) {
    assertEquals(text, term.toString());
  }

  @Test
  void anAbbreviationCostsNoMoreThanItsLength() {
    Term huge = IntegerTerm.of(BigInteger.ONE.shiftLeft(30_000_000));
    byte[] bytes = new byte[50_000_000];
    Term deep =
        Stream.iterate((Term) nil(), ListTerm::of).skip(1_000_000).findFirst().orElseThrow();
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          for (int i = 0; i < 1000; i++) {
            assertEquals("16#1000000...", huge.abbreviate(10));
            assertEquals("<<0,0,0,0,...", Binary.wrap(bytes).abbreviate(10));
            assertEquals("[0,0,0,0,0...", ListTerm.wrapBytes(bytes).abbreviate(10));
            assertEquals("[[[[[[[[[[...", deep.abbreviate(10));
          }
        });
  }

  @Test
  void largeIntegersAreWrittenInBase16() {
    BigInteger value = BigInteger.valueOf(-3).shiftLeft(TermPrinter.MAX_DECIMAL_BITS);
    String text = integer(value).toString();
    assertTrue(text.startsWith("-16#30000"));
    assertEquals(integer(value), Term.parse(text));
  }

  @Test
  void anIntegerOfTooManyDigitsIsRefused() {
    assertThrows(TermSyntaxException.class, () -> Term.parse("1".repeat(100_001)));
    assertEquals(
        4 * 200_000 - 3, ((BigTerm) Term.parse("16#" + "1".repeat(200_000))).value().bitLength());
  }

  @Test
  void deepTailsAreReadInLinearTime() {
    int depth = 300_000;
    String text = "[a|".repeat(depth) + "[]" + "]".repeat(depth);
    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> assertEquals(depth, ((ListTerm) Term.parse(text)).size()));
  }

  @Test
  void bitSyntaxMakesNoMoreThanItsTextAllows() {
    assertThrows(
        TermSyntaxException.class, () -> Term.parse("<<" + "1:65536,".repeat(20_000) + "1>>"));
  }
}
