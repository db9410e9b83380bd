package io.weft.bench.compare;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of those compared, and how its worker is started. */
public interface Contestant {
  /** Returns what the table calls it. */
  String name();

  /** Returns why it cannot take part on this machine and what would help; null if it can. */
  @Nullable String missing();

  /**
   * Makes its worker ready to start and returns the command, which then speaks as {@link
   * WorkerProcess} says.
   *
   * @param jvmFlags for a worker that is a JVM
   */
  List<String> command(List<String> jvmFlags) throws IOException;
}
