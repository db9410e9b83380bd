package io.weft.bench.compare;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A contestant on the JVM and the class path of the driver. */
public record JvmContestant(String name, Class<?> main, List<String> ownFlags)
    implements Contestant {
  /** One with the flags of all. */
  public JvmContestant(String name, Class<?> main) {
    this(name, main, List.of());
  }

  @Override
  public @Nullable String missing() {
    return null;
  }

  @Override
  public List<String> command(List<String> jvmFlags) {
    var flags = new ArrayList<>(jvmFlags);
    flags.addAll(ownFlags);
    // Not for speed: what its libraries say at their start is of no interest here.
    flags.add("--sun-misc-unsafe-memory-access=allow");
    flags.add("-Dslf4j.internal.verbosity=ERROR");
    flags.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    return JvmCommand.of(flags, main);
  }
}
