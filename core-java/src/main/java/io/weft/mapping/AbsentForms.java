package io.weft.mapping;

import io.weft.etf.EtfEncoder;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What may be absent: {@code undefined} or {@code nil}, whichever is written, both when read; and a
 * key may be missing for it.
 */
final class AbsentForms {
  private static final Atom NIL = Atom.of("nil");

  private AbsentForms() {}

  static boolean saysNothing(Term term) {
    return term.equals(Atom.UNDEFINED) || term.equals(NIL);
  }

  /** An object or null. */
  static final class OrNull extends Form {
    private final Form form;
    private final Atom nothing;

    OrNull(Form form, Atom nothing) {
      this.form = form;
      this.nothing = nothing;
    }

    @Override
    Term write(@Nullable Object value, int depth) {
      return value == null ? nothing : form.encode(value, depth);
    }

    @Override
    Term encode(Object value, int depth) {
      return form.encode(value, depth);
    }

    @Override
    void encodeTo(EtfEncoder out, Object value, int depth) {
      form.encodeTo(out, value, depth);
    }

    @Override
    @Nullable Object decode(Term term, Reading in) {
      return saysNothing(term) ? null : form.decode(term, in);
    }

    @Override
    boolean mayMiss() {
      return true;
    }

    @Override
    boolean isAbsent(@Nullable Object value) {
      return value == null;
    }
  }

  /** An {@code Optional} of any kind. */
  static final class OptionalForm extends Form {
    private final Form form;
    private final Atom nothing;
    private final Function<Object, @Nullable Object> unwrap;
    private final Function<@Nullable Object, Object> wrap;

    private OptionalForm(
        Form form,
        Atom nothing,
        Function<Object, @Nullable Object> unwrap,
        Function<@Nullable Object, Object> wrap) {
      this.form = form;
      this.nothing = nothing;
      this.unwrap = unwrap;
      this.wrap = wrap;
    }

    /** Returns the form of {@code type}, one of the four kinds; {@code form} is of its content. */
    static OptionalForm of(Class<?> type, Form form, Atom nothing) {
      if (type == OptionalInt.class) {
        return new OptionalForm(
            NumberForms.INT,
            nothing,
            it -> ((OptionalInt) it).isPresent() ? (Integer) ((OptionalInt) it).getAsInt() : null,
            it -> it == null ? OptionalInt.empty() : OptionalInt.of((Integer) it));
      }
      if (type == OptionalLong.class) {
        return new OptionalForm(
            NumberForms.LONG,
            nothing,
            it -> ((OptionalLong) it).isPresent() ? (Long) ((OptionalLong) it).getAsLong() : null,
            it -> it == null ? OptionalLong.empty() : OptionalLong.of((Long) it));
      }
      if (type == OptionalDouble.class) {
        return new OptionalForm(
            NumberForms.DOUBLE,
            nothing,
            it ->
                ((OptionalDouble) it).isPresent()
                    ? (Double) ((OptionalDouble) it).getAsDouble()
                    : null,
            it -> it == null ? OptionalDouble.empty() : OptionalDouble.of((Double) it));
      }
      return new OptionalForm(
          form, nothing, it -> ((Optional<?>) it).orElse(null), Optional::ofNullable);
    }

    @Override
    Term encode(Object value, int depth) {
      Object content = unwrap.apply(value);
      return content == null ? nothing : form.encode(content, depth);
    }

    @Override
    void encodeTo(EtfEncoder out, Object value, int depth) {
      Object content = unwrap.apply(value);
      if (content == null) {
        out.term(nothing);
      } else {
        form.encodeTo(out, content, depth);
      }
    }

    @Override
    Object decode(Term term, Reading in) {
      return wrap.apply(saysNothing(term) ? null : form.decode(term, in));
    }

    @Override
    boolean mayMiss() {
      return true;
    }

    @Override
    Object missing() {
      return wrap.apply(null);
    }

    @Override
    boolean isAbsent(@Nullable Object value) {
      return value != null && unwrap.apply(value) == null;
    }
  }
}
