package io.weft.etf;

import static java.util.Objects.requireNonNull;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.Fun;
import io.weft.term.ImproperList;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads terms in the external format from a buffer. One decoder is for one message: all terms read
 * through it share its {@link DecodeLimits}. Not for use by several threads at once.
 *
 * <p>It reads from the position of the buffer, which it moves to the end of each term that it
 * returns; after an {@link EtfException} the position is unspecified. The content of the buffer
 * must not change while the decoder is in use. Terms copy what they keep, so the buffer may be
 * reused afterwards, unless it is {@linkplain #owning given away}. A buffer with an accessible
 * array is read in place, another one is copied once.
 *
 * <p>Cost: memory is taken only for bytes that are there. Every open term owes its missing children
 * at least one byte each, and a term that would owe more than what is left is rejected before its
 * children get an array. Everything is charged to {@link DecodeLimits#maxMemory} before it is
 * allocated. Depth takes heap, not native stack.
 *
 * <p>A long list that is the term, or directly in the tuple, map or list that it is, may be kept as
 * {@link EncodedElements}: looked through and charged like the others, and not yet made.
 */
public final class EtfDecoder {

  /** What an open term and its result cost beside the children, in bytes; rounded up. */
  static final int NODE = 64;

  /** How deep a list may lie that is kept as bytes: a part of a message, but not of that. */
  private static final int LATE_DEPTH = 2;

  /** What a reference to a child costs, in bytes. */
  static final int SLOT = 8;

  private final ByteBuffer buffer;
  private final DecodeLimits limits;
  private final List<Atom> atomRefs;
  private final @Nullable NodeAlias alias;
  private Input in;
  private LeafReader leaves;

  private @Nullable Open innermost;
  private int depth;

  private boolean keepsLate = true;

  /** How many terms are missing in all open terms together. */
  private long owed;

  /** A decoder that rejects references to the atoms of a frame's header. */
  public EtfDecoder(ByteBuffer in, DecodeLimits limits) {
    this(in, limits, List.of());
  }

  /**
   * A decoder for terms of a distribution frame.
   *
   * @param atomRefs the atoms of the frame's header: ATOM_CACHE_REF number i is element i
   */
  public EtfDecoder(ByteBuffer in, DecodeLimits limits, List<Atom> atomRefs) {
    this(in, limits, atomRefs, null, false);
  }

  private EtfDecoder(
      ByteBuffer in,
      DecodeLimits limits,
      List<Atom> atomRefs,
      @Nullable NodeAlias alias,
      boolean owns) {
    this.buffer = in;
    this.limits = limits;
    this.atomRefs = atomRefs;
    this.alias = alias;
    this.in = new Input(in, limits.maxMemory(), owns);
    this.leaves = new LeafReader(this.in, atomRefs, limits.maxBigIntegerBytes(), alias);
  }

  /**
   * A decoder for terms from the peers of a node that they know by another name.
   *
   * @param alias the two names; null for a node that has one
   */
  public EtfDecoder(
      ByteBuffer in, DecodeLimits limits, List<Atom> atomRefs, @Nullable NodeAlias alias) {
    this(in, limits, atomRefs, alias, false);
  }

  /**
   * A decoder for terms of a distribution frame in memory that nobody will write again: a binary
   * that is large, and most of what there is, stays where it is instead of being copied.
   */
  public static EtfDecoder owning(
      ByteBuffer in, DecodeLimits limits, List<Atom> atomRefs, @Nullable NodeAlias alias) {
    return new EtfDecoder(in, limits, atomRefs, alias, true);
  }

  /** Makes terms of everything: for what had been kept as bytes. */
  EtfDecoder eager() {
    keepsLate = false;
    return this;
  }

  /**
   * Reads a term without version byte: the form inside distribution frames.
   *
   * @throws EtfException if the bytes are no term, or a limit is exceeded
   */
  public Term term() {
    in.seek(buffer);
    Term term = read();
    buffer.position(in.position());
    return term;
  }

  /**
   * Reads the version byte 131 and a term, which may be compressed.
   *
   * @throws EtfException if the bytes are no term, or a limit is exceeded
   */
  public Term versioned() {
    in.seek(buffer);
    int version = in.u8();
    if (version != Tag.VERSION) {
      throw new EtfException("version %d, not 131,".formatted(version), in.position() - 1);
    }
    Term term = in.peekU8() == Tag.COMPRESSED ? compressed() : read();
    buffer.position(in.position());
    return term;
  }

  /** How many bytes of {@link DecodeLimits#maxMemory} what was read has left. */
  public long memoryLeft() {
    return in.memory();
  }

  private Term compressed() {
    Input outer = in;
    int start = outer.position();
    Input inflated = Inflation.inflate(outer);
    try {
      in = inflated;
      leaves = new LeafReader(in, atomRefs, limits.maxBigIntegerBytes(), alias);
      Term term = read();
      if (in.remaining() > 0) {
        throw in.error(in.remaining() + " bytes after the term");
      }
      outer.setMemory(in.memory());
      return term;
    } catch (EtfException e) {
      throw new EtfException("compressed term (" + e.getMessage() + " when inflated)", start);
    } finally {
      in = outer;
      leaves = new LeafReader(in, atomRefs, limits.maxBigIntegerBytes(), alias);
    }
  }

  /** A compound term some of whose children are missing. */
  private static final class Open {
    final Shape shape;
    final @Nullable Open outer;
    Term[] children;
    int count;
    int expected;
    boolean awaitsTail;
    @Nullable FunHead funHead;

    Open(Shape shape, Term[] children, @Nullable Open outer) {
      this.shape = shape;
      this.children = children;
      this.expected = children.length;
      this.outer = outer;
    }
  }

  private enum Shape {
    TUPLE,
    LIST,
    MAP,
    FUN
  }

  /** What comes before the free variables of a fun. */
  private record FunHead(
      Atom module, int index, int arity, Binary uniq, long oldIndex, long oldUniq, Pid pid) {

    Fun with(List<Term> freeVars) {
      return new Fun(module, index, arity, uniq, oldIndex, oldUniq, pid, freeVars);
    }
  }

  private Term read() {
    innermost = null;
    depth = 0;
    owed = 1;
    while (true) {
      Term term = begin();
      while (term != null && innermost != null) {
        term = add(innermost, term);
      }
      if (term != null) {
        return term;
      }
    }
  }

  /**
   * Reads a leaf, or the head of a compound term.
   *
   * @return the term, null if some of it is missing and it is the innermost open one now
   */
  private @Nullable Term begin() {
    owed--;
    int tag = in.u8();
    return switch (tag) {
      case Tag.SMALL_TUPLE -> tuple(in.u8());
      case Tag.LARGE_TUPLE -> tuple(in.u32());
      case Tag.LIST -> list(in.u32());
      case Tag.MAP -> map(in.u32());
      case Tag.NEW_FUN -> fun();
      default -> leaves.read(tag);
    };
  }

  private @Nullable Term tuple(long arity) {
    if (arity == 0) {
      return Tuple.EMPTY;
    }
    return fill(open(Shape.TUPLE, arity, 0));
  }

  private @Nullable Term list(long length) {
    enter(length, 1);
    long[] integers =
        length == 0 ? null : IntegerRun.read(in, (int) length, limits.maxBigIntegerBytes());
    ListTerm whole = integers == null ? late(length) : ListTerm.wrapLongs(integers);
    if (whole == null) {
      return fill(push(Shape.LIST, length));
    }
    depth--;
    owed -= length + 1;
    return whole;
  }

  /**
   * Takes the elements of a list, and its end, as the bytes that they are. A list inside of one
   * that was looked through in vain is looked through again, so only the outermost ones are.
   *
   * @return null if they are to be read as terms: then nothing was taken
   */
  private @Nullable ListTerm late(long length) {
    if (!keepsLate || length < ElementsScan.MIN_COUNT || depth > LATE_DEPTH) {
      return null;
    }
    var scan = new ElementsScan(in, atomRefs, limits.maxBigIntegerBytes());
    int start = in.index();
    int end = scan.end(start, (int) length, limits.maxDepth() - depth);
    int size = end - 1 - start;
    if (end < 0 || scan.memory() + size > in.memory()) {
      return null;
    }
    in.charge(scan.memory() + size);
    byte[] elements = Arrays.copyOfRange(in.array(), start, start + size);
    in.take(size + 1);
    return ListTerm.of(new EncodedElements(elements, size, (int) length, atomRefs, null, alias));
  }

  private @Nullable Term map(long size) {
    if (size == 0) {
      return MapTerm.EMPTY;
    }
    return fill(open(Shape.MAP, 2 * size, 0));
  }

  private @Nullable Term fun() {
    in.u32(); // the size of all this, which OTP does not look at either
    int arity = in.u8();
    in.charge(3 * NODE);
    Binary uniq = Binary.wrap(in.bytes(Fun.UNIQ_SIZE));
    int index = in.i32();
    long freeVars = in.u32();
    Atom module = leaves.atom();
    long oldIndex = leaves.longInteger();
    long oldUniq = leaves.longInteger();
    FunHead head = new FunHead(module, index, arity, uniq, oldIndex, oldUniq, leaves.pid());
    if (freeVars == 0) {
      return head.with(List.of());
    }
    Open fun = open(Shape.FUN, freeVars, 0);
    fun.funHead = head;
    return fill(fun);
  }

  private Open open(Shape shape, long count, int more) {
    enter(count, more);
    return push(shape, count);
  }

  /** Goes into a term that owes {@code count} children and {@code more} terms. */
  private void enter(long count, int more) {
    if (++depth > limits.maxDepth()) {
      throw in.error("terms nested deeper than " + limits.maxDepth());
    }
    owe(count + more);
    in.charge(NODE + SLOT * count);
  }

  /** Makes a term the innermost open one. */
  private Open push(Shape shape, long count) {
    Open open = new Open(shape, new Term[(int) count], innermost);
    innermost = open;
    return open;
  }

  private void owe(long count) {
    owed += count;
    if (owed > in.remaining()) {
      throw in.error("%d terms expected, %d bytes left".formatted(owed, in.remaining()));
    }
  }

  /**
   * Adds a child to the innermost open term, and what follows it: see {@link #fill}.
   *
   * @return the open term if that completes it, null if more of it follows
   */
  private @Nullable Term add(Open open, Term child) {
    if (open.awaitsTail) {
      return close(open, open.count == 0 ? child : ImproperList.wrap(elements(open), child));
    }
    open.children[open.count++] = child;
    return fill(open);
  }

  /**
   * Adds the leaves that follow to the innermost open term, up to a child that has children.
   *
   * @return the open term if that completes it, null if more of it follows
   */
  private @Nullable Term fill(Open open) {
    while (open.count < open.expected) {
      int tag = in.peekU8();
      if (mayOpen(tag)) {
        return null;
      }
      in.u8();
      owed--;
      open.children[open.count++] = leaves.read(tag);
    }
    return complete(open);
  }

  private static boolean mayOpen(int tag) {
    return switch (tag) {
      case Tag.SMALL_TUPLE, Tag.LARGE_TUPLE, Tag.LIST, Tag.MAP, Tag.NEW_FUN -> true;
      default -> false;
    };
  }

  private @Nullable Term complete(Open open) {
    return switch (open.shape) {
      case TUPLE -> close(open, Tuple.wrap(open.children));
      case LIST -> tail(open);
      case MAP -> close(open, map(open.children));
      case FUN -> close(open, requireNonNull(open.funHead).with(Arrays.asList(open.children)));
    };
  }

  private Term close(Open open, Term term) {
    innermost = open.outer;
    depth--;
    return term;
  }

  private MapTerm map(Term[] keysAndValues) {
    try {
      return MapTerm.wrap(keysAndValues);
    } catch (IllegalArgumentException e) {
      throw in.error("a map with a " + e.getMessage() + ", before");
    }
  }

  /**
   * Reads the tail of a list whose elements are there. A tail that is a list is read into the same
   * list: OTP accepts a list of a million tails as well.
   *
   * @return the list, null if more of it follows
   */
  private @Nullable Term tail(Open list) {
    while (true) {
      switch (in.peekU8()) {
        case Tag.NIL -> {
          in.u8();
          owed--;
          return close(list, ListTerm.wrap(elements(list)));
        }
        case Tag.STRING -> {
          in.u8();
          owed--;
          appendString(list);
          return close(list, ListTerm.wrap(elements(list)));
        }
        case Tag.LIST -> {
          in.u8();
          owed--;
          long more = in.u32();
          owe(more + 1);
          makeRoom(list, (int) more);
          list.expected += (int) more;
          if (more > 0) {
            return null;
          }
        }
        default -> {
          list.awaitsTail = true;
          return null;
        }
      }
    }
  }

  private void appendString(Open list) {
    int length = in.u16();
    in.require(length);
    makeRoom(list, length);
    for (int i = 0; i < length; i++) {
      list.children[list.count++] = IntTerm.of(in.u8());
    }
  }

  private void makeRoom(Open list, int more) {
    int needed = Math.addExact(list.count, more);
    if (needed > list.children.length) {
      int capacity = (int) Math.max(needed, Math.min(2L * list.count, Integer.MAX_VALUE - 8));
      in.charge((long) SLOT * capacity);
      list.children = Arrays.copyOf(list.children, capacity);
    }
  }

  private static Term[] elements(Open list) {
    return list.count == list.children.length
        ? list.children
        : Arrays.copyOf(list.children, list.count);
  }
}
