package io.weft.mapping;

import io.weft.etf.DecodeLimits;
import io.weft.etf.Etf;
import io.weft.etf.EtfException;
import io.weft.term.Term;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * How the values of one type look as terms, both ways. Made by a {@link TermMapping}, or by hand
 * for a type that is to look otherwise: {@link TermMapping.Builder#form}.
 *
 * <p>Stateless; any thread. What does not fit is a {@link io.weft.node.TermMappingException}; in a
 * form by hand any other exception counts as one.
 *
 * @param <T> the type
 */
public interface TermForm<T> {
  /** Returns the term of {@code value}. */
  Term toTerm(T value);

  /** Returns the value that {@code term} stands for. */
  T fromTerm(Term term);

  /** Returns a form of two functions. */
  static <T> TermForm<T> of(
      Function<? super T, ? extends Term> toTerm, Function<? super Term, ? extends T> fromTerm) {
    return new TermForm<>() {
      @Override
      public Term toTerm(T value) {
        return toTerm.apply(value);
      }

      @Override
      public T fromTerm(Term term) {
        return fromTerm.apply(term);
      }
    };
  }

  /** Returns the bytes of {@code value} in the external format: {@code term_to_binary/1}. */
  default byte[] toBytes(T value) {
    return Etf.encode(toTerm(value));
  }

  /**
   * Returns the bytes of {@code value}, compressed if that makes them fewer: {@code
   * term_to_binary(Term, [{compressed, Level}])}.
   *
   * @param level 0 to 9
   */
  default byte[] toCompressedBytes(T value, int level) {
    return Etf.encodeCompressed(toTerm(value), level);
  }

  /**
   * Reads a value from bytes that are exactly one term in the external format, compressed or not,
   * within {@link DecodeLimits#DEFAULT}.
   */
  default T fromBytes(byte[] bytes) {
    return fromBytes(ByteBuffer.wrap(bytes), DecodeLimits.DEFAULT);
  }

  /** Reads a value from what remains in a buffer, within limits. */
  default T fromBytes(ByteBuffer bytes, DecodeLimits limits) {
    Term term;
    try {
      term = Etf.decode(bytes, limits);
    } catch (EtfException malformed) {
      throw new MisfitException(
          MisfitException.ROOT, String.valueOf(malformed.getMessage()), malformed);
    }
    return fromTerm(term);
  }
}
