package io.weft.term;

import java.util.List;
import java.util.RandomAccess;

/**
 * An unmodifiable list of integers that is kept as numbers, over an array that nobody else holds.
 */
sealed interface CompactList extends List<Term>, RandomAccess permits ByteList, LongList {

  /** Whether all are 0 to 255. */
  boolean isBytes();

  /** Writes the low 8 bits of each to {@code target}, from {@code offset} on. */
  void copyTo(byte[] target, int offset);

  /** Writes {@code count} of them, from {@code index} on, to the beginning of {@code target}. */
  void copyTo(long[] target, int index, int count);

  /** The list that a term keeps: a compact or late one as it is, any other as terms. */
  static List<Term> keep(List<Term> elements) {
    return elements instanceof CompactList || elements instanceof LateList
        ? elements
        : TermList.copyOf(elements);
  }
}
