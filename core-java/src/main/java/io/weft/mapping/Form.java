package io.weft.mapping;

import io.weft.etf.Etf;
import io.weft.etf.EtfEncoder;
import io.weft.term.Term;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a type look as terms: one node of the graph that is worked out when a mapping
 * is asked for a type. Stateless; fails with a {@link Misfit}.
 */
abstract class Form {
  /** Enough for any message, too little to overflow a carrier's stack: forms recurse. */
  static final int MAX_DEPTH = 256;

  static final String TOO_DEEP = "nested deeper than " + MAX_DEPTH + " levels";

  /**
   * Returns the term of a value.
   *
   * @param depth how many compound terms are around it
   */
  abstract Term encode(Object value, int depth);

  /** Returns the value that a term stands for; null only where something may be absent. */
  abstract @Nullable Object decode(Term term, Reading in);

  /** Returns the term of what may be absent. */
  Term write(@Nullable Object value, int depth) {
    if (value == null) {
      throw new Misfit("null, where nothing may be absent: mark it @Nullable, or use Optional");
    }
    return encode(value, depth);
  }

  /**
   * Appends the term of a value, which need not be made for that: the same as {@code
   * out.term(encode(value, depth))}.
   */
  void encodeTo(EtfEncoder out, Object value, int depth) {
    out.term(encode(value, depth));
  }

  /** Appends the term of what may be absent. */
  void writeTo(EtfEncoder out, @Nullable Object value, int depth) {
    if (value == null) {
      out.term(write(null, depth)); // which knows what to say
    } else {
      encodeTo(out, value, depth);
    }
  }

  /** Returns what {@link EtfEncoder#written} takes for a term. */
  static byte[] written(Term term) {
    byte[] versioned = Etf.encode(term);
    return Arrays.copyOfRange(versioned, 1, versioned.length);
  }

  /**
   * Returns a term as decoders give it: the atoms that they keep are then found to be equal without
   * a look at their names.
   */
  static Term asDecoded(Term term) {
    return Etf.decode(Etf.encode(term));
  }

  /** Whether a key may be missing for it. */
  boolean mayMiss() {
    return false;
  }

  /** Returns what a missing key means, if one may be missing. */
  @Nullable Object missing() {
    return null;
  }

  /** Whether a value says that there is none. */
  boolean isAbsent(@Nullable Object value) {
    return false;
  }

  static void checkDepth(int depth) {
    if (depth >= MAX_DEPTH) {
      throw new Misfit(TOO_DEEP);
    }
  }
}
