package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.FloatTerm;
import io.weft.term.IntTerm;
import io.weft.term.MapTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import java.math.BigInteger;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How objects of this node look to someone on another node who only looks: in the status of a
 * process, say. What has no form of its own is shown as its text.
 */
public final class ShownTerms {
  private ShownTerms() {}

  /**
   * Returns a term as it is; null as {@code undefined}; numbers, booleans, collections and maps as
   * what they are in Erlang; the constant {@code VERY_FAST} of an enum as the atom {@code
   * very_fast}; and anything else as a binary with its text.
   */
  public static Term of(@Nullable Object value) {
    return switch (value) {
      case null -> Atom.UNDEFINED;
      case Term term -> term;
      case ShownState state -> state.shown();
      case Boolean truth -> Atom.of(truth);
      case Byte _, Short _, Integer _, Long _ -> IntTerm.of(((Number) value).longValue());
      case BigInteger big -> Terms.integer(big);
      case Float _, Double _ -> ofFloat(((Number) value).doubleValue());
      case Enum<?> constant -> Atom.of(constant.name().toLowerCase(Locale.ROOT));
      case Collection<?> all -> Terms.list(all.stream().map(ShownTerms::of).toList());
      case Map<?, ?> map -> ofMap(map);
      default -> Terms.binary(value.toString());
    };
  }

  private static Term ofFloat(double value) {
    return Double.isFinite(value) ? new FloatTerm(value) : Terms.binary(Double.toString(value));
  }

  /** Keys that look alike are one. */
  private static Term ofMap(Map<?, ?> map) {
    Map<Term, Term> shown = new LinkedHashMap<>();
    map.forEach((key, value) -> shown.put(of(key), of(value)));
    return new MapTerm(shown);
  }
}
