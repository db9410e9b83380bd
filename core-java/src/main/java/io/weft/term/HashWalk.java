package io.weft.term;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks a term for {@link PortableHash}, with a stack on the heap: each term is mixed into the hash
 * of all that comes before it, but for the entries of a map, whose order must not count.
 */
final class HashWalk {

  private static final int BYTES = 4;
  private static final int MAP_END = 19;

  private HashWalk() {}

  /** The hash of a term, all 32 bits of it. */
  static int hash(Term root) {
    int hash = 0;
    Open open = null;
    Term term = root;
    while (true) {
      hash = LeafHash.of(hash, term);
      open = open(term, hash, open);
      Term next = null;
      while (next == null) {
        if (open == null) {
          return hash;
        }
        hash = open.proceed(hash);
        next = open.part;
        if (next == null) {
          open = open.below;
        }
      }
      term = next;
    }
  }

  /** The stack with a term on top, if it has parts. */
  private static @Nullable Open open(Term term, int hash, @Nullable Open below) {
    return switch (term) {
      case Tuple tuple -> new InOrder(tuple.elements(), below);
      case ListTerm list when !list.isEmpty() -> new Cells(list.elements(), ListTerm.NIL, below);
      case ImproperList list -> new Cells(list.elements(), list.tail(), below);
      case MapTerm map when map.size() > 0 -> new Entries(map, hash, below);
      case Fun fun -> new InOrder(fun.freeVars(), below);
      default -> below;
    };
  }

  /** A term that is being walked. */
  private abstract static class Open {
    final @Nullable Open below;

    /** What is to be hashed next; null at the end. */
    @Nullable Term part;

    Open(@Nullable Open below) {
      this.below = below;
    }

    /** Goes to the next part; returns the hash it starts with, or that of the whole. */
    abstract int proceed(int hash);
  }

  private static final class InOrder extends Open {
    private final List<Term> parts;
    private int next;

    InOrder(List<Term> parts, @Nullable Open below) {
      super(below);
      this.parts = parts;
    }

    @Override
    int proceed(int hash) {
      part = next < parts.size() ? parts.get(next++) : null;
      return hash;
    }
  }

  /**
   * A list, in which bytes that follow each other are taken by fours; its tail is its last part.
   */
  private static final class Cells extends Open {
    private final List<Term> elements;
    private final Term tail;
    private int next;

    Cells(List<Term> elements, Term tail, @Nullable Open below) {
      super(below);
      this.elements = elements;
      this.tail = tail;
    }

    @Override
    int proceed(int hash) {
      int mixed = next < elements.size() ? bytes(hash) : hash;
      if (next < elements.size()) {
        part = elements.get(next);
      } else {
        part = next == elements.size() ? tail : null;
      }
      next++;
      return mixed;
    }

    private int bytes(int hash) {
      int mixed = hash;
      int four = 0;
      int count = 0;
      for (; next < elements.size(); next++) {
        if (!(elements.get(next) instanceof IntTerm(long value)) || value < 0 || value > 0xff) {
          break;
        }
        four = four << 8 | (int) value;
        if (++count % 4 == 0) {
          mixed = Mixing.word(mixed, four, BYTES);
          four = 0;
        }
      }
      return count % 4 == 0 ? mixed : Mixing.word(mixed, four, BYTES);
    }
  }

  private static final class Entries extends Open {
    private final MapTerm map;
    private final int before;
    private int all;
    private int next;

    Entries(MapTerm map, int before, @Nullable Open below) {
      super(below);
      this.map = map;
      this.before = before;
    }

    @Override
    int proceed(int hash) {
      int entry = next >> 1;
      if ((next++ & 1) != 0) {
        part = map.valueAt(entry);
        return hash;
      }
      if (entry > 0) {
        all ^= hash;
      }
      if (entry < map.size()) {
        part = map.keyAt(entry);
        return 0;
      }
      part = null;
      return Mixing.word(before, all, MAP_END);
    }
  }
}
