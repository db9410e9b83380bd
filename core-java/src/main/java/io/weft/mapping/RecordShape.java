package io.weft.mapping;

import io.weft.term.Term;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record type: its components in their order, and its constructor. */
final class RecordShape {
  private final Field[] fields;
  private final MethodHandle constructor;

  /** How many components cannot be missing at the end of a tuple. */
  final int required;

  RecordShape(List<Field> fields, MethodHandle constructor) {
    this.fields = fields.toArray(Field[]::new);
    this.constructor =
        constructor
            .asFixedArity()
            .asSpreader(Object[].class, fields.size())
            .asType(MethodType.methodType(Object.class, Object[].class));
    int last = fields.size();
    while (last > 0 && fields.get(last - 1).mayMiss()) {
      last--;
    }
    required = last;
  }

  int size() {
    return fields.length;
  }

  Field field(int index) {
    return fields[index];
  }

  /** Makes a record; what its constructor refuses is a misfit of the term. */
  Object make(@Nullable Object[] values, Term found) {
    try {
      return (Object) constructor.invokeExact(values);
    } catch (RuntimeException refusal) {
      throw Misfit.refused(refusal, found);
    } catch (Throwable failure) {
      throw Field.<RuntimeException>asItIs(failure);
    }
  }

  /** How many fields a tuple may have, in words. */
  String count() {
    return required == fields.length ? "" + required : required + " to " + fields.length;
  }
}
