package io.weft.term;

import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a {@link MapTerm}: unmodifiable, iterated in the order they were given in, found
 * by binary search in the order of the keys.
 *
 * <p>Sorting when the map is made, instead of hashing, is deliberate. No choice of keys makes it
 * slower than O(n log n) comparisons (a peer can choose colliding hashes), a key that is itself a
 * big term is not walked whole at every level of nested maps, and equality, hash and order of maps
 * become walks over keys in order, which need no look-up and so no recursion into keys. It costs no
 * object per entry.
 */
final class TermMap extends AbstractMap<Term, Term> {

  static final TermMap EMPTY = new TermMap(new Term[0], null);

  /** Keys and values, alternating, in the order given. */
  private final Term[] entries;

  /**
   * The numbers of the entries in the order of their keys; null if they were given in that order.
   */
  private final int @Nullable [] sorted;

  private TermMap(Term[] entries, int @Nullable [] sorted) {
    this.entries = entries;
    this.sorted = sorted;
  }

  static TermMap copyOf(Map<Term, Term> map) {
    if (map instanceof TermMap own) {
      return own;
    }
    Term[] entries = new Term[Math.multiplyExact(map.size(), 2)];
    int n = 0;
    for (Map.Entry<Term, Term> entry : map.entrySet()) {
      entries[n++] = entry.getKey();
      entries[n++] = entry.getValue();
    }
    return wrap(entries);
  }

  static TermMap wrap(Term[] entries) {
    if (entries.length % 2 != 0) {
      throw new IllegalArgumentException("a map needs a value for every key");
    }
    for (Term term : entries) {
      Objects.requireNonNull(term, "key or value");
    }
    return new TermMap(entries, sort(entries));
  }

  /** The order of the entries by key, or null if it is the order they have. */
  private static int @Nullable [] sort(Term[] entries) {
    int size = entries.length / 2;
    int inOrder = 1;
    while (inOrder < size && compareKeys(entries, inOrder - 1, inOrder) < 0) {
      inOrder++;
    }
    if (inOrder >= size) {
      return null;
    }
    int[] order = new int[size];
    Arrays.setAll(order, i -> i);
    mergeSort(entries, order.clone(), order, 0, size);
    for (int i = 1; i < size; i++) {
      if (compareKeys(entries, order[i - 1], order[i]) == 0) {
        throw new IllegalArgumentException(
            "key given twice: " + entries[2 * order[i]].abbreviate(80));
      }
    }
    return order;
  }

  /** Sorts the part of {@code to}, using the same part of {@code from}, which is its copy. */
  private static void mergeSort(Term[] entries, int[] from, int[] to, int start, int end) {
    if (end - start < 2) {
      return;
    }
    int middle = (start + end) >>> 1;
    mergeSort(entries, to, from, start, middle);
    mergeSort(entries, to, from, middle, end);
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeLeft =
          right == end || (left < middle && compareKeys(entries, from[left], from[right]) <= 0);
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }

  private static int compareKeys(Term[] entries, int a, int b) {
    return TermOrder.EXACT.compare(entries[2 * a], entries[2 * b]);
  }

  /** The key of an entry, in the order given. */
  Term key(int entry) {
    return entries[2 * entry];
  }

  /** The value of an entry, in the order given. */
  Term value(int entry) {
    return entries[2 * entry + 1];
  }

  /** Keys and values, alternating, in the order of the keys. */
  List<Term> sortedEntries() {
    return new SortedEntries();
  }

  /** The keys in their order. */
  List<Term> sortedKeys() {
    return new InOrder(0);
  }

  /** The values in the order of their keys. */
  List<Term> sortedValues() {
    return new InOrder(1);
  }

  /** The entry at a zero-based rank in the order of keys. */
  private int entryAt(int rank) {
    return sorted == null ? rank : sorted[rank];
  }

  @Override
  public int size() {
    return entries.length / 2;
  }

  @Override
  public @Nullable Term get(@Nullable Object key) {
    int rank = key instanceof Term term ? rankOf(term) : -1;
    return rank < 0 ? null : value(entryAt(rank));
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return key instanceof Term term && rankOf(term) >= 0;
  }

  private int rankOf(Term key) {
    int low = 0;
    int high = size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = TermOrder.EXACT.compare(key(entryAt(middle)), key);
      if (order == 0) {
        return middle;
      } else if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  @Override
  public Set<Map.Entry<Term, Term>> entrySet() {
    return new Entries();
  }

  private final class InOrder extends AbstractList<Term> implements RandomAccess {
    private final int part;

    InOrder(int part) {
      this.part = part;
    }

    @Override
    public Term get(int rank) {
      return entries[2 * entryAt(rank) + part];
    }

    @Override
    public int size() {
      return TermMap.this.size();
    }
  }

  private final class SortedEntries extends AbstractList<Term> implements RandomAccess {

    @Override
    public Term get(int index) {
      return entries[2 * entryAt(index / 2) + index % 2];
    }

    @Override
    public int size() {
      return entries.length;
    }
  }

  private final class Entries extends AbstractSet<Map.Entry<Term, Term>> {

    @Override
    public int size() {
      return TermMap.this.size();
    }

    @Override
    public boolean contains(@Nullable Object object) {
      return object instanceof Map.Entry<?, ?> entry
          && entry.getValue() != null
          && entry.getValue().equals(TermMap.this.get(entry.getKey()));
    }

    @Override
    public Iterator<Map.Entry<Term, Term>> iterator() {
      return new Iterator<>() {
        private int next;

        @Override
        public boolean hasNext() {
          return next < entries.length;
        }

        @Override
        public Map.Entry<Term, Term> next() {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          Map.Entry<Term, Term> entry = Map.entry(entries[next], entries[next + 1]);
          next += 2;
          return entry;
        }
      };
    }
  }
}
