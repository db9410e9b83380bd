package io.weft.global;

import io.weft.runtime.Entropy;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How clients of the name servers ask many of them at once. */
@FunctionalInterface
interface Asking {
  /** Asks the name server of a node; {@code then} gets the answer, or null if it is lost. */
  void ask(Atom node, Term request, Consumer<@Nullable Term> then);

  /** Asks several and goes on when each has answered or is lost; the lost ones are left out. */
  default void askAll(Collection<Atom> nodes, Term request, Consumer<Map<Atom, Term>> then) {
    if (nodes.isEmpty()) {
      then.accept(Map.of());
      return;
    }
    Map<Atom, Term> answers = new HashMap<>();
    List<Atom> missing = new ArrayList<>(nodes);
    for (Atom node : List.copyOf(nodes)) {
      ask(
          node,
          request,
          answer -> {
            missing.remove(node);
            if (answer != null) {
              answers.put(node, answer);
            }
            if (missing.isEmpty()) {
              then.accept(answers);
            }
          });
    }
  }

  /** Takes a lock on all of some nodes, or on none. */
  default void setLock(Collection<Atom> nodes, Tuple lock, Consumer<Boolean> then) {
    askAll(
        nodes,
        Tuple.of(Words.SET_LOCK, lock),
        answers -> {
          if (!answers.containsValue(Atom.FALSE)) {
            then.accept(true);
            return;
          }
          List<Atom> locked =
              answers.entrySet().stream()
                  .filter(answer -> answer.getValue().equals(Atom.TRUE))
                  .map(Map.Entry::getKey)
                  .toList();
          deleteLock(locked, lock, () -> then.accept(false));
        });
  }

  default void deleteLock(Collection<Atom> nodes, Tuple lock, Runnable then) {
    askAll(nodes, Tuple.of(Words.DEL_LOCK, lock), _ -> then.run());
  }

  /** How long to wait before the next try: up to 125 ms at first, up to 8 s after the fifth. */
  static Duration pause(Entropy entropy, int tries) {
    long most = tries > 5 ? 8_000 : (1L << tries) * 1_000 / 8;
    return Duration.ofMillis(1 + Long.remainderUnsigned(entropy.nextLong(), most));
  }
}
