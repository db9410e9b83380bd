package io.weft.etf;

import static io.weft.term.Terms.integer;
import static io.weft.term.Terms.list;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.weft.etf.Vectors.Vector;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input costs no more memory than its own length allows, whatever it announces. */
class DecodeCostTest {

  /** Bytes of heap for an exception with its trace, an inflater and the like. */
  private static final long FIXED = 64 << 10;

  /**
   * Bytes of heap for a byte of input: an empty list in a tuple takes a slot, a tuple a few
   * objects.
   */
  private static final long PER_BYTE = 128;

  /** The longest input of which every prefix is tried; of a longer one, the ends and a sample. */
  private static final int MAX_ALL_PREFIXES = 2000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static Stream<Vector> valid() {
    return Stream.concat(Vectors.valid(), Vectors.decodeOnly());
  }

  static Stream<Vector> invalid() {
    return Vectors.invalid();
  }

  /** What is loaded and linked once must not be counted. */
  @BeforeAll
  static void loadEverything() {
    Vectors.invalid().forEach(v -> rejected(ByteBuffer.wrap(requireNonNull(v.bytes("hex")))));
    rejected(ByteBuffer.allocate(0));
    Etf.decode(Etf.encode(list(integer(256))));
    THREADS.getCurrentThreadAllocatedBytes();
  }

  private static void rejected(ByteBuffer bytes) {
    assertThrows(EtfException.class, () -> Etf.decode(bytes, DecodeLimits.DEFAULT));
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void invalidInputTakesNoMemoryForWhatItAnnounces(Vector vector) {
    byte[] bytes = requireNonNull(vector.bytes("hex"));
    assertRejectedAtLowCost(bytes, bytes.length);
  }

  @ParameterizedTest
  @MethodSource("valid")
  void everyProperPrefixOfATermIsRejectedAtLowCost(Vector vector) {
    for (String field : new String[] {"hex", "m0", "m2", "z"}) {
      byte[] bytes = vector.bytes(field);
      if (bytes != null) {
        int size = field.equals("hex") ? vector.used() : bytes.length;
        prefixes(size).forEach(length -> assertRejectedAtLowCost(bytes, length));
      }
    }
  }

  private static IntStream prefixes(int size) {
    if (size <= MAX_ALL_PREFIXES) {
      return IntStream.range(0, size);
    }
    int half = MAX_ALL_PREFIXES / 4;
    int step = Math.max(1, size / half);
    return IntStream.concat(
        IntStream.range(0, half),
        IntStream.concat(
            IntStream.iterate(half, i -> i < size, i -> i + step),
            IntStream.range(size - 50, size)));
  }

  private static void assertRejectedAtLowCost(byte[] bytes, int length) {
    ByteBuffer prefix = ByteBuffer.wrap(bytes, 0, length);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    rejected(prefix);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertTrue(
        allocated < FIXED + PER_BYTE * length,
        () -> "%d bytes allocated for %d bytes of input".formatted(allocated, length));
  }
}
