package io.weft.mapping;

import io.weft.etf.EtfEncoder;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records as tuples, with a tag or without. Components that may be missing may be so at the end.
 */
final class TupleForms {
  private TupleForms() {}

  /** Fills {@code cells} from {@code start} on. */
  private static Tuple encode(RecordShape shape, Object value, Term[] cells, int start, int depth) {
    Form.checkDepth(depth);
    for (int i = 0; i < shape.size(); i++) {
      cells[start + i] = Objects.requireNonNull(shape.field(i).encode(value, depth + 1));
    }
    return Tuple.wrap(cells);
  }

  private static void encodeTo(EtfEncoder out, RecordShape shape, Object value, int depth) {
    Form.checkDepth(depth);
    for (int i = 0; i < shape.size(); i++) {
      shape.field(i).encodeTo(out, value, depth + 1);
    }
  }

  private static Object decode(RecordShape shape, Tuple tuple, int start, Reading in) {
    in.enter();
    @Nullable Object[] values = new @Nullable Object[shape.size()];
    int present = tuple.arity() - start;
    for (int i = 0; i < values.length; i++) {
      Field field = shape.field(i);
      values[i] = i < present ? field.decode(tuple.get(start + i), in) : field.missing();
    }
    in.leave();
    return shape.make(values, tuple);
  }

  /** {@code {52.5,13.4}}. */
  static final class Plain extends Form {
    private final RecordShape shape;

    Plain(RecordShape shape) {
      this.shape = shape;
    }

    @Override
    Term encode(Object value, int depth) {
      return TupleForms.encode(shape, value, new Term[shape.size()], 0, depth);
    }

    @Override
    void encodeTo(EtfEncoder out, Object value, int depth) {
      out.tupleHead(shape.size());
      TupleForms.encodeTo(out, shape, value, depth);
    }

    @Override
    Object decode(Term term, Reading in) {
      if (term instanceof Tuple tuple
          && tuple.arity() >= shape.required
          && tuple.arity() <= shape.size()) {
        return TupleForms.decode(shape, tuple, 0, in);
      }
      throw Misfit.expected("a tuple of " + shape.count(), term);
    }
  }

  /** {@code {set_price,7,100}}; the tag alone where there are no components. */
  static final class Tagged extends TaggedForm {
    private final RecordShape shape;

    Tagged(Atom tag, RecordShape shape) {
      super(tag);
      this.shape = shape;
    }

    @Override
    int minFields() {
      return shape.required;
    }

    @Override
    int maxFields() {
      return shape.size();
    }

    @Override
    Term encode(Object value, int depth) {
      if (shape.size() == 0) {
        return tag;
      }
      Term[] cells = new Term[shape.size() + 1];
      cells[0] = tag;
      return TupleForms.encode(shape, value, cells, 1, depth);
    }

    @Override
    void encodeTo(EtfEncoder out, Object value, int depth) {
      if (shape.size() > 0) {
        out.tupleHead(shape.size() + 1);
      }
      out.written(writtenTag);
      TupleForms.encodeTo(out, shape, value, depth);
    }

    @Override
    Object decode(Term term, Reading in) {
      if (!tag.equals(tagOf(term))) {
        throw Misfit.expected(shape.size() == 0 ? tag.toString() : "a tuple tagged " + tag, term);
      }
      if (!takes(fieldsOf(term))) {
        throw Misfit.expected(shape.count() + " fields of " + tag, term);
      }
      Tuple tuple = term instanceof Tuple fields ? fields : Tuple.of(tag);
      return TupleForms.decode(shape, tuple, 1, in);
    }
  }
}
