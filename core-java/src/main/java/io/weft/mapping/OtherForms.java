package io.weft.mapping;

import io.weft.etf.Etf;
import io.weft.etf.EtfDecoder;
import io.weft.etf.EtfEncoder;
import io.weft.etf.EtfException;
import io.weft.node.Address;
import io.weft.node.Node;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Forms that stand for others, or for none of the mapping's own. */
final class OtherForms {
  private OtherForms() {}

  /** A form that is still being worked out: its type contains itself. */
  static final class Late extends Form {
    private @Nullable Form form;

    void is(Form found) {
      form = found;
    }

    private Form form() {
      if (form == null) {
        throw new IllegalStateException("used before it was worked out");
      }
      return form;
    }

    @Override
    Term encode(Object value, int depth) {
      return form().encode(value, depth);
    }

    @Override
    void encodeTo(EtfEncoder out, Object value, int depth) {
      form().encodeTo(out, value, depth);
    }

    @Override
    @Nullable Object decode(Term term, Reading in) {
      return form().decode(term, in);
    }
  }

  /** A form that the user gave. */
  static final class Custom extends Form {
    private final Function<Object, Term> toTerm;
    private final Function<Term, Object> fromTerm;

    private Custom(Function<Object, Term> toTerm, Function<Term, Object> fromTerm) {
      this.toTerm = toTerm;
      this.fromTerm = fromTerm;
    }

    static <T> Custom of(Class<T> type, TermForm<T> form) {
      return new Custom(value -> form.toTerm(type.cast(value)), form::fromTerm);
    }

    @Override
    Term encode(Object value, int depth) {
      try {
        return toTerm.apply(value);
      } catch (MisfitException inner) {
        throw Misfit.refused(inner, Atom.UNDEFINED);
      } catch (RuntimeException refusal) {
        throw new Misfit(
            refusal.getMessage() == null ? "" + refusal : refusal.getMessage(), refusal);
      }
    }

    @Override
    Object decode(Term term, Reading in) {
      try {
        return fromTerm.apply(term);
      } catch (RuntimeException refusal) {
        throw Misfit.refused(refusal, term);
      }
    }
  }

  /** A term inside of a binary. */
  static final class Packed extends Form {
    private final Form form;
    private final int level;
    private final int thresholdBytes;

    Packed(Form form, EtfPacked how) {
      this.form = form;
      level = how.level();
      thresholdBytes = how.thresholdBytes();
      if (level < 0 || level > 9) {
        throw new IllegalArgumentException("@EtfPacked has the levels 0 to 9, not " + level);
      }
    }

    @Override
    Term encode(Object value, int depth) {
      Term term = form.encode(value, depth);
      boolean compressed = level > 0 && Etf.externalSize(term) >= thresholdBytes;
      return Binary.wrap(compressed ? Etf.encodeCompressed(term, level) : Etf.encode(term));
    }

    @Override
    @Nullable Object decode(Term term, Reading in) {
      if (!(term instanceof Binary binary)) {
        throw Misfit.expected("a binary that holds a term", term);
      }
      return form.decode(unpack(binary, in), in);
    }

    private static Term unpack(Binary binary, Reading in) {
      ByteBuffer bytes = binary.toByteBuffer();
      try {
        var decoder = new EtfDecoder(bytes, in.packedLimits());
        Term term = decoder.versioned();
        if (bytes.hasRemaining()) {
          throw new Misfit(
              "expected a binary that holds one term, found %d bytes more"
                  .formatted(bytes.remaining()));
        }
        in.packedMemory(decoder.memoryLeft());
        return term;
      } catch (EtfException malformed) {
        throw new Misfit(
            "expected a binary that holds a term: " + malformed.getMessage(), malformed);
      }
    }
  }

  /** The address of a process of any node: a pid, {@code {Name, Node}} or an alias. */
  static final class Addresses<P> extends Form {
    private final @Nullable Node home;
    private final TermCodec<P> codec;

    /**
     * @param home the node that addresses send from; null for the one that takes the term in
     */
    Addresses(@Nullable Node home, TermCodec<P> codec) {
      this.home = home;
      this.codec = codec;
    }

    @Override
    Term encode(Object value, int depth) {
      Term term = ((Address<?>) value).item();
      if (term == null) {
        throw new Misfit("the address of a slot whose process is being restarted");
      }
      return term;
    }

    @Override
    Object decode(Term term, Reading in) {
      Node node = home != null ? home : in.node();
      if (node == null) {
        throw new Misfit(
            "an address is made of a pid only where the node is known, as in a message that arrives;"
                + " else by TermMapping.builder().node(..)");
      }
      if (term instanceof Pid pid) {
        return node.address(pid, codec);
      }
      if (term instanceof Reference alias) {
        return node.address(alias, codec);
      }
      if (term instanceof Tuple pair
          && pair.arity() == 2
          && pair.get(0) instanceof Atom(String name)
          && pair.get(1) instanceof Atom(String at)) {
        return node.address(name, at, codec);
      }
      throw Misfit.expected("a pid, {Name,Node} or an alias", term);
    }
  }
}
