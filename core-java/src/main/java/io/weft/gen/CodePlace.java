package io.weft.gen;

import io.weft.node.Blueprint;
import io.weft.term.Pid;
import org.jspecify.annotations.Nullable;

/**
 * A child in the tree whose code is changed: see {@link CodeChange}.
 *
 * @param path the ids from the top supervisor down to this child, with slashes between them; the
 *     top is known by its label, a child of a {@link DynamicSupervisor} by its pid
 * @param id its id within its supervisor
 * @param label what its present blueprint calls it
 * @param pid its process; null if it does not run
 */
public record CodePlace(String path, String id, String label, @Nullable Pid pid) {
  static CodePlace top(String label, @Nullable Pid pid) {
    return new CodePlace(label, label, label, pid);
  }

  CodePlace child(Child<?> child) {
    return child(child.nameInTree(), child.spec().blueprint(), child.pid());
  }

  CodePlace child(String name, Blueprint<?> blueprint, @Nullable Pid child) {
    return new CodePlace(path + "/" + name, name, blueprint.label(), child);
  }

  @Override
  public String toString() {
    return pid == null ? path : path + " " + pid;
  }
}
