package io.weft.mapping;

import io.weft.etf.EtfEncoder;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
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
  abstract static class OptionalForm extends Form {
    private final Form form;
    private final Atom nothing;

    OptionalForm(Form form, Atom nothing) {
      this.form = form;
      this.nothing = nothing;
    }

    abstract @Nullable Object unwrap(Object optional);

    abstract Object wrap(@Nullable Object value);

    static OptionalForm of(Class<?> type, Form form, Atom nothing) {
      if (type == OptionalInt.class) {
        return new OfInt(nothing);
      }
      if (type == OptionalLong.class) {
        return new OfLong(nothing);
      }
      return type == OptionalDouble.class ? new OfDouble(nothing) : new OfObject(form, nothing);
    }

    @Override
    Term encode(Object value, int depth) {
      Object content = unwrap(value);
      return content == null ? nothing : form.encode(content, depth);
    }

    @Override
    void encodeTo(EtfEncoder out, Object value, int depth) {
      Object content = unwrap(value);
      if (content == null) {
        out.term(nothing);
      } else {
        form.encodeTo(out, content, depth);
      }
    }

    @Override
    Object decode(Term term, Reading in) {
      return wrap(saysNothing(term) ? null : form.decode(term, in));
    }

    @Override
    boolean mayMiss() {
      return true;
    }

    @Override
    Object missing() {
      return wrap(null);
    }

    @Override
    boolean isAbsent(@Nullable Object value) {
      return value != null && unwrap(value) == null;
    }
  }

  private static final class OfObject extends OptionalForm {
    OfObject(Form form, Atom nothing) {
      super(form, nothing);
    }

    @Override
    @Nullable Object unwrap(Object optional) {
      return ((Optional<?>) optional).orElse(null);
    }

    @Override
    Object wrap(@Nullable Object value) {
      return Optional.ofNullable(value);
    }
  }

  private static final class OfInt extends OptionalForm {
    OfInt(Atom nothing) {
      super(NumberForms.INT, nothing);
    }

    @Override
    @Nullable Object unwrap(Object optional) {
      var number = (OptionalInt) optional;
      return number.isPresent() ? (Integer) number.getAsInt() : null;
    }

    @Override
    Object wrap(@Nullable Object value) {
      return value == null ? OptionalInt.empty() : OptionalInt.of((Integer) value);
    }
  }

  private static final class OfLong extends OptionalForm {
    OfLong(Atom nothing) {
      super(NumberForms.LONG, nothing);
    }

    @Override
    @Nullable Object unwrap(Object optional) {
      var number = (OptionalLong) optional;
      return number.isPresent() ? (Long) number.getAsLong() : null;
    }

    @Override
    Object wrap(@Nullable Object value) {
      return value == null ? OptionalLong.empty() : OptionalLong.of((Long) value);
    }
  }

  private static final class OfDouble extends OptionalForm {
    OfDouble(Atom nothing) {
      super(NumberForms.DOUBLE, nothing);
    }

    @Override
    @Nullable Object unwrap(Object optional) {
      var number = (OptionalDouble) optional;
      return number.isPresent() ? (Double) number.getAsDouble() : null;
    }

    @Override
    Object wrap(@Nullable Object value) {
      return value == null ? OptionalDouble.empty() : OptionalDouble.of((Double) value);
    }
  }
}
