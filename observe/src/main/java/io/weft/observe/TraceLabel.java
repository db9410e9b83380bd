package io.weft.observe;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.weft.term.Binary;
import io.weft.term.MapTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A context as the label of a trace token: a map of the propagator's fields, all binaries. */
final class TraceLabel {
  /** As much as W3C's baggage may take. */
  private static final int MAX_CHARS = 8_192;

  private static final int MAX_FIELDS = 16;

  private final TextMapPropagator propagator;

  TraceLabel(TextMapPropagator propagator) {
    this.propagator =
        propagator.fields().isEmpty() ? W3CTraceContextPropagator.getInstance() : propagator;
  }

  @Nullable Term write(Context context) {
    Map<Term, Term> fields = new LinkedHashMap<>();
    propagator.inject(
        context,
        fields,
        (to, key, value) -> {
          if (to != null && value.length() <= MAX_CHARS) {
            to.put(Terms.binary(key), Terms.binary(value));
          }
        });
    return fields.isEmpty() ? null : Terms.map(fields);
  }

  /** Reads what a peer sent; null if it is something else. */
  @Nullable Context read(Term label) {
    if (!(label instanceof MapTerm map) || map.size() > MAX_FIELDS) {
      return null;
    }
    Map<String, String> fields = new HashMap<>();
    map.entries()
        .forEach((key, value) -> {
          String name = text(key);
          String content = text(value);
          if (name != null && content != null) {
            fields.put(name, content);
          }
        });
    Context root = Context.root();
    Context read = propagator.extract(root, fields, Getter.INSTANCE);
    return read.equals(root) ? null : read;
  }

  private static @Nullable String text(Term term) {
    return term instanceof Binary binary && binary.size() <= MAX_CHARS ? binary.utf8OrNull() : null;
  }

  private enum Getter implements TextMapGetter<Map<String, String>> {
    INSTANCE;

    @Override
    public Iterable<String> keys(Map<String, String> fields) {
      return fields.keySet();
    }

    @Override
    public @Nullable String get(@Nullable Map<String, String> fields, String key) {
      return fields == null ? null : fields.get(key);
    }
  }
}
