package io.weft.wire.control;

import io.weft.term.Atom;
import io.weft.term.BigTerm;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import io.weft.wire.WireException;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A control tuple of a known operation, whose elements are read by their type. Indexes are those of
 * the elements, the operation being element 0.
 */
final class ControlTuple {

  private static final BigInteger MAX_ID =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

  private static final long MAX_MICROS = Long.MAX_VALUE / 1000;

  final Op op;
  private final Tuple tuple;
  private final @Nullable Term payload;

  private ControlTuple(Op op, Tuple tuple, @Nullable Term payload) {
    this.op = op;
    this.tuple = tuple;
    this.payload = payload;
  }

  static ControlTuple of(Term control, @Nullable Term payload) {
    if (!(control instanceof Tuple tuple)
        || tuple.arity() == 0
        || !(tuple.get(0) instanceof IntTerm(long number))) {
      throw new WireException("not a control message: " + control.abbreviate(80));
    }
    Op op = Op.of(number);
    if (op == null) {
      throw new WireException("unknown control operation " + number);
    }
    if (tuple.arity() != op.arity) {
      throw new WireException("%s of %d elements, not %d".formatted(op, tuple.arity(), op.arity));
    }
    if ((payload != null) != op.payload) {
      throw new WireException(op + (op.payload ? " without a payload" : " with a payload"));
    }
    return new ControlTuple(op, tuple, payload);
  }

  Term payload() {
    if (payload == null) {
      throw new IllegalStateException(op + " has no payload");
    }
    return payload;
  }

  Term term(int index) {
    return tuple.get(index);
  }

  Pid pid(int index, String field) {
    return as(Pid.class, term(index), field, "a pid");
  }

  Atom atom(int index, String field) {
    return atom(term(index), field);
  }

  Atom atom(Term term, String field) {
    return as(Atom.class, term, field, "an atom");
  }

  Term pidOrAtom(int index, String field) {
    Term term = term(index);
    if (term instanceof Pid || term instanceof Atom) {
      return term;
    }
    throw wrong(field, term, "a pid or an atom");
  }

  Reference reference(int index, String field) {
    return as(Reference.class, term(index), field, "a reference");
  }

  ListTerm list(int index, String field) {
    return as(ListTerm.class, term(index), field, "a proper list");
  }

  Tuple tuple(int index, String field, int arity) {
    if (term(index) instanceof Tuple inner && inner.arity() == arity) {
      return inner;
    }
    throw wrong(field, term(index), "a tuple of %d elements".formatted(arity));
  }

  /** An integer that is not negative and fits an {@code int}. */
  int natural(Term term, String field) {
    if (term instanceof IntTerm(long value) && value >= 0 && value <= Integer.MAX_VALUE) {
      return (int) value;
    }
    throw wrong(field, term, "an integer from 0 to 2^31-1");
  }

  /** A time that is not negative, and of which the nanoseconds fit a {@code long}. */
  long micros(int index, String field) {
    if (term(index) instanceof IntTerm(long value) && value >= 0 && value <= MAX_MICROS) {
      return value;
    }
    throw wrong(field, term(index), "an integer from 0 to " + MAX_MICROS);
  }

  /** An integer from 1 to 2^64-1, as unsigned {@code long}. */
  long unlinkId(int index) {
    return switch (term(index)) {
      case IntTerm(long value) when value > 0 -> value;
      case BigTerm(BigInteger value) when value.signum() > 0 && value.compareTo(MAX_ID) <= 0 ->
          value.longValue();
      default -> throw wrong("Id", term(index), "an integer from 1 to 2^64-1");
    };
  }

  private <T extends Term> T as(Class<T> type, Term term, String field, String wanted) {
    if (type.isInstance(term)) {
      return type.cast(term);
    }
    throw wrong(field, term, wanted);
  }

  private WireException wrong(String field, Term term, String wanted) {
    return new WireException(
        "%s: %s is %s, not %s".formatted(op, field, term.abbreviate(80), wanted));
  }
}
