package io.weft.mapping;

import io.weft.etf.EtfEncoder;
import io.weft.term.Term;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A record of one component, in the form of that component. */
final class ValueForm extends Form {
  private final RecordShape shape;

  ValueForm(RecordShape shape) {
    this.shape = shape;
  }

  @Override
  Term encode(Object value, int depth) {
    checkDepth(depth);
    return Objects.requireNonNull(shape.field(0).encode(value, depth + 1));
  }

  @Override
  void encodeTo(EtfEncoder out, Object value, int depth) {
    checkDepth(depth);
    shape.field(0).encodeTo(out, value, depth + 1);
  }

  @Override
  Object decode(Term term, Reading in) {
    in.enter();
    @Nullable Object[] values = {shape.field(0).form.decode(term, in)};
    in.leave();
    return shape.make(values, term);
  }
}
