package io.weft.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void anOutlierMovesNeitherMedianNorSpread() {
    assertEquals(new Samples(10, 0.2), Samples.of(List.of(9.0, 1000.0, 10.0, 11.0, 9.0)));
  }

  @Test
  void betweenTwoSamplesTheMedianIsInTheMiddle() {
    assertEquals(new Samples(2, 0.5), Samples.of(List.of(3.0, 1.0)));
  }

  @Test
  void oneSampleHasNoSpread() {
    assertEquals(new Samples(7, 0), Samples.of(List.of(7.0)));
  }
}
