package io.weft.term;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Literals: short names for building terms, meant to be imported statically. */
public final class Terms {

  private Terms() {}

  /**
   * An atom.
   *
   * @throws IllegalArgumentException if the name is longer than 255 code points
   */
  public static Atom atom(String name) {
    return Atom.of(name);
  }

  /** The atom {@code true} or {@code false}. */
  public static Atom atom(boolean value) {
    return Atom.of(value);
  }

  /** An integer. */
  public static IntTerm integer(long value) {
    return IntTerm.of(value);
  }

  /** An integer of any size. */
  public static IntegerTerm integer(BigInteger value) {
    return IntegerTerm.of(value);
  }

  /**
   * A float.
   *
   * @throws IllegalArgumentException if the value is not finite
   */
  public static FloatTerm flt(double value) {
    return new FloatTerm(value);
  }

  /** A tuple. */
  public static Tuple tuple(Term... elements) {
    return Tuple.of(elements);
  }

  /** A proper list. */
  public static ListTerm list(Term... elements) {
    return ListTerm.of(elements);
  }

  /** A proper list. */
  public static ListTerm list(List<? extends Term> elements) {
    return ListTerm.wrap(elements.toArray(Term[]::new));
  }

  /**
   * {@code [elements | tail]}, with any tail: a list as tail gives one longer list, no elements
   * give the tail itself.
   */
  public static Term improper(List<? extends Term> elements, Term tail) {
    return switch (tail) {
      case Term t when elements.isEmpty() -> t;
      case ListTerm rest -> ListTerm.wrap(concat(elements, rest.elements()));
      case ImproperList rest -> ImproperList.wrap(concat(elements, rest.elements()), rest.tail());
      default -> ImproperList.wrap(elements.toArray(Term[]::new), tail);
    };
  }

  private static Term[] concat(List<? extends Term> first, List<Term> second) {
    Term[] all = new Term[Math.addExact(first.size(), second.size())];
    int n = 0;
    for (Term term : first) {
      all[n++] = term;
    }
    for (Term term : second) {
      all[n++] = term;
    }
    return all;
  }

  /**
   * A map of keys and values, alternating.
   *
   * @throws IllegalArgumentException if the number of terms is odd or two keys are equal
   */
  public static MapTerm map(Term... keysAndValues) {
    return MapTerm.of(keysAndValues);
  }

  /** A map with the entries of another one, in its order. */
  public static MapTerm map(Map<Term, Term> entries) {
    return new MapTerm(entries);
  }

  /** A binary; the array is copied. */
  public static Binary binary(byte[] bytes) {
    return Binary.of(bytes);
  }

  /** A binary with the text in UTF-8 (an Elixir string). */
  public static Binary binary(String text) {
    return Binary.utf8(text);
  }

  /**
   * A bit string of these bytes, of whose last only the {@code bitsInLast} high bits (1 to 8)
   * count: a {@link Binary} if that is 8. The array is copied.
   *
   * @throws IllegalArgumentException if there is no byte or {@code bitsInLast} is not 1 to 8
   */
  public static Term bits(byte[] bytes, int bitsInLast) {
    return bitsInLast == 8 && bytes.length > 0 ? Binary.of(bytes) : BitString.of(bytes, bitsInLast);
  }

  /** A list of the code points of the text (an Erlang string). */
  public static ListTerm charlist(String text) {
    return text.chars().allMatch(c -> c <= 0xff)
        ? ListTerm.wrapBytes(text.getBytes(StandardCharsets.ISO_8859_1))
        : ListTerm.wrap(text.codePoints().mapToObj(IntTerm::of).toArray(Term[]::new));
  }

  /** The empty list. */
  public static ListTerm nil() {
    return ListTerm.NIL;
  }
}
