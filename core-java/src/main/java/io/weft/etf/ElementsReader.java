package io.weft.etf;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.IntTerm;
import io.weft.term.Term;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link EncodedElements} piece by piece, for those who know what to expect. What is not what
 * they asked for is an {@link Other}, after which they go back and take the whole term. Not for use
 * by several threads at once.
 */
public final class ElementsReader {

  /** The next term is of another kind than the one that was asked for. */
  public static final class Other extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** It has nothing to tell, as the term itself is looked at next. */
    Other() {
      super("another kind of term", null, false, false);
    }
  }

  private final byte[] bytes;
  private final int size;
  private final List<Atom> atoms;
  private final @Nullable NodeAlias alias;
  private int at;

  ElementsReader(byte[] bytes, int size, List<Atom> atoms, @Nullable NodeAlias alias) {
    this.bytes = bytes;
    this.size = size;
    this.atoms = atoms;
    this.alias = alias;
  }

  /** Where the next term begins. */
  public int position() {
    return at;
  }

  /** Goes back to a {@link #position}. */
  public void back(int position) {
    at = position;
  }

  /** Reads a term of any kind. */
  public Term term() {
    var buffer = ByteBuffer.wrap(bytes, at, size - at);
    Term term = new EtfDecoder(buffer, EncodedElements.NO_LIMITS, atoms, alias).eager().term();
    at = buffer.position();
    return term;
  }

  /** Whether the next term is an atom. */
  public boolean isAtom() {
    return bytes[at] == Tag.ATOM_CACHE_REF || bytes[at] == Tag.SMALL_ATOM_UTF8;
  }

  /** Whether the next term is a tuple. */
  public boolean isTuple() {
    return bytes[at] == Tag.SMALL_TUPLE;
  }

  /** Reads an atom. */
  public Atom atom() {
    if (bytes[at] == Tag.ATOM_CACHE_REF) {
      Atom atom = atoms.get(bytes[at + 1] & 0xff);
      at += 2;
      return atom;
    }
    if (term() instanceof Atom atom) {
      return atom;
    }
    throw new Other();
  }

  /** Reads an integer that fits a {@code long}. */
  public long integer() {
    return switch (bytes[at]) {
      case Tag.SMALL_INTEGER -> {
        long value = bytes[at + 1] & 0xff;
        at += 2;
        yield value;
      }
      case Tag.INTEGER -> {
        long value = BigEndian.getInt(bytes, at + 1);
        at += 5;
        yield value;
      }
      case Tag.SMALL_BIG -> {
        if (term() instanceof IntTerm(long value)) {
          yield value;
        }
        throw new Other();
      }
      default -> throw new Other();
    };
  }

  /** Reads a float, or an integer as one. */
  public double number() {
    if (bytes[at] != Tag.NEW_FLOAT) {
      return integer();
    }
    double value = Double.longBitsToDouble(BigEndian.getLong(bytes, at + 1));
    at += 9;
    return value;
  }

  /** Reads a binary that is text in UTF-8. */
  public String text() {
    int length = head(Tag.BINARY);
    String text = Binary.wrap(bytes, at, length).utf8OrNull();
    if (text == null) {
      throw new Other();
    }
    at += length;
    return text;
  }

  /** Reads a binary; the array is the caller's. */
  public byte[] binary() {
    int length = head(Tag.BINARY);
    byte[] copy = new byte[length];
    System.arraycopy(bytes, at, copy, 0, length);
    at += length;
    return copy;
  }

  /** Reads the head of a tuple, whose elements follow; returns how many. */
  public int tupleHead() {
    if (bytes[at] != Tag.SMALL_TUPLE) {
      throw new Other();
    }
    int arity = bytes[at + 1] & 0xff;
    at += 2;
    return arity;
  }

  /** Reads the head of a map, whose keys and values follow in turns; returns how many pairs. */
  public int mapHead() {
    return head(Tag.MAP);
  }

  /**
   * Reads the head of a proper list; returns how many elements follow, and, if any do, {@link
   * #nil}.
   */
  public int listHead() {
    if (bytes[at] == Tag.NIL) {
      at++;
      return 0;
    }
    return head(Tag.LIST);
  }

  /** Reads the end of a list. */
  public void nil() {
    if (bytes[at++] != Tag.NIL) {
      throw new Other();
    }
  }

  private int head(int tag) {
    if (bytes[at] != tag) {
      throw new Other();
    }
    int count = BigEndian.getInt(bytes, at + 1);
    at += 5;
    return count;
  }
}
