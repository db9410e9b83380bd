package io.weft.term;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weft.Mutations;
import io.weft.etf.Etf;
import org.junit.jupiter.api.Test;

/**
 * Fuzzes the parser. As an ordinary test it replays the seeds in the resources of this name; with
 * {@code JAZZER_FUZZ=1} in the environment it searches for new inputs:
 *
 * <pre>{@code JAZZER_FUZZ=1 mvn -pl core-java test -Dtest=TermParserFuzzTest}</pre>
 */
class TermParserFuzzTest {

  @FuzzTest(maxDuration = "2m")
  void anyTextGivesATermOrASyntaxError(byte[] utf8) {
    String text = new String(utf8, UTF_8);
    Term term;
    try {
      term = Term.parse(text);
    } catch (TermSyntaxException e) {
      return;
    }
    assertEquals(term, Term.parse(term.toString()));
    assertEquals(term, Etf.decode(Etf.encode(term)));
  }

  @Test
  void soDoInputsLikeTheSeeds() {
    Mutations.of(
        TermParserFuzzTest.class,
        "anyTextGivesATermOrASyntaxError",
        this::anyTextGivesATermOrASyntaxError);
  }
}
