package io.weft.mapping;

import io.weft.etf.EtfEncoder;
import io.weft.term.FloatTerm;
import io.weft.term.IntTerm;
import io.weft.term.Term;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** One component of a record: how it is read, and what form it has. */
abstract class Field {
  final String name;
  final Form form;
  private final boolean mayMiss;
  private final @Nullable Object fallback;

  private Field(String name, Form form, @Nullable Object fallback) {
    this.name = name;
    this.form = form;
    this.mayMiss = fallback != null || form.mayMiss();
    this.fallback = fallback != null ? fallback : form.missing();
  }

  /**
   * @param getter the accessor of the component
   * @param fallback what it is when it is missing; null if nothing was said of that
   * @param omitsAbsent whether what is absent is left out
   */
  static Field of(
      String name, Form form, MethodHandle getter, @Nullable Object fallback, boolean omitsAbsent) {
    Class<?> type = getter.type().returnType();
    if (type == double.class || type == float.class) {
      return new OfDouble(name, form, getter, fallback);
    }
    return type.isPrimitive() && type != boolean.class
        ? new OfLong(name, form, getter, fallback)
        : new OfObject(name, form, getter, fallback, omitsAbsent);
  }

  /** The term of the component; null if it is to be left out. */
  abstract @Nullable Term encode(Object record, int depth);

  /** Appends the term of the component; of one that is never left out. */
  abstract void encodeTo(EtfEncoder out, Object record, int depth);

  final @Nullable Object decode(Term term, Reading in) {
    try {
      return form.decode(term, in);
    } catch (Misfit misfit) {
      throw at(misfit);
    }
  }

  final Misfit at(Misfit misfit) {
    return misfit.under("." + name);
  }

  boolean mayMiss() {
    return mayMiss;
  }

  @Nullable Object missing() {
    return fallback;
  }

  /** An accessor that fails does so as if it had been called. */
  @SuppressWarnings("unchecked")
  static <E extends Throwable> RuntimeException asItIs(Throwable failure) throws E {
    throw (E) failure;
  }

  /** Integers of all sizes: none is boxed. */
  private static final class OfLong extends Field {
    private final MethodHandle getter;

    OfLong(String name, Form form, MethodHandle getter, @Nullable Object fallback) {
      super(name, form, fallback);
      this.getter = getter.asType(MethodType.methodType(long.class, Object.class));
    }

    @Override
    Term encode(Object record, int depth) {
      try {
        return IntTerm.of((long) getter.invokeExact(record));
      } catch (Throwable failure) {
        throw Field.<RuntimeException>asItIs(failure);
      }
    }

    @Override
    void encodeTo(EtfEncoder out, Object record, int depth) {
      try {
        out.integer((long) getter.invokeExact(record));
      } catch (Throwable failure) {
        throw Field.<RuntimeException>asItIs(failure);
      }
    }
  }

  private static final class OfDouble extends Field {
    private final MethodHandle getter;

    OfDouble(String name, Form form, MethodHandle getter, @Nullable Object fallback) {
      super(name, form, fallback);
      this.getter = getter.asType(MethodType.methodType(double.class, Object.class));
    }

    private double value(Object record) {
      double value;
      try {
        value = (double) getter.invokeExact(record);
      } catch (Throwable failure) {
        throw Field.<RuntimeException>asItIs(failure);
      }
      try {
        return NumberForms.checked(value);
      } catch (Misfit misfit) {
        throw at(misfit);
      }
    }

    @Override
    Term encode(Object record, int depth) {
      return new FloatTerm(value(record));
    }

    @Override
    void encodeTo(EtfEncoder out, Object record, int depth) {
      out.flt(value(record));
    }
  }

  private static final class OfObject extends Field {
    private final MethodHandle getter;
    private final boolean omitsAbsent;

    OfObject(
        String name,
        Form form,
        MethodHandle getter,
        @Nullable Object fallback,
        boolean omitsAbsent) {
      super(name, form, fallback);
      this.getter = getter.asType(MethodType.methodType(Object.class, Object.class));
      this.omitsAbsent = omitsAbsent;
    }

    private @Nullable Object value(Object record) {
      try {
        return (@Nullable Object) getter.invokeExact(record);
      } catch (Throwable failure) {
        throw Field.<RuntimeException>asItIs(failure);
      }
    }

    @Override
    void encodeTo(EtfEncoder out, Object record, int depth) {
      try {
        form.writeTo(out, value(record), depth);
      } catch (Misfit misfit) {
        throw at(misfit);
      }
    }

    @Override
    @Nullable Term encode(Object record, int depth) {
      Object value = value(record);
      if (omitsAbsent && form.isAbsent(value)) {
        return null;
      }
      try {
        return form.write(value, depth);
      } catch (Misfit misfit) {
        throw at(misfit);
      }
    }
  }
}
