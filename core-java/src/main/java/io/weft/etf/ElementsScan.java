package io.weft.etf;

import io.weft.term.Atom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * Looks through the elements of a list without making terms, and tells whether they are terms, so
 * that they can be kept as the bytes that they are. It knows the kinds of terms that data are made
 * of; whatever else there is, and whatever is wrong, is for the decoder to read and to tell.
 */
final class ElementsScan {

  /** Lists of fewer elements gain nothing. */
  static final int MIN_COUNT = 8;

  /** How deep elements may be nested; it recurses. */
  private static final int MAX_DEPTH = 16;

  /** How many keys a map may have, each of which is compared with each. */
  private static final int MAX_KEYS = 32;

  private static final int BAD = -1;

  private final byte[] bytes;
  private final int limit;
  private final List<Atom> atomRefs;
  private final int maxBigIntegerBytes;

  /** Where keys of the maps that are open begin and end, those of the innermost last. */
  private int[] keys = new int[2 * MAX_KEYS];

  private int noted;

  /** What the terms would take, in bytes, as the decoder counts it. */
  private long memory;

  private boolean comparedRefs;
  private boolean distinctRefs;

  ElementsScan(Input in, List<Atom> atomRefs, int maxBigIntegerBytes) {
    this.bytes = in.array();
    this.limit = in.index() + in.remaining();
    this.atomRefs = atomRefs;
    this.maxBigIntegerBytes = maxBigIntegerBytes;
  }

  /** What the terms would take, in bytes. */
  long memory() {
    return memory;
  }

  /** The index behind {@code count} elements and the empty list that ends them, or -1. */
  int end(int at, int count, int maxDepth) {
    return list(at, count, Math.min(MAX_DEPTH, maxDepth));
  }

  private int list(int from, long count, int depth) {
    int at = terms(from, count, depth);
    return at >= 0 && at < limit && bytes[at] == Tag.NIL ? at + 1 : BAD;
  }

  private int terms(int from, long count, int depth) {
    int at = count > limit - from ? BAD : from;
    for (long i = 0; i < count && at >= 0; i++) {
      at = term(at, depth);
    }
    return at;
  }

  /** The index behind the term at {@code at}, or -1. */
  private int term(int at, int depth) {
    int left = limit - at;
    if (left < 2) {
      return left == 1 && bytes[at] == Tag.NIL ? at + 1 : BAD;
    }
    return switch (bytes[at]) {
      case Tag.SMALL_INTEGER -> at + 2;
      case Tag.INTEGER -> left < 5 ? BAD : leaf(LeafReader.OBJECT, at + 5);
      case Tag.SMALL_BIG -> big(at, left);
      case Tag.NEW_FLOAT -> flt(at, left);
      case Tag.ATOM_CACHE_REF -> (bytes[at + 1] & 0xff) < atomRefs.size() ? at + 2 : BAD;
      case Tag.SMALL_ATOM_UTF8 -> atom(at, left);
      case Tag.BINARY -> binary(at, left);
      case Tag.STRING -> string(at, left);
      case Tag.NIL -> at + 1;
      case Tag.SMALL_TUPLE -> tuple(at, bytes[at + 1] & 0xff, depth);
      case Tag.LIST -> left < 5 ? BAD : list(at, depth);
      case Tag.MAP -> left < 5 ? BAD : map(at, depth);
      default -> BAD;
    };
  }

  private int leaf(long takes, int end) {
    memory += takes;
    return end;
  }

  private int big(int at, int left) {
    int digits = bytes[at + 1] & 0xff;
    boolean fits = digits <= maxBigIntegerBytes && left >= 3 + digits;
    return fits ? leaf(3 * LeafReader.OBJECT + 2L * digits, at + 3 + digits) : BAD;
  }

  private int flt(int at, int left) {
    return left >= 9 && Double.isFinite(Double.longBitsToDouble(BigEndian.getLong(bytes, at + 1)))
        ? leaf(LeafReader.OBJECT, at + 9)
        : BAD;
  }

  private int atom(int at, int left) {
    int length = bytes[at + 1] & 0xff;
    if (left < 2 + length) {
      return BAD;
    }
    int end = at + 2 + length;
    for (int i = at + 2; i < end; i++) {
      if (bytes[i] < 0) { // not ASCII
        return BAD;
      }
    }
    return leaf(3 * LeafReader.OBJECT + 2L * length, end);
  }

  private int binary(int at, int left) {
    int length = left < 5 ? BAD : BigEndian.getInt(bytes, at + 1);
    return length >= 0 && length <= left - 5
        ? leaf(2 * LeafReader.OBJECT + length, at + 5 + length)
        : BAD;
  }

  private int string(int at, int left) {
    int length = left < 3 ? 0 : BigEndian.getUnsignedShort(bytes, at + 1);
    return left >= 3 + length ? leaf(3 * LeafReader.OBJECT + length, at + 3 + length) : BAD;
  }

  private int tuple(int at, int arity, int depth) {
    memory += EtfDecoder.NODE + (long) EtfDecoder.SLOT * arity;
    return depth == 0 ? BAD : terms(at + 2, arity, depth - 1);
  }

  private int list(int at, int depth) {
    long count = BigEndian.getInt(bytes, at + 1) & 0xffffffffL;
    memory += EtfDecoder.NODE + EtfDecoder.SLOT * count;
    return depth == 0 ? BAD : list(at + 5, count, depth - 1);
  }

  private int map(int at, int depth) {
    int size = BigEndian.getInt(bytes, at + 1);
    if (depth == 0 || size < 0 || size > MAX_KEYS) {
      return BAD;
    }
    memory += EtfDecoder.NODE + 2L * EtfDecoder.SLOT * size;
    int base = noted;
    int next = at + 5;
    for (int i = 0; i < size && next >= 0; i++) {
      int end = isKey(next) ? term(next, depth - 1) : BAD;
      next = end < 0 || isNoted(base, next, end) ? BAD : term(end, depth - 1);
    }
    noted = base;
    return next;
  }

  /** Whether what begins here may be a key of which other bytes are another key. */
  private boolean isKey(int at) {
    if (at >= limit) {
      return false;
    }
    return switch (bytes[at]) {
      case Tag.ATOM_CACHE_REF -> haveDistinctRefs();
      case Tag.SMALL_ATOM_UTF8, Tag.BINARY, Tag.SMALL_INTEGER -> true;
      default -> false;
    };
  }

  /** Whether no atom is there twice. */
  private boolean haveDistinctRefs() {
    if (!comparedRefs) {
      comparedRefs = true;
      distinctRefs = new HashSet<>(atomRefs).size() == atomRefs.size();
    }
    return distinctRefs;
  }

  /** Notes a key of the map whose keys are noted from {@code base} on, unless it cannot be. */
  private boolean isNoted(int base, int start, int end) {
    for (int i = base; i < noted; i += 2) {
      if (bytes[keys[i]] != bytes[start]
          || Arrays.equals(bytes, keys[i], keys[i + 1], bytes, start, end)) {
        return true; // or of another kind, and then not to be compared by its bytes
      }
    }
    if (noted == keys.length) {
      keys = Arrays.copyOf(keys, 2 * noted);
    }
    keys[noted++] = start;
    keys[noted++] = end;
    return false;
  }
}
