package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of a spawn request of another node. Those about the memory of the process mean
 * nothing here, but must be well-formed.
 *
 * @param link whether the process is linked to the one that asks
 * @param monitor whether the one that asks monitors it
 */
record SpawnOptions(boolean link, boolean monitor) {
  private static final Set<String> SIZES =
      Set.of("min_heap_size", "min_bin_vheap_size", "fullsweep_after", "scheduler");
  private static final Set<String> PRIORITIES = Set.of("low", "normal", "high", "max");
  private static final Set<String> QUEUES = Set.of("on_heap", "off_heap");

  /** Returns the options, or null if one of them is none. */
  static @Nullable SpawnOptions read(ListTerm options) {
    boolean link = false;
    boolean monitor = false;
    for (Term option : options.elements()) {
      if (option.equals(RemoteSpawn.LINK)) {
        link = true;
      } else if (option.equals(RemoteSpawn.MONITOR)) {
        monitor = true;
      } else if (!isKnown(option)) {
        return null;
      }
    }
    return new SpawnOptions(link, monitor);
  }

  private static boolean isKnown(Term option) {
    if (!(option instanceof Tuple pair)
        || pair.arity() != 2
        || !(pair.get(0) instanceof Atom(String name))) {
      return false;
    }
    Term value = pair.get(1);
    if (SIZES.contains(name)) {
      return isSize(value);
    }
    return switch (name) {
      case "priority" -> isOneOf(PRIORITIES, value);
      case "message_queue_data" -> isOneOf(QUEUES, value);
      case "max_heap_size" -> isSize(value) || value instanceof MapTerm;
      default -> false;
    };
  }

  private static boolean isSize(Term value) {
    return value instanceof IntTerm(long size) && size >= 0;
  }

  private static boolean isOneOf(Set<String> choices, Term value) {
    return value instanceof Atom(String name) && choices.contains(name);
  }
}
