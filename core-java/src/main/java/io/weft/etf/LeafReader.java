package io.weft.etf;

import io.weft.term.Atom;
import io.weft.term.BigTerm;
import io.weft.term.Binary;
import io.weft.term.BitString;
import io.weft.term.Export;
import io.weft.term.FloatTerm;
import io.weft.term.IntTerm;
import io.weft.term.IntegerTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Port;
import io.weft.term.Reference;
import io.weft.term.Term;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the terms that hold no terms of any depth. */
final class LeafReader {

  /** What an object costs beside its payload, in bytes; rounded up. */
  static final int OBJECT = 32;

  private static final int MAX_UTF8_ATOM = 4 * Atom.MAX_CODE_POINTS;
  private static final int MAX_OLD_CREATION = 3;
  private static final int MAX_OLD_REFERENCE_WORD = (1 << 18) - 1;
  private static final int FLOAT_TEXT_SIZE = 31;
  private static final Pattern FLOAT_TEXT = Pattern.compile("[+-]?\\d+\\.\\d+([eE][+-]?\\d+)?");

  private final Input in;
  private final List<Atom> atomRefs;
  private final int maxBigIntegerBytes;
  private final @Nullable NodeAlias alias;

  LeafReader(Input in, List<Atom> atomRefs, int maxBigIntegerBytes, @Nullable NodeAlias alias) {
    this.in = in;
    this.atomRefs = atomRefs;
    this.maxBigIntegerBytes = maxBigIntegerBytes;
    this.alias = alias;
  }

  /** Reads the term whose tag has just been read. */
  Term read(int tag) {
    return switch (tag) {
      case Tag.SMALL_INTEGER -> IntTerm.of(in.u8());
      case Tag.INTEGER -> integer(in.i32());
      case Tag.SMALL_BIG -> big(in.u8());
      case Tag.LARGE_BIG -> big(in.length());
      case Tag.SMALL_ATOM_UTF8, Tag.ATOM_UTF8, Tag.ATOM_CACHE_REF, Tag.SMALL_ATOM, Tag.ATOM ->
          atom(tag);
      case Tag.NIL -> ListTerm.NIL;
      case Tag.STRING -> string();
      case Tag.BINARY -> binary();
      case Tag.BIT_BINARY -> bitBinary();
      case Tag.NEW_FLOAT -> flt(Double.longBitsToDouble(in.i64()));
      case Tag.FLOAT -> floatText();
      case Tag.NEW_PID, Tag.PID -> pid(tag);
      case Tag.NEWER_REFERENCE, Tag.NEW_REFERENCE, Tag.REFERENCE -> reference(tag);
      case Tag.NEW_PORT, Tag.V4_PORT, Tag.PORT -> port(tag);
      case Tag.EXPORT -> export();
      case Tag.COMPRESSED -> throw misplaced(tag, "compressed data inside a term");
      case Tag.LOCAL -> throw misplaced(tag, "a term that only its own node can read");
      default -> throw misplaced(tag, "unknown");
    };
  }

  /** A problem with the tag that has just been read. */
  private EtfException misplaced(int tag, String problem) {
    return new EtfException("tag %d is %s".formatted(tag, problem), in.position() - 1);
  }

  private IntTerm integer(long value) {
    in.charge(OBJECT);
    return IntTerm.of(value);
  }

  private IntegerTerm big(int announced) {
    int sign = in.u8();
    in.require(announced);
    if (announced > maxBigIntegerBytes) {
      throw in.error("an integer of %d bytes exceeds the limit".formatted(announced));
    }
    byte[] bytes = in.array();
    int start = in.take(announced);
    int size = announced;
    while (size > 0 && bytes[start + size - 1] == 0) {
      size--;
    }
    if (size > Long.BYTES) {
      return big(bytes, start, size, sign == 0 ? 1 : -1);
    }
    long magnitude = 0;
    for (int i = size - 1; i >= 0; i--) {
      magnitude = magnitude << 8 | bytes[start + i] & 0xff;
    }
    long value = sign == 0 ? magnitude : -magnitude;
    boolean fits = magnitude >= 0 || value == Long.MIN_VALUE && sign != 0;
    return fits ? integer(value) : big(bytes, start, size, sign == 0 ? 1 : -1);
  }

  private BigTerm big(byte[] bytes, int start, int size, int signum) {
    in.charge(3 * OBJECT + 2L * size);
    byte[] magnitude = new byte[size];
    for (int i = 0; i < size; i++) {
      magnitude[i] = bytes[start + size - 1 - i];
    }
    return new BigTerm(new BigInteger(signum, magnitude));
  }

  private FloatTerm flt(double value) {
    if (!Double.isFinite(value)) {
      throw in.error("a float that is no number, before");
    }
    in.charge(OBJECT);
    return new FloatTerm(value);
  }

  private FloatTerm floatText() {
    byte[] bytes = in.array();
    int start = in.take(FLOAT_TEXT_SIZE);
    int size = 0;
    while (size < FLOAT_TEXT_SIZE && bytes[start + size] != 0) {
      size++;
    }
    String text = new String(bytes, start, size, StandardCharsets.ISO_8859_1);
    if (!FLOAT_TEXT.matcher(text).matches()) {
      throw in.error("a float whose text is no number, before");
    }
    return flt(Double.parseDouble(text));
  }

  /** Reads a term that has to be an atom. */
  Atom atom() {
    return atom(in.u8());
  }

  private Atom atom(int tag) {
    return switch (tag) {
      case Tag.SMALL_ATOM_UTF8 -> utf8Atom(in.u8());
      case Tag.ATOM_UTF8 -> utf8Atom(in.u16());
      case Tag.ATOM_CACHE_REF -> atomRef(in.u8());
      case Tag.SMALL_ATOM -> latin1Atom(in.u8());
      case Tag.ATOM -> latin1Atom(in.u16());
      default -> throw misplaced(tag, "not an atom");
    };
  }

  private Atom atomRef(int index) {
    if (index >= atomRefs.size()) {
      throw in.error("atom reference %d of %d, before".formatted(index, atomRefs.size()));
    }
    return atomRefs.get(index);
  }

  private Atom latin1Atom(int length) {
    if (length > Atom.MAX_CODE_POINTS) {
      throw in.error("an atom of %d characters".formatted(length));
    }
    int start = in.take(length);
    Atom known = AtomTable.find(in.array(), start, length);
    return known != null ? known : newAtom(start, length, StandardCharsets.ISO_8859_1);
  }

  private Atom utf8Atom(int length) {
    if (length > MAX_UTF8_ATOM) {
      throw in.error("an atom of %d bytes".formatted(length));
    }
    int start = in.take(length);
    Atom known = AtomTable.find(in.array(), start, length);
    return known != null ? known : newAtom(start, length, StandardCharsets.UTF_8);
  }

  private Atom newAtom(int start, int length, Charset charset) {
    in.charge(3 * OBJECT + 2L * length);
    try {
      ByteBuffer name = ByteBuffer.wrap(in.array(), start, length);
      Atom atom = Atom.of(charset.newDecoder().decode(name).toString());
      AtomTable.remember(atom);
      return atom;
    } catch (CharacterCodingException e) {
      throw in.error("an atom that is no UTF-8, before");
    } catch (IllegalArgumentException e) {
      throw in.error(e.getMessage() + ", before");
    }
  }

  /** Reads a term that has to be an integer of at most 32 bits. */
  int smallInteger() {
    int tag = in.u8();
    return switch (tag) {
      case Tag.SMALL_INTEGER -> in.u8();
      case Tag.INTEGER -> in.i32();
      default -> throw misplaced(tag, "not an integer of 32 bits");
    };
  }

  /** Reads a term that has to be an integer that fits a long. */
  long longInteger() {
    int tag = in.u8();
    boolean integer = tag == Tag.SMALL_INTEGER || tag == Tag.INTEGER || tag == Tag.SMALL_BIG;
    if (integer && read(tag) instanceof IntTerm(long value)) {
      return value;
    }
    throw in.error("not an integer of 64 bits, before");
  }

  private ListTerm string() {
    int length = in.u16();
    in.require(length);
    in.charge(3 * OBJECT + length);
    return ListTerm.wrapBytes(in.bytes(length));
  }

  private Binary binary() {
    int length = in.length();
    in.charge(2 * OBJECT + length);
    return in.binary(length);
  }

  private Term bitBinary() {
    int length = in.i32();
    int bits = in.u8();
    in.require(length);
    if (length == 0 && bits == 0) {
      return Binary.EMPTY;
    }
    if (bits < 1 || bits > 8 || length == 0) {
      throw in.error("a bit string of %d bytes with %d bits in the last".formatted(length, bits));
    }
    in.charge(2 * OBJECT + length);
    byte[] bytes = in.bytes(length);
    return bits == 8 ? Binary.wrap(bytes) : BitString.wrap(bytes, bits);
  }

  /** Reads a term that has to be a pid. */
  Pid pid() {
    int tag = in.u8();
    if (tag != Tag.NEW_PID && tag != Tag.PID) {
      throw misplaced(tag, "not a pid");
    }
    return pid(tag);
  }

  private Pid pid(int tag) {
    in.charge(OBJECT);
    Atom node = atom();
    int id = in.i32();
    int serial = in.i32();
    Pid pid = new Pid(node, id, serial, tag == Tag.PID ? oldCreation() : in.i32());
    return alias == null ? pid : alias.inwards(pid);
  }

  private int oldCreation() {
    int creation = in.u8();
    if (creation > MAX_OLD_CREATION) {
      throw in.error("creation %d does not fit its two bits, before".formatted(creation));
    }
    return creation;
  }

  private Port port(int tag) {
    in.charge(OBJECT);
    Atom node = atom();
    long id = tag == Tag.V4_PORT ? in.i64() : in.u32();
    Port port = new Port(node, id, tag == Tag.PORT ? oldCreation() : in.i32());
    return alias == null ? port : alias.inwards(port);
  }

  private Reference reference(int tag) {
    int count = tag == Tag.REFERENCE ? 1 : in.u16();
    if (count > Reference.MAX_WORDS) {
      throw in.error("a reference of %d words, before".formatted(count));
    }
    in.charge(3 * OBJECT);
    Atom node = atom();
    int[] words = new int[count];
    int creation;
    if (tag == Tag.REFERENCE) {
      words[0] = in.i32();
      creation = oldCreation();
    } else {
      creation = tag == Tag.NEW_REFERENCE ? oldCreation() : in.i32();
      for (int i = 0; i < count; i++) {
        words[i] = in.i32();
      }
    }
    boolean old = tag != Tag.NEWER_REFERENCE;
    if (old && count > 0 && (words[0] < 0 || words[0] > MAX_OLD_REFERENCE_WORD)) {
      throw in.error("the first word of an old reference exceeds 18 bits, before");
    }
    Reference reference = Reference.of(node, creation, words);
    return alias == null ? reference : alias.inwards(reference);
  }

  private Export export() {
    in.charge(OBJECT);
    Atom module = atom();
    Atom function = atom();
    int arity = smallInteger();
    if (arity < 0 || arity > 0xff) {
      throw in.error("arity %d is not 0 to 255, before".formatted(arity));
    }
    return new Export(module, function, arity);
  }
}
