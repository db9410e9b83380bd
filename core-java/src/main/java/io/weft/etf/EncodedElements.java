package io.weft.etf;

import io.weft.term.Atom;
import io.weft.term.LateElements;
import io.weft.term.Term;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a list in the external format, one after the other: as {@link ElementsWriter} has
 * written them, or as they came from a peer. {@link ElementsReader} reads them without terms.
 *
 * <p>Their atoms are references to a table of their own, so that a frame can take the bytes over
 * and put its own references in. The bytes are known to be terms.
 */
public final class EncodedElements implements LateElements {

  /** For what was within limits when it was looked through. */
  static final DecodeLimits NO_LIMITS =
      new DecodeLimits(Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  /** What a reference to an atom takes: its tag and a number. */
  private static final int REFERENCE_BYTES = 2;

  private final byte[] bytes;
  private final int size;
  private final int count;
  private final List<Atom> atoms;

  /** Where the number of an atom stands in the bytes; null if that was not noted. */
  private final int @Nullable [] places;

  private final @Nullable NodeAlias alias;

  /**
   * @param size how many of the bytes there are; nobody may write them any more
   * @param places null if the elements are never to be taken over as bytes
   * @param alias what is undone when terms are made
   */
  EncodedElements(
      byte[] bytes,
      int size,
      int count,
      List<Atom> atoms,
      int @Nullable [] places,
      @Nullable NodeAlias alias) {
    this.bytes = bytes;
    this.size = size;
    this.count = count;
    this.atoms = atoms;
    this.places = places;
    this.alias = alias;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public boolean areBytes() {
    if (size != 2 * count) {
      return false;
    }
    for (int at = 0; at < size; at += 2) {
      if (bytes[at] != Tag.SMALL_INTEGER) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Term[] toTerms() {
    var decoder = new EtfDecoder(ByteBuffer.wrap(bytes, 0, size), NO_LIMITS, atoms, alias).eager();
    Term[] terms = new Term[count];
    for (int i = 0; i < count; i++) {
      terms[i] = decoder.term();
    }
    return terms;
  }

  /** Reads them from the first on. */
  public ElementsReader reader() {
    return new ElementsReader(bytes, size, atoms, alias);
  }

  /** Whether {@link #externalSize} can tell without making terms. */
  boolean knowsExternalSize() {
    return places != null;
  }

  /** How many bytes they take with every atom in full. */
  long externalSize() {
    long[] more = new long[atoms.size()];
    for (int i = 0; i < more.length; i++) {
      more[i] = TermSize.atom(atoms.get(i)) - REFERENCE_BYTES;
    }
    long total = size;
    for (int place : Objects.requireNonNull(places)) {
      total += more[bytes[place] & 0xff];
    }
    return total;
  }

  /**
   * Appends the bytes with the references of another table.
   *
   * @return false if that has no room for one of the atoms: then nothing was appended
   */
  boolean appendTo(EtfOutput out, AtomIndex index) {
    if (places == null) {
      return false;
    }
    byte[] numbers = new byte[atoms.size()];
    for (int i = 0; i < numbers.length; i++) {
      int number = index.indexOf(atoms.get(i));
      if (number < 0) {
        return false;
      }
      numbers[i] = (byte) number;
    }
    int start = out.skip(size);
    byte[] target = out.array();
    System.arraycopy(bytes, 0, target, start, size);
    for (int place : places) {
      target[start + place] = numbers[bytes[place] & 0xff];
    }
    return true;
  }

  @Override
  public String toString() {
    return Arrays.toString(toTerms());
  }
}
