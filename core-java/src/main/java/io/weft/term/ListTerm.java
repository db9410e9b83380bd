package io.weft.term;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A proper list. A list of integers that came in one piece of the external format stays compact
 * inside, as bytes (STRING_EXT) or numbers of 64 bits, and a long list of other elements may stay
 * in that format until one is asked for; both equal the same list built from terms.
 *
 * @param elements the elements, an unmodifiable list with random access
 */
public record ListTerm(List<Term> elements) implements Term {

  /** The empty list, {@code []}. */
  public static final ListTerm NIL = new ListTerm(TermList.EMPTY);

  /**
   * Copies the list unless it is one that a term already owns.
   *
   * @throws NullPointerException if an element is null
   */
  public ListTerm {
    elements = CompactList.keep(elements);
  }

  /** The list of these elements; the array is copied. */
  public static ListTerm of(Term... elements) {
    return wrap(elements.clone());
  }

  /**
   * The list of these elements, without a copy: the array must not be touched afterwards. Meant for
   * decoders that have just made it.
   *
   * @throws NullPointerException if an element is null
   */
  public static ListTerm wrap(Term[] elements) {
    return elements.length == 0 ? NIL : new ListTerm(TermList.wrap(elements));
  }

  /**
   * The list of the bytes as integers 0 to 255, kept as bytes and without a copy: the array must
   * not be touched afterwards. Meant for decoders that have just made it.
   */
  public static ListTerm wrapBytes(byte[] bytes) {
    return bytes.length == 0 ? NIL : new ListTerm(new ByteList(bytes));
  }

  /**
   * The list of these integers, kept as numbers and without a copy: the array must not be touched
   * afterwards. Meant for decoders that have just made it.
   */
  public static ListTerm wrapLongs(long[] values) {
    return values.length == 0 ? NIL : new ListTerm(new LongList(values));
  }

  /**
   * The same list, and equal to it, that does not say {@link #isByteList}: it is written as
   * LIST_EXT, each integer for itself. For peers that read STRING_EXT as text and nothing else.
   */
  public ListTerm spelledOut() {
    if (!isByteList()) {
      return this;
    }
    long[] values = new long[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ((IntTerm) elements.get(i)).value();
    }
    return new ListTerm(new SpelledList(values));
  }

  /**
   * The list of elements that become terms when somebody asks for one. Meant for decoders, and for
   * encoders that would make terms only to write them.
   */
  public static ListTerm of(LateElements elements) {
    return new ListTerm(new LateList(elements));
  }

  /** The other form in which the elements were given, or null if they were given as terms. */
  public @Nullable LateElements late() {
    return elements instanceof LateList list ? list.late() : null;
  }

  /** The number of elements. */
  public int size() {
    return elements.size();
  }

  /** Whether this is {@code []}. */
  public boolean isEmpty() {
    return elements.isEmpty();
  }

  /**
   * The element at a zero-based index, in constant time.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public Term get(int index) {
    return elements.get(index);
  }

  /**
   * Whether this is a non-empty list of integers 0 to 255: what STRING_EXT can hold. Constant time
   * for a list that is kept as bytes, else it looks at the elements up to the first that is no
   * byte.
   */
  public boolean isByteList() {
    if (elements instanceof CompactList integers) {
      return integers.isBytes();
    }
    if (elements instanceof LateList list) {
      return list.late().areBytes();
    }
    for (Term element : elements) {
      if (!(element instanceof IntTerm(long value)) || value < 0 || value > 0xff) {
        return false;
      }
    }
    return !elements.isEmpty();
  }

  /**
   * Copies the integers of a {@linkplain #isByteList byte list} as bytes to {@code target} from
   * {@code offset} on.
   *
   * @throws ClassCastException if an element is no integer that fits a {@code long}
   */
  public void copyBytesTo(byte[] target, int offset) {
    if (elements instanceof CompactList integers) {
      integers.copyTo(target, offset);
      return;
    }
    for (int i = 0; i < elements.size(); i++) {
      target[offset + i] = (byte) ((IntTerm) elements.get(i)).value();
    }
  }

  /**
   * Whether this is a non-empty list that is kept as numbers: of integers that fit a {@code long},
   * and no terms yet. Constant time. The same list built from terms is none.
   */
  public boolean isCompact() {
    return elements instanceof CompactList;
  }

  /**
   * Copies integers of a {@linkplain #isCompact compact} list to the beginning of {@code target}.
   *
   * @param index of the first of them
   * @param count how many
   * @throws IllegalStateException if this list is not compact
   * @throws IndexOutOfBoundsException if there are not so many, or {@code target} has no room
   */
  public void copyLongsTo(long[] target, int index, int count) {
    if (!(elements instanceof CompactList integers)) {
      throw new IllegalStateException("this list is kept as terms");
    }
    integers.copyTo(target, index, count);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ListTerm that && Structure.equal(this, that);
  }

  @Override
  public int hashCode() {
    return Structure.hash(this);
  }

  /** The list in Erlang syntax; a list of printable ASCII is written as a string. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}
