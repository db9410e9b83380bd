package io.weft.pg;

import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who is told of changes. Used in turns of the scope. */
final class Watches {
  /** One who is told; {@code group} is null for all groups. */
  private record Watch(
      @Nullable Term group, @Nullable Reference monitor, Consumer<GroupEvent> listener) {}

  private final Map<Object, Watch> watches = new HashMap<>();

  void add(
      Self<?> self,
      Object key,
      @Nullable Term group,
      @Nullable Target until,
      Consumer<GroupEvent> listener) {
    Reference monitor = until == null ? null : self.monitor(until);
    watches.put(key, new Watch(group, monitor, listener));
  }

  boolean remove(Self<?> self, Object key) {
    Watch watch = watches.remove(key);
    if (watch != null && watch.monitor != null) {
      self.demonitor(watch.monitor, true);
    }
    return watch != null;
  }

  /** A monitor has reported: whoever was told has ended. */
  void onDown(Reference monitor) {
    watches.values().removeIf(watch -> Objects.equals(watch.monitor, monitor));
  }

  void tell(GroupEvent event) {
    if (event.pids().isEmpty()) {
      return;
    }
    List<Watch> told = new ArrayList<>(watches.values());
    for (Watch watch : told) {
      if (watch.group == null || watch.group.equals(event.group())) {
        watch.listener.accept(event);
      }
    }
  }
}
