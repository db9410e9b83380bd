package io.weft.gen;

import io.weft.term.Pid;
import org.jspecify.annotations.Nullable;

/**
 * An application that is loaded.
 *
 * @param name its name
 * @param description what it is for; empty if not told
 * @param version its version; empty if not told
 * @param state where it stands
 * @param type what its end means to the node; null unless it runs, or starts or stops
 * @param master the group leader of its processes; null for one that does not run, or has none
 */
public record ApplicationInfo(
    String name,
    String description,
    String version,
    State state,
    @Nullable ApplicationType type,
    @Nullable Pid master) {
  /** Where an application stands. */
  public enum State {
    /** Its definition and configuration are known. */
    LOADED,
    /** Its top process or its phases are being started. */
    STARTING,
    /** It runs. */
    RUNNING,
    /** It is being stopped. */
    STOPPING
  }
}
