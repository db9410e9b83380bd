package io.weft.hang;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Where threads are, virtual ones too. */
final class Stacks {
  /** Below them are those who run tests. */
  private static final int MOST_LINES = 30;

  private static final String PROJECT = " io.weft.";
  private static final String GUARD = " io.weft.hang.HangGuard.";

  private Stacks() {}

  /** Returns the stacks of all threads that run code of this project, but for the guard's own. */
  static String ofProject() {
    try {
      Path directory = Files.createTempDirectory("hang");
      Path file = directory.resolve("threads");
      try {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
        return ofProject(Files.readString(file));
      } finally {
        Files.deleteIfExists(file);
        Files.delete(directory);
      }
    } catch (IOException e) {
      return "their stacks cannot be read: " + e;
    }
  }

  private static String ofProject(String dump) {
    return Arrays.stream(dump.split("\\R\\R"))
        .filter(stack -> stack.contains(PROJECT) && !stack.contains(GUARD))
        .map(stack -> stack.lines().limit(MOST_LINES).collect(Collectors.joining("%n".formatted())))
        .collect(Collectors.joining("%n%n".formatted()));
  }
}
