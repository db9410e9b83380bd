package io.weft.etf;

import io.weft.term.Atom;
import io.weft.term.BigTerm;
import io.weft.term.Binary;
import io.weft.term.BitString;
import io.weft.term.Export;
import io.weft.term.FloatTerm;
import io.weft.term.Fun;
import io.weft.term.ImproperList;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Pid;
import io.weft.term.Port;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes terms in the external format to an {@link EtfOutput}, as OTP 26 and later do by default.
 *
 * <p>Not for use by several threads at once. One encoder may be reused for any number of terms;
 * between them it holds on to none. The depth of a term costs heap, not native stack.
 */
public final class EtfEncoder {

  private static final int MAX_STRING = 0xffff;
  private static final long MAX_NEW_PORT_ID = (1 << 28) - 1;

  /** What an integer of 64 bits takes at most. */
  private static final int MAX_LONG_SIZE = 11;

  /** So many integers are looked at in one go. */
  static final int INTEGERS_AT_ONCE = 256;

  private final EtfOutput out;
  private final AtomIndex atoms;
  private final @Nullable NodeAlias alias;

  /** The compound terms that are open, from the outermost to the innermost. */
  private @Nullable Term[] open = new @Nullable Term[16];

  /** Of each open term, the number of the child that comes next. */
  private int[] next = new int[16];

  /** Of each open term, where in the output it began. */
  private int[] starts = new int[16];

  private int depth;

  /** An encoder that writes every atom in full. */
  public EtfEncoder(EtfOutput out) {
    this(out, AtomIndex.NONE);
  }

  /**
   * An encoder that writes the atoms that {@code atoms} knows as references to a frame's header.
   */
  public EtfEncoder(EtfOutput out, AtomIndex atoms) {
    this(out, atoms, null);
  }

  /**
   * An encoder for the peers of a node that they know by another name.
   *
   * @param alias the two names; null for a node that has one
   */
  public EtfEncoder(EtfOutput out, AtomIndex atoms, @Nullable NodeAlias alias) {
    this.out = out;
    this.atoms = atoms;
    this.alias = alias;
  }

  /**
   * Appends the version byte 131 and the term.
   *
   * @throws IllegalStateException if the output would exceed 2 GiB; it then ends in a part of the
   *     term
   */
  public void versioned(Term term) {
    out.putU8(Tag.VERSION);
    term(term);
  }

  /**
   * Appends the term, without the version byte: the form inside distribution frames.
   *
   * @throws IllegalStateException if the output would exceed 2 GiB; it then ends in a part of the
   *     term
   */
  public void term(Term term) {
    try {
      begin(term);
      while (depth > 0) {
        switch (open[depth - 1]) {
          case Tuple tuple -> goOn(tuple.elements());
          case ListTerm list -> goOn(list.elements());
          case null, default -> goOn();
        }
      }
    } finally {
      Arrays.fill(open, 0, depth, null);
      depth = 0;
    }
  }

  // --- piece by piece, for those who would make a term only to write it
  // ---------------------------

  /** Appends an integer. */
  public void integer(long value) {
    write(value);
  }

  /** Appends an atom. */
  public void atom(Atom atom) {
    write(atom);
  }

  /**
   * Appends text as a binary in UTF-8.
   *
   * @return false if it is no text, for it holds half a surrogate pair: then nothing was appended
   */
  public boolean text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (isDoubtful(text, utf8) && !new String(utf8, StandardCharsets.UTF_8).equals(text)) {
      return false;
    }
    binary(utf8);
    return true;
  }

  /** Whether there may be a half of a pair, each of which became a question mark. */
  private static boolean isDoubtful(String text, byte[] utf8) {
    if (utf8.length != text.length()) {
      return true;
    }
    boolean marks = false;
    for (byte each : utf8) {
      marks |= each == '?';
    }
    return marks;
  }

  /** Appends a float, which must be finite. */
  public void flt(double value) {
    out.putU8(Tag.NEW_FLOAT);
    out.putU64(Double.doubleToRawLongBits(value));
  }

  /** Appends a binary. */
  public void binary(byte[] bytes) {
    writeHead(Tag.BINARY, bytes.length);
    out.putBytes(bytes);
  }

  /** Appends what this encoder, or one like it, has written before. */
  public void written(byte[] bytes) {
    out.putBytes(bytes);
  }

  /** Appends the head of a tuple; its elements follow. */
  public void tupleHead(int arity) {
    if (arity <= 0xff) {
      out.putU8(Tag.SMALL_TUPLE);
      out.putU8(arity);
    } else {
      writeHead(Tag.LARGE_TUPLE, arity);
    }
  }

  /** Appends the head of a list that is not empty; its elements and its tail follow. */
  public void listHead(int size) {
    writeHead(Tag.LIST, size);
  }

  /** Appends the empty list: the tail of a proper one. */
  public void nil() {
    out.putU8(Tag.NIL);
  }

  /** Appends the head of a map; its keys and values follow in turns. */
  public void mapHead(int size) {
    writeHead(Tag.MAP, size);
  }

  // --- whole terms -------------------------------------------------------------------------------

  /** Writes elements of the innermost open term up to one that has elements, or to the end. */
  private void goOn(List<Term> elements) {
    int level = depth;
    int i = next[level - 1];
    int size = elements.size();
    while (i < size && depth == level) {
      begin(elements.get(i++));
    }
    next[level - 1] = i;
    if (depth == level) {
      end();
    }
  }

  /** Writes the next child of the innermost open term, or its end. */
  private void goOn() {
    Term child = nextChild(open[depth - 1], next[depth - 1]++);
    if (child == null) {
      end();
    } else {
      begin(child);
    }
  }

  /** Writes a leaf, or the head of a compound term, which is then the innermost open one. */
  private void begin(Term term) {
    switch (term) {
      case Atom atom -> write(atom);
      case IntTerm(long value) -> write(value);
      case Tuple tuple -> {
        push(tuple);
        tupleHead(tuple.arity());
      }
      case Binary binary -> write(binary);
      case ListTerm list -> {
        if (list.isEmpty()) {
          out.putU8(Tag.NIL);
        } else if (isString(list)) {
          writeString(list);
        } else if (list.isCompact()) {
          writeIntegers(list);
        } else if (!takesOver(list)) {
          push(list);
          writeHead(Tag.LIST, list.size());
        }
      }
      case Pid pid -> write(alias == null ? pid : alias.outwards(pid));
      case Reference reference -> write(alias == null ? reference : alias.outwards(reference));
      case MapTerm map -> {
        push(map);
        writeHead(Tag.MAP, map.size());
      }
      case ImproperList list -> {
        push(list);
        writeHead(Tag.LIST, list.elements().size());
      }
      case FloatTerm(double value) -> flt(value);
      case BigTerm(BigInteger value) -> write(value);
      case BitString bits -> write(bits);
      case Port port -> write(alias == null ? port : alias.outwards(port));
      case Export export -> write(export);
      case Fun fun -> {
        push(fun);
        writeHead(fun);
      }
    }
  }

  /** Writes a list whose elements are bytes that can be taken over; else it writes nothing. */
  private boolean takesOver(ListTerm list) {
    if (alias != null || !(list.late() instanceof EncodedElements elements)) {
      return false;
    }
    int start = out.position();
    writeHead(Tag.LIST, elements.count());
    if (!elements.appendTo(out, atoms)) {
      out.truncate(start);
      return false;
    }
    out.putU8(Tag.NIL);
    return true;
  }

  /** Whether a list is written as STRING_EXT. */
  static boolean isString(ListTerm list) {
    return list.size() <= MAX_STRING && list.isByteList();
  }

  private void push(Term term) {
    if (depth == open.length) {
      open = Arrays.copyOf(open, depth * 2);
      next = Arrays.copyOf(next, depth * 2);
      starts = Arrays.copyOf(starts, depth * 2);
    }
    open[depth] = term;
    next[depth] = 0;
    starts[depth] = out.position();
    depth++;
  }

  /** The child of that number, or null if there are no more. */
  static @Nullable Term nextChild(@Nullable Term term, int number) {
    if (term instanceof Tuple tuple) {
      return number < tuple.arity() ? tuple.get(number) : null;
    } else if (term instanceof ListTerm list) {
      return number < list.size() ? list.get(number) : null;
    } else if (term instanceof MapTerm map) {
      int entry = number >> 1;
      return entry == map.size() ? null : (number & 1) == 0 ? map.keyAt(entry) : map.valueAt(entry);
    } else if (term instanceof ImproperList list) {
      int size = list.elements().size();
      return number < size ? list.elements().get(number) : number == size ? list.tail() : null;
    }
    return term instanceof Fun fun && number < fun.freeVars().size()
        ? fun.freeVars().get(number)
        : null;
  }

  /** Closes the innermost open term, whose children have been written. */
  private void end() {
    depth--;
    Term term = open[depth];
    open[depth] = null;
    if (term instanceof ListTerm) {
      out.putU8(Tag.NIL);
    } else if (term instanceof Fun) {
      int size = starts[depth] + 1;
      out.patchU32(size, out.lengthFrom(size));
    }
  }

  private void writeHead(int tag, int count) {
    out.putU8(tag);
    out.putU32(count);
  }

  private void writeHead(Fun fun) {
    writeHead(Tag.NEW_FUN, 0);
    out.putU8(fun.arity());
    int uniq = out.skip(Fun.UNIQ_SIZE);
    fun.uniq().copyTo(out.array(), uniq);
    out.putU32(fun.index());
    out.putU32(fun.freeVars().size());
    write(fun.module());
    write(fun.oldIndex());
    write(fun.oldUniq());
    write(alias == null ? fun.pid() : alias.outwards(fun.pid()));
  }

  private void write(Atom atom) {
    int index = atoms.indexOf(atom);
    if (index >= 0) {
      out.putU8(Tag.ATOM_CACHE_REF);
      out.putU8(index);
      return;
    }
    String name = atom.name();
    int length = name.length();
    int start = out.position();
    if (length <= 0xff && writeAscii(name, length)) {
      return;
    }
    out.truncate(start);
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= 0xff) {
      out.putU8(Tag.SMALL_ATOM_UTF8);
      out.putU8(utf8.length);
    } else {
      out.putU8(Tag.ATOM_UTF8);
      out.putU16(utf8.length);
    }
    out.putBytes(utf8);
  }

  /** Writes an atom if it is all ASCII; otherwise what was written is to be dropped. */
  private boolean writeAscii(String name, int length) {
    int at = out.skip(2 + length);
    byte[] bytes = out.array();
    bytes[at] = Tag.SMALL_ATOM_UTF8;
    bytes[at + 1] = (byte) length;
    int seen = 0;
    for (int i = 0; i < length; i++) {
      char c = name.charAt(i);
      bytes[at + 2 + i] = (byte) c;
      seen |= c;
    }
    return seen < 0x80;
  }

  private void write(long value) {
    int at = out.skip(MAX_LONG_SIZE);
    out.truncate(put(value, out.array(), at));
  }

  /** Writes a list of integers that is not empty, as LIST_EXT. */
  private void writeIntegers(ListTerm list) {
    int size = list.size();
    writeHead(Tag.LIST, size);
    long[] values = new long[Math.min(size, INTEGERS_AT_ONCE)];
    for (int from = 0; from < size; from += values.length) {
      int count = Math.min(size - from, values.length);
      list.copyLongsTo(values, from, count);
      int at = out.skip(count * MAX_LONG_SIZE);
      byte[] bytes = out.array();
      for (int i = 0; i < count; i++) {
        at = put(values[i], bytes, at);
      }
      out.truncate(at);
    }
    out.putU8(Tag.NIL);
  }

  /** Writes an integer where there is room for the largest; returns where it ends. */
  private static int put(long value, byte[] bytes, int at) {
    if (value >= 0 && value <= 0xff) {
      bytes[at] = Tag.SMALL_INTEGER;
      bytes[at + 1] = (byte) value;
      return at + 2;
    }
    if (value == (int) value) {
      bytes[at] = Tag.INTEGER;
      BigEndian.putInt(bytes, at + 1, (int) value);
      return at + 5;
    }
    long magnitude = Math.abs(value); // of Long.MIN_VALUE right as an unsigned number
    int size = (Long.SIZE - Long.numberOfLeadingZeros(magnitude) + 7) / 8;
    bytes[at] = Tag.SMALL_BIG;
    bytes[at + 1] = (byte) size;
    bytes[at + 2] = (byte) (value < 0 ? 1 : 0);
    for (int i = 0; i < size; i++) {
      bytes[at + 3 + i] = (byte) (magnitude >>> 8 * i);
    }
    return at + 3 + size;
  }

  private void write(BigInteger value) {
    byte[] magnitude = value.abs().toByteArray();
    int leading = magnitude[0] == 0 ? 1 : 0;
    int size = magnitude.length - leading;
    if (size <= 0xff) {
      out.putU8(Tag.SMALL_BIG);
      out.putU8(size);
    } else {
      writeHead(Tag.LARGE_BIG, size);
    }
    out.putU8(value.signum() < 0 ? 1 : 0);
    int at = out.skip(size);
    byte[] bytes = out.array();
    for (int i = 0; i < size; i++) {
      bytes[at + i] = magnitude[magnitude.length - 1 - i];
    }
  }

  private void writeString(ListTerm list) {
    out.putU8(Tag.STRING);
    out.putU16(list.size());
    int at = out.skip(list.size());
    list.copyBytesTo(out.array(), at);
  }

  private void write(Binary binary) {
    writeHead(Tag.BINARY, binary.size());
    out.putBytes(binary);
  }

  private void write(BitString bits) {
    writeHead(Tag.BIT_BINARY, bits.byteCount());
    out.putU8(bits.bitsInLast());
    int at = out.skip(bits.byteCount());
    bits.copyTo(out.array(), at);
  }

  private void write(Pid pid) {
    out.putU8(Tag.NEW_PID);
    write(pid.node());
    out.putU32(pid.id());
    out.putU32(pid.serial());
    out.putU32(pid.creation());
  }

  /** Whether a port is written as NEW_PORT_EXT. */
  static boolean isNewPort(Port port) {
    return Long.compareUnsigned(port.id(), MAX_NEW_PORT_ID) <= 0;
  }

  private void write(Port port) {
    if (isNewPort(port)) {
      out.putU8(Tag.NEW_PORT);
      write(port.node());
      out.putU32((int) port.id());
    } else {
      out.putU8(Tag.V4_PORT);
      write(port.node());
      out.putU64(port.id());
    }
    out.putU32(port.creation());
  }

  private void write(Reference reference) {
    out.putU8(Tag.NEWER_REFERENCE);
    out.putU16(reference.wordCount());
    write(reference.node());
    out.putU32(reference.creation());
    for (int i = 0; i < reference.wordCount(); i++) {
      out.putU32(reference.word(i));
    }
  }

  private void write(Export export) {
    out.putU8(Tag.EXPORT);
    write(export.module());
    write(export.function());
    write(export.arity());
  }
}
