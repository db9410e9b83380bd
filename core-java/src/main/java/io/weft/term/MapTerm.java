package io.weft.term;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map. Its entries keep the order they were given in; equality does not depend on it. Keys may be
 * any term; {@code 1} and {@code 1.0} are different keys.
 *
 * @param entries the entries, an unmodifiable map; {@code get} takes O(log n) comparisons
 */
public record MapTerm(Map<Term, Term> entries) implements Term {

  /** The empty map. */
  public static final MapTerm EMPTY = new MapTerm(TermMap.EMPTY);

  /**
   * Copies the map, in its iteration order, unless it is one that a term already owns.
   *
   * @throws NullPointerException if a key or value is null
   */
  public MapTerm {
    entries = TermMap.copyOf(entries);
  }

  /**
   * The map of these keys and values, alternating; the array is copied.
   *
   * @throws IllegalArgumentException if the number of terms is odd or two keys are equal
   */
  public static MapTerm of(Term... keysAndValues) {
    return wrap(keysAndValues.clone());
  }

  /**
   * The map of these keys and values, alternating, without a copy: the array must not be touched
   * afterwards. Meant for decoders that have just made it.
   *
   * @throws IllegalArgumentException if the number of terms is odd or two keys are equal
   * @throws NullPointerException if a key or value is null
   */
  public static MapTerm wrap(Term[] keysAndValues) {
    return keysAndValues.length == 0 ? EMPTY : new MapTerm(TermMap.wrap(keysAndValues));
  }

  /** The number of entries. */
  public int size() {
    return entries.size();
  }

  /** The value of that key, or null if there is none. */
  public @Nullable Term get(Term key) {
    return entries.get(key);
  }

  /**
   * The key of the entry at a zero-based index, in the order given.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public Term keyAt(int index) {
    return ((TermMap) entries).key(index);
  }

  /**
   * The value of the entry at a zero-based index, in the order given.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public Term valueAt(int index) {
    return ((TermMap) entries).value(index);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MapTerm that && Structure.equal(this, that);
  }

  @Override
  public int hashCode() {
    return Structure.hash(this);
  }

  /** The map in Erlang syntax, keys in term order. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}
