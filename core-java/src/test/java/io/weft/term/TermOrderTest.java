package io.weft.term;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Erlang Reference Manual, Term Comparisons; cases that OTP 25 confirms. */
class TermOrderTest {

  private static final List<Term> ASCENDING =
      Stream.of(
              "-36893488147419103232",
              "-1",
              "0",
              "0.5",
              "1",
              "9007199254740992.0",
              "9007199254740993",
              "1.0e23",
              "100000000000000000000001",
              "''",
              "a",
              "aa",
              "b",
              "'\uff5e'",
              "'😀'",
              "ref(a@b,1,[1])",
              "ref(a@b,1,[9,1,3])",
              "ref(a@b,1,[1,9,4])",
              "ref(a@b,2,[0])",
              "ref(b@b,0,[0])",
              "localfun(a,1,9,<<9:128>>,9,9,pid(a@b,1,2,3),[9])",
              "localfun(a,2,1,<<1:128>>,1,1,pid(a@b,1,2,3),[9])",
              "localfun(a,2,1,<<1:128>>,1,1,pid(a@b,1,2,3),[1,1])",
              "localfun(b,1,1,<<1:128>>,1,1,pid(a@b,1,2,3),[])",
              "fun a:a/2",
              "fun a:z/1",
              "fun b:a/0",
              "port(a@b,2,1)",
              "port(a@b,18446744073709551615,1)",
              "port(a@b,1,2)",
              "port(b@b,1,1)",
              "pid(b@b,1,0,2)",
              "pid(a@b,2,0,1)",
              "pid(a@b,2,0,2)",
              "pid(a@b,4294967295,0,1)",
              "pid(a@b,1,1,1)",
              "{}",
              "{b}",
              "{a,a}",
              "#{}",
              "#{2=>a}",
              "#{1.0=>a}",
              "#{a=>1,b=>2}",
              "#{a=>1,b=>3}",
              "#{a=>0,c=>0}",
              "[]",
              "[1|a]",
              "[1]",
              "[1,2]",
              "[1|<<>>]",
              "[2]",
              "<<>>",
              "<<0:1>>",
              "<<1:2>>",
              "<<64>>",
              "<<127>>",
              "<<1:1>>",
              "<<128>>",
              "<<128,0>>")
          .map(Term::parse)
          .toList();

  @Test
  void termsHaveErlangsOrder() {
    for (int i = 0; i < ASCENDING.size(); i++) {
      for (int j = 0; j < ASCENDING.size(); j++) {
        Term a = ASCENDING.get(i);
        Term b = ASCENDING.get(j);
        int order = TermOrder.INSTANCE.compare(a, b);
        assertEquals(Integer.compare(i, j), Integer.signum(order), () -> a + " and " + b);
      }
    }
  }

  @Test
  void aShuffledListIsSortedBack() {
    List<Term> terms = new ArrayList<>(ASCENDING);
    Collections.shuffle(terms, new Random(1));
    terms.sort(TermOrder.INSTANCE);
    assertEquals(ASCENDING, terms);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1; 1.0",
        "0.0; -0.0",
        "{1}; {1.0}",
        "[a|1]; [a|1.0]",
        "#{a=>1}; #{a=>1.0}",
        "1267650600228229401496703205376; 1.2676506002282294e30"
      })
  void equalNumbersCompareAsEqualButNotExactly(String left, String right) {
    Term a = Term.parse(left);
    Term b = Term.parse(right);
    assertEquals(0, TermOrder.INSTANCE.compare(a, b));
    assertTrue(TermOrder.EXACT.compare(a, b) != 0);
    assertTrue(!a.equals(b));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"2; 1.0", "1267650600228229401496703205376; -1.0", "-0.0; 0.0", "{2}; {1.0}"})
  void inTheOrderOfKeysIntegersComeBeforeFloats(String lesser, String greater) {
    assertTrue(TermOrder.EXACT.compare(Term.parse(lesser), Term.parse(greater)) < 0);
    assertTrue(TermOrder.EXACT.compare(Term.parse(greater), Term.parse(lesser)) > 0);
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775807, 9.223372036854775807e18, -1",
    "9223372036854775808, 9.223372036854775808e18, 0",
    "-9223372036854775808, -9.223372036854775808e18, 0",
    "-9223372036854775809, -9.223372036854775808e18, -1",
    "9007199254740993, 9007199254740992.0, 1",
    "1, 1.5, -1",
    "-1, -1.5, 1",
    "0, -0.0, 0",
    "1, 1.0e308, -1",
    "1, -1.0e308, 1"
  })
  void integersAndFloatsCompareWithoutRounding(String integer, String flt, int expected) {
    Term a = Term.parse(integer);
    Term b = Term.parse(flt);
    assertEquals(expected, Integer.signum(TermOrder.INSTANCE.compare(a, b)));
    assertEquals(-expected, Integer.signum(TermOrder.INSTANCE.compare(b, a)));
  }

  @Test
  void referencesThatOtpTakesForEqualAreOrderedByTheirLength() {
    Term shorter = Term.parse("ref(a@b,1,[9])");
    Term longer = Term.parse("ref(a@b,1,[9,0])");
    assertTrue(TermOrder.INSTANCE.compare(shorter, longer) < 0);
  }
}
