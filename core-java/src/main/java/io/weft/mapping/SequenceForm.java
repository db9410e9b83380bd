package io.weft.mapping;

import io.weft.etf.EtfEncoder;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists, sets and arrays as proper lists. What is decoded cannot be changed, but for arrays. */
abstract class SequenceForm extends Form {
  final Form element;

  SequenceForm(Form element) {
    this.element = element;
  }

  /** Returns the form of a collection type, or null if it is none that can be made. */
  static @Nullable SequenceForm of(Class<?> type, Form element) {
    if (type.isArray()) {
      return new OfArray(type.getComponentType(), element);
    }
    if (type.isAssignableFrom(List.class)) {
      return new OfList(element);
    }
    return type.isAssignableFrom(LinkedHashSet.class) && Collection.class.isAssignableFrom(type)
        ? new OfSet(element)
        : null;
  }

  abstract Object make(@Nullable Object[] elements);

  @Override
  Object decode(Term term, Reading in) {
    if (!(term instanceof ListTerm list)) {
      throw Misfit.expected("a list", term);
    }
    in.enter();
    @Nullable Object[] elements = new @Nullable Object[list.size()];
    int i = 0;
    try {
      for (; i < elements.length; i++) {
        elements[i] = element.decode(list.get(i), in);
      }
    } catch (Misfit misfit) {
      throw misfit.under("[" + i + "]");
    }
    in.leave();
    return make(elements);
  }

  Term encodeAll(Iterable<?> values, int size, int depth) {
    checkDepth(depth);
    Term[] terms = new Term[size];
    int i = 0;
    try {
      for (Object each : values) {
        terms[i] = element.write(each, depth + 1);
        i++;
      }
    } catch (Misfit misfit) {
      throw misfit.under("[" + i + "]");
    }
    return ListTerm.wrap(terms);
  }

  private static class OfList extends SequenceForm {
    OfList(Form element) {
      super(element);
    }

    @Override
    void encodeTo(EtfEncoder out, Object value, int depth) {
      checkDepth(depth);
      var values = (Collection<?>) value;
      if (!values.isEmpty()) {
        out.listHead(values.size());
      }
      int i = 0;
      try {
        for (Object each : values) {
          element.writeTo(out, each, depth + 1);
          i++;
        }
      } catch (Misfit misfit) {
        throw misfit.under("[" + i + "]");
      }
      out.nil();
    }

    @Override
    Term encode(Object value, int depth) {
      var values = (Collection<?>) value;
      return encodeAll(values, values.size(), depth);
    }

    @Override
    Object make(@Nullable Object[] elements) {
      return Collections.unmodifiableList(Arrays.asList(elements));
    }
  }

  private static final class OfSet extends OfList {
    OfSet(Form element) {
      super(element);
    }

    @Override
    Object make(@Nullable Object[] elements) {
      return Collections.unmodifiableSequencedSet(new LinkedHashSet<>(Arrays.asList(elements)));
    }
  }

  private static final class OfArray extends SequenceForm {
    private final Class<?> type;

    OfArray(Class<?> type, Form element) {
      super(element);
      this.type = type;
    }

    @Override
    Term encode(Object value, int depth) {
      checkDepth(depth);
      Term[] terms = new Term[Array.getLength(value)];
      int i = 0;
      try {
        for (; i < terms.length; i++) {
          terms[i] = element.write(Array.get(value, i), depth + 1);
        }
      } catch (Misfit misfit) {
        throw misfit.under("[" + i + "]");
      }
      return ListTerm.wrap(terms);
    }

    @Override
    Object make(@Nullable Object[] elements) {
      Object array = Array.newInstance(type, elements.length);
      for (int i = 0; i < elements.length; i++) {
        Array.set(array, i, elements[i]);
      }
      return array;
    }
  }
}
