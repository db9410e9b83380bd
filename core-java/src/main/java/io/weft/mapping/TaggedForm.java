package io.weft.mapping;

import io.weft.etf.EtfEncoder;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import org.jspecify.annotations.Nullable;

/** What begins with a tag, or is one: {@code {add,5}}, {@code get}. */
abstract class TaggedForm extends Form {
  final Atom tag;
  final byte[] writtenTag;

  TaggedForm(Atom tag) {
    this.tag = tag;
    writtenTag = written(tag);
  }

  /** How many fields follow the tag at least. */
  abstract int minFields();

  /** How many fields follow the tag at most. */
  abstract int maxFields();

  final boolean takes(int fields) {
    return fields >= minFields() && fields <= maxFields();
  }

  /** The atom that a term begins with, or is; null if it does neither. */
  static @Nullable Atom tagOf(Term term) {
    if (term instanceof Tuple tuple) {
      return tuple.arity() > 0 && tuple.get(0) instanceof Atom first ? first : null;
    }
    return term instanceof Atom alone ? alone : null;
  }

  /** How many fields follow the tag. */
  static int fieldsOf(Term term) {
    return term instanceof Tuple tuple ? tuple.arity() - 1 : 0;
  }

  /** A tag and a value that is not spread out: {@code {circle,#{radius => 5}}}. */
  static final class Whole extends TaggedForm {
    private final Form form;

    Whole(Atom tag, Form form) {
      super(tag);
      this.form = form;
    }

    @Override
    int minFields() {
      return 1;
    }

    @Override
    int maxFields() {
      return 1;
    }

    @Override
    Term encode(Object value, int depth) {
      checkDepth(depth);
      return Tuple.of(tag, form.encode(value, depth + 1));
    }

    @Override
    void encodeTo(EtfEncoder out, Object value, int depth) {
      checkDepth(depth);
      out.tupleHead(2);
      out.written(writtenTag);
      form.encodeTo(out, value, depth + 1);
    }

    @Override
    @Nullable Object decode(Term term, Reading in) {
      if (!(term instanceof Tuple tuple) || !tuple.isTagged(tag, 2)) {
        throw Misfit.expected("{" + tag + ",Value}", term);
      }
      in.enter();
      Object value = form.decode(tuple.get(1), in);
      in.leave();
      return value;
    }
  }
}
