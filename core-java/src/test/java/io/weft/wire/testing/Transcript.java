package io.weft.wire.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * A text of commands and what they give:
 *
 * <pre>
 * # a comment
 * command word key=value ...
 * input, if any
 * ----
 * what it gives, up to an empty line
 * </pre>
 *
 * <p>The commands of one file follow one another, so what they do can depend on those before. With
 * {@code -Dtranscripts.rewrite=true} a run does not compare but writes what the commands give to
 * the files under {@code src/test/resources}, for review as a diff.
 */
public final class Transcript {

  private static final Path RESOURCES = Path.of("src", "test", "resources", "transcripts");
  private static final boolean REWRITE = Boolean.getBoolean("transcripts.rewrite");
  private static final String SEPARATOR = "----";

  private Transcript() {}

  /**
   * A command.
   *
   * @param name its first word
   * @param words its further words that are no {@code key=value}
   * @param options its {@code key=value} words
   * @param input the lines between the command and the separator
   */
  public record Command(
      String name, List<String> words, Map<String, String> options, List<String> input) {

    /** The command of that line. */
    public static Command parse(String line, List<String> input) {
      List<String> words = new ArrayList<>();
      Map<String, String> options = new HashMap<>();
      for (String word : line.split(" +", -1)) {
        int equals = word.indexOf('=');
        if (equals > 0) {
          options.put(word.substring(0, equals), word.substring(equals + 1));
        } else {
          words.add(word);
        }
      }
      return new Command(words.getFirst(), words.subList(1, words.size()), options, input);
    }

    /** The value of that key, or the default. */
    public String option(String key, String otherwise) {
      return options.getOrDefault(key, otherwise);
    }

    /** The bytes that the input states: see {@link HexText}. */
    public byte[] bytes() {
      return HexText.parse(input);
    }
  }

  /**
   * One test for each transcript in a directory below {@code transcripts}.
   *
   * @param interpreter makes the interpreter for one file: what each command gives, in lines
   */
  public static Stream<DynamicTest> tests(
      String directory, Supplier<Function<Command, List<String>>> interpreter) {
    try (Stream<Path> files = Files.list(RESOURCES.resolve(directory))) {
      return files
          .sorted()
          .map(file ->
              DynamicTest.dynamicTest(
                  file.getFileName().toString(), () -> run(file, interpreter.get())))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(Path file, Function<Command, List<String>> interpreter)
      throws IOException {
    String text = Files.readString(file);
    String result = play(Arrays.asList(text.split("\n", -1)), interpreter);
    if (REWRITE) {
      Files.writeString(file, result);
    } else {
      assertEquals(text, result, () -> file + " gives something else");
    }
  }

  /** The same text with what the commands give now. */
  private static String play(List<String> lines, Function<Command, List<String>> interpreter) {
    List<String> result = new ArrayList<>();
    int at = 0;
    while (at < lines.size()) {
      String line = lines.get(at++);
      result.add(line);
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int separator = at;
      while (!lines.get(separator).equals(SEPARATOR)) {
        separator++;
      }
      List<String> input = lines.subList(at, separator);
      result.addAll(input);
      result.add(SEPARATOR);
      result.addAll(interpreter.apply(Command.parse(line, input)));
      at = separator + 1;
      while (at < lines.size() && !lines.get(at).isEmpty()) {
        at++;
      }
    }
    return String.join("\n", result);
  }
}
