package io.weft.bench.compare;

import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * What the numbers were made with.
 *
 * @param contestants what exactly ran, with versions
 */
public record Setup(int cpus, String jdk, String jvmFlags, List<String> contestants) {
  static Setup of(List<String> jvmFlags, List<WorkerProcess> workers) {
    return with(jvmFlags, workers.stream().map(WorkerProcess::description).distinct().toList());
  }

  /** Returns what is measured in this very JVM. */
  public static Setup here(String contestant) {
    return with(ManagementFactory.getRuntimeMXBean().getInputArguments(), List.of(contestant));
  }

  private static Setup with(List<String> jvmFlags, List<String> contestants) {
    return new Setup(
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().toString(),
        String.join(" ", jvmFlags),
        contestants);
  }

  @Override
  public String toString() {
    return """
    %s
    %d processors, JDK %s
    flags of every JVM: %s\
    """
        .formatted(String.join(", ", contestants), cpus, jdk, jvmFlags);
  }
}
