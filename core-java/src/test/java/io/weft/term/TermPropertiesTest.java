package io.weft.term;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.etf.Etf;
import io.weft.term.testing.TermGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What holds for every term, tried on random ones; a failure names the seed that makes it again.
 */
class TermPropertiesTest {

  private static final int SEEDS = 40;
  private static final int TERMS_PER_SEED = 150;

  private static void forAll(Consumer<Term> property) {
    for (long seed = 0; seed < SEEDS; seed++) {
      TermGenerator generator = TermGenerator.seeded(seed);
      for (int i = 0; i < TERMS_PER_SEED; i++) {
        Term term = generator.next();
        try {
          property.accept(term);
        } catch (RuntimeException | AssertionError e) {
          String which = "seed %d, term %d: %s".formatted(seed, i, term.abbreviate(500));
          throw new AssertionError(which, e);
        }
      }
    }
  }

  @Test
  void decodingUndoesEncoding() {
    forAll(term -> {
      byte[] bytes = Etf.encode(term);
      Term decoded = Etf.decode(bytes);
      assertEquals(term, decoded);
      assertEquals(term.hashCode(), decoded.hashCode());
      assertEquals(0, TermOrder.EXACT.compare(term, decoded));
      assertEquals(0, TermOrder.INSTANCE.compare(term, decoded));
    });
  }

  @Test
  void decodingUndoesCompression() {
    forAll(term -> assertEquals(term, Etf.decode(Etf.encodeCompressed(term, 6))));
  }

  @Test
  void parsingUndoesPrinting() {
    forAll(term -> {
      Term parsed = Term.parse(term.toString());
      assertEquals(term, parsed);
      assertEquals(term.toString(), parsed.toString());
    });
  }

  @Test
  void anAbbreviationIsABeginning() {
    forAll(term -> {
      String whole = term.toString();
      for (int length : new int[] {0, 1, 7, 40, whole.length() - 1, whole.length()}) {
        String text = term.abbreviate(Math.max(0, length));
        if (length >= whole.length()) {
          assertEquals(whole, text);
        } else if (!text.equals(whole)) {
          assertTrue(text.length() <= Math.max(0, length) + 3, text);
          assertTrue(text.endsWith("..."), text);
        }
      }
    });
  }

  @Test
  void aTermDiffersFromTheTermThatHoldsIt() {
    forAll(term -> {
      for (Term holder :
          List.of(Tuple.of(term), ListTerm.of(term), Terms.map(term, term), Atom.of("x"))) {
        assertFalse(holder.equals(term) && !term.equals(Atom.of("x")), holder::toString);
      }
    });
  }

  @Test
  void exactOrderIsTotalAndConsistentWithEquals() {
    List<Term> terms = sample();
    TermOrder order = TermOrder.EXACT;
    for (Term a : terms) {
      for (Term b : terms) {
        int forth = order.compare(a, b);
        assertEquals(Integer.signum(forth), -Integer.signum(order.compare(b, a)));
        assertEquals(a.equals(b), forth == 0, () -> a + " and " + b);
      }
    }
    assertTransitive(order, terms);
  }

  @Test
  void erlangOrderIsTotal() {
    List<Term> terms = sample();
    TermOrder order = TermOrder.INSTANCE;
    for (Term a : terms) {
      for (Term b : terms) {
        int forth = order.compare(a, b);
        assertEquals(Integer.signum(forth), -Integer.signum(order.compare(b, a)));
        assertTrue(!a.equals(b) || forth == 0);
      }
    }
    assertTransitive(order, terms);
  }

  private static List<Term> sample() {
    return LongStream.range(100, 105)
        .mapToObj(TermGenerator::seeded)
        .flatMap(g -> Stream.generate(g::next).limit(60))
        .toList();
  }

  private static void assertTransitive(TermOrder order, List<Term> terms) {
    List<Term> sorted = new ArrayList<>(terms);
    sorted.sort(order);
    for (int i = 0; i < sorted.size(); i++) {
      for (int j = i; j < sorted.size(); j++) {
        assertTrue(order.compare(sorted.get(i), sorted.get(j)) <= 0);
      }
    }
  }

  @Test
  void theGeneratorMakesEveryTypeAndTheSameTermsForASeed() {
    Set<String> types = new TreeSet<>();
    forAll(term -> types.add(term.getClass().getSimpleName()));
    assertEquals(
        Stream.of(
                Atom.class,
                IntTerm.class,
                BigTerm.class,
                FloatTerm.class,
                Tuple.class,
                ListTerm.class,
                ImproperList.class,
                MapTerm.class,
                Binary.class,
                BitString.class,
                Pid.class,
                Port.class,
                Reference.class,
                Export.class,
                Fun.class)
            .map(Class::getSimpleName)
            .collect(Collectors.toCollection(TreeSet::new)),
        types);
    assertEquals(TermGenerator.seeded(7).next(), TermGenerator.seeded(7).next());
  }
}
