package io.weft.testkit

import io.weft.kotlin.call
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** [weftTest] in a test of JUnit. */
class WeftTestInJUnitTest {
  @Test
  fun `a test of JUnit runs the block`() = weftTest {
    val counter = start(counter())
    counter.tell(Counter.Add(1))
    assertEquals(1, counter.call(Counter.Get))
  }
}
