package io.weft.gen;

import io.weft.node.Blueprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which blueprints are replaced by which, wherever they are found; the first rule that fits. */
final class CodeRules {
  static final CodeRules NONE = new CodeRules(List.of());

  private final List<Rule<?>> rules;

  private CodeRules(List<Rule<?>> rules) {
    this.rules = rules;
  }

  /** Returns null if nothing is to be replaced. */
  private interface Rule<P> {
    @Nullable Blueprint<P> apply(CodePlace place, Blueprint<?> present);
  }

  private CodeRules with(Rule<?> rule) {
    List<Rule<?>> all = new ArrayList<>(rules);
    all.add(rule);
    return new CodeRules(List.copyOf(all));
  }

  <P> CodeRules with(
      Class<P> protocol, Function<? super CodePlace, ? extends @Nullable Blueprint<P>> by) {
    return with(
        (Rule<P>) (place, present) -> protocol.equals(present.protocol()) ? by.apply(place) : null);
  }

  <P> CodeRules with(Blueprint<P> from, Blueprint<P> to) {
    return with(
        (Rule<P>)
            (_, present) ->
                present.label().equals(from.label())
                        && Objects.equals(present.protocol(), from.protocol())
                    ? to
                    : null);
  }

  boolean isEmpty() {
    return rules.isEmpty();
  }

  /**
   * Returns what a child goes on with: the present blueprint, or another of the same protocol. A
   * pool speaks the protocol of its workers, and is none of them.
   */
  <M> Blueprint<M> of(CodePlace place, Blueprint<M> present) {
    for (Rule<?> rule : rules) {
      Blueprint<?> other = rule.apply(place, present);
      if (other != null && other.isKeeper() == present.isKeeper()) {
        return own(other);
      }
    }
    return present;
  }

  /** A rule replaces what speaks its own protocol only. */
  @SuppressWarnings("unchecked")
  private static <M> Blueprint<M> own(Blueprint<?> other) {
    return (Blueprint<M>) other;
  }
}
