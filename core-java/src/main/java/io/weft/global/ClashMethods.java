package io.weft.global;

import io.weft.term.Atom;
import io.weft.term.Fun;
import io.weft.term.Term;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The methods that can run on this node, by how other nodes name them. */
final class ClashMethods {
  private static final Atom GLOBAL = Atom.of("global");
  private static final List<ClashMethod> WELL_KNOWN =
      List.of(ClashMethod.RANDOM_EXIT, ClashMethod.RANDOM_NOTIFY, ClashMethod.NOTIFY_ALL);

  private final Map<Term, ClashMethod> provided = new ConcurrentHashMap<>();

  ClashMethods() {
    WELL_KNOWN.forEach(this::provide);
  }

  /** Whether the method does the same wherever it runs. */
  boolean isWellKnown(Term function) {
    ClashMethod method = find(function);
    return method != null && WELL_KNOWN.contains(method);
  }

  void provide(ClashMethod method) {
    provided.put(method.function(), method);
  }

  /**
   * Returns what a peer means. OTP names its default by a fun of its own module, which says nothing
   * of itself: it is the only such fun there is.
   */
  @Nullable ClashMethod find(Term function) {
    return function instanceof Fun fun && fun.module().equals(GLOBAL)
        ? ClashMethod.RANDOM_EXIT
        : provided.get(function);
  }
}
