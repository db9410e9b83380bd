package io.weft.wire.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class DistFlagsTest {

  @Test
  void whatIsOfferedIsWhatOtp25Offers() {
    assertEquals(0xD07DF7FBDL, DistFlags.OFFERED_PUBLISHED.bits());
    assertEquals(0xD07DF7FBCL, DistFlags.OFFERED_HIDDEN.bits());
  }

  @Test
  void everyOfferedFlagHasAName() {
    List<String> names = DistFlags.OFFERED_PUBLISHED.names();

    assertFalse(names.stream().anyMatch(name -> name.matches("BIT_\\d+")), names::toString);
  }

  @Test
  void flagsOfWeftsOwnAreNoneOfOtpsUpToRelease28() {
    long otp = (1L << 38) - 1; // the highest is ALTACT_SIG, bit 37

    assertEquals(0, DistFlags.COMPRESS_DEFLATE.bits() & otp);
    assertEquals(0, DistFlags.COMPRESS_ZSTD.bits() & otp);
  }

  @Test
  void flagsWithoutNameAreNumbered() {
    assertEquals(List.of("PUBLISHED", "BIT_63"), new DistFlags(1L << 63 | 1).names());
  }

  @Test
  void theDigestStandsForAllMandatoryFlags() {
    DistFlags expanded = DistFlags.MANDATORY_25_DIGEST.expanded();

    assertTrue(expanded.has(DistFlags.MANDATORY_25));
    assertEquals(0x5070F94L, expanded.bits());
    assertEquals(DistFlags.MAP_TAG, DistFlags.MAP_TAG.expanded());
  }

  @Test
  void whatIsOfferedHasAllThatIsMandatory() {
    assertTrue(DistFlags.OFFERED_HIDDEN.has(DistFlags.MANDATORY_25));
  }
}
