package io.weft.node;

import io.weft.term.Pid;
import org.jspecify.annotations.Nullable;

/** A process as its descendants remember it, without keeping it in memory once it ended. */
record Ancestry(Pid pid, String label, @Nullable Ancestry parent) {
  @Override
  public String toString() {
    return label + " " + pid + (parent == null ? "" : ", " + parent);
  }
}
