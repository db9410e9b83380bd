package io.weft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/**
 * Tries a fuzz target with inputs that are like its seeds, so that every run of the tests searches
 * a little. A failure tells the seed, which {@code -Dweft.seed=} repeats, and the input, to be kept
 * among the seeds of the target.
 */
public final class Mutations {
  private static final int INPUTS = 20_000;
  private static final int MOST_EDITS = 6;
  private static final byte[] TELLING = {
    0, 1, 3, 68, 69, 70, 80, 104, 108, 109, 127, -128, -125, -1
  };

  private Mutations() {}

  /** Tries the target that is the method {@code name} of {@code test}. */
  public static void of(Class<?> test, String name, Consumer<byte[]> target) {
    long seed = Long.getLong("weft.seed", System.nanoTime());
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<byte[]> seeds = seeds(test, name);
    for (int i = 0; i < INPUTS; i++) {
      byte[] input = mutated(seeds, random);
      try {
        target.accept(input.clone());
      } catch (RuntimeException | AssertionError | StackOverflowError | OutOfMemoryError failure) {
        throw new AssertionError(
            "seed %d, input %d, in base 64: %s"
                .formatted(seed, i, Base64.getEncoder().encodeToString(input)),
            failure);
      }
    }
  }

  private static List<byte[]> seeds(Class<?> test, String name) {
    String folder = test.getSimpleName() + "Inputs/" + name;
    try (Stream<Path> files =
        Files.list(Path.of(Objects.requireNonNull(test.getResource(folder)).toURI()))) {
      return files.sorted().map(Mutations::read).toList();
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("no seeds in " + folder, e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] mutated(List<byte[]> seeds, RandomGenerator random) {
    byte[] input = seeds.get(random.nextInt(seeds.size())).clone();
    int edits = random.nextInt(1, MOST_EDITS + 1);
    for (int i = 0; i < edits; i++) {
      input = edited(input, seeds, random);
    }
    return input;
  }

  private static byte[] edited(byte[] input, List<byte[]> seeds, RandomGenerator random) {
    if (input.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(input.length);
    switch (random.nextInt(7)) {
      case 0 -> input[at] = (byte) random.nextInt();
      case 1 -> input[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> input[at] = TELLING[random.nextInt(TELLING.length)];
      case 3 -> input[at] += (byte) random.nextInt(-2, 3);
      case 4 -> {
        return Arrays.copyOf(input, at);
      }
      case 5 -> {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        return joined(input, at, other, random.nextInt(other.length + 1));
      }
      default -> {
        return joined(input, random.nextInt(at, input.length), input, at);
      }
    }
    return input;
  }

  /** The first bytes of one up to {@code end}, and those of the other from {@code start} on. */
  private static byte[] joined(byte[] one, int end, byte[] other, int start) {
    byte[] both = Arrays.copyOf(one, end + other.length - start);
    System.arraycopy(other, start, both, end, other.length - start);
    return both;
  }
}
