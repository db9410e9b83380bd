package io.weft.etf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weft.Mutations;
import io.weft.term.Term;
import io.weft.term.TermOrder;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/**
 * Fuzzes the decoder. As an ordinary test it replays the seeds in the resources of this name; with
 * {@code JAZZER_FUZZ=1} in the environment it searches for new inputs:
 *
 * <pre>{@code JAZZER_FUZZ=1 mvn -pl core-java test -Dtest=EtfFuzzTest}</pre>
 */
class EtfFuzzTest {

  private static final DecodeLimits LIMITS = new DecodeLimits(64 << 20, 10_000, 1 << 16);

  @FuzzTest(maxDuration = "2m")
  void anyBytesGiveATermOrAnEtfException(byte[] bytes) {
    Term term;
    try {
      term = Etf.decode(ByteBuffer.wrap(bytes), LIMITS);
    } catch (EtfException e) {
      return;
    }
    Term again = Etf.decode(Etf.encode(term));
    assertEquals(term, again);
    assertEquals(term.hashCode(), again.hashCode());
    assertEquals(0, TermOrder.EXACT.compare(term, again));
    assertEquals(term, Term.parse(term.toString()));
  }

  @Test
  void soDoInputsLikeTheSeeds() {
    Mutations.of(
        EtfFuzzTest.class,
        "anyBytesGiveATermOrAnEtfException",
        this::anyBytesGiveATermOrAnEtfException);
  }
}
