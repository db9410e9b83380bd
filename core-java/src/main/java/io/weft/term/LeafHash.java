package io.weft.term;

import java.math.BigInteger;

/** What {@link PortableHash} makes of terms without parts, and of the beginnings of those with. */
final class LeafHash {

  /** Integers that take so many bits with the sign, and no more, are mixed in as one word. */
  private static final int SHORT_BITS = 28;

  /** The hash of an empty list that nothing comes before. */
  private static final int FIRST_NIL = 0xcec2c42e;

  private static final int NIL_WORD = 2;

  private static final int SHORT = 1;
  private static final int FUNCTION_HEAD = 1;
  private static final int NIL = 2;
  private static final int ATOM = 3;
  private static final int PID = 5;
  private static final int PORT = 6;
  private static final int REFERENCE = 7;
  private static final int TUPLE = 9;
  private static final int NEGATIVE = 10;
  private static final int POSITIVE = 11;
  private static final int FLOAT = 12;
  private static final int BINARY = 13;
  private static final int FUNCTION_NAME = 14;
  private static final int BITS = 15;
  private static final int MAP = 16;

  private LeafHash() {}

  /** The hash that comes of {@code hash} by a term, but for the parts that it has. */
  static int of(int hash, Term term) {
    return switch (term) {
      case IntTerm(long value) -> integer(hash, value);
      case Atom(String name) -> atom(hash, Mixing.name(name));
      case Binary binary -> bytes(hash, binary.array(), binary.offset(), binary.size());
      case Tuple tuple -> Mixing.word(hash, tuple.arity(), TUPLE);
      case ListTerm list when list.isEmpty() ->
          hash == 0 ? FIRST_NIL : Mixing.word(hash, NIL_WORD, NIL);
      case ListTerm _, ImproperList _ -> hash;
      case MapTerm map -> Mixing.word(hash, map.size(), MAP);
      case FloatTerm(double value) -> floating(hash, value);
      case BigTerm(BigInteger value) -> big(hash, value);
      case BitString bits -> bits(hash, bits);
      case Pid pid -> Mixing.word(hash, pid.id(), PID);
      case Port port -> port(hash, port.id());
      case Reference reference -> Mixing.word(hash, firstWord(reference), REFERENCE);
      case Export export -> export(hash, export);
      case Fun fun -> fun(hash, fun);
    };
  }

  static int integer(int hash, long value) {
    if (value << Long.SIZE - SHORT_BITS >> Long.SIZE - SHORT_BITS != value) {
      return digit(hash, Math.abs(value), value < 0);
    }
    // A negative number goes in twice.
    int start = value < 0 ? Mixing.word(hash, (int) -value, SHORT) : hash;
    return Mixing.word(start, (int) value, SHORT);
  }

  private static int big(int hash, BigInteger value) {
    boolean negative = value.signum() < 0;
    BigInteger left = value.abs();
    if (left.bitLength() <= Long.SIZE) {
      return digit(hash, left.longValue(), negative);
    }
    int mixed = hash;
    byte[] bytes = left.toByteArray();
    for (int end = bytes.length; end > 0 && !isZero(bytes, end); end -= Long.BYTES) {
      mixed = digit(mixed, digitBefore(bytes, end), negative);
    }
    return mixed;
  }

  /** Whether all that is left of a number is the byte for its sign. */
  private static boolean isZero(byte[] bytes, int end) {
    return end == 1 && bytes[0] == 0;
  }

  private static long digitBefore(byte[] bytes, int end) {
    long digit = 0;
    for (int i = Math.max(0, end - Long.BYTES); i < end; i++) {
      digit = digit << 8 | bytes[i] & 0xff;
    }
    return digit;
  }

  private static int digit(int hash, long digit, boolean negative) {
    return Mixing.words(hash, (int) digit, (int) (digit >>> 32), negative ? NEGATIVE : POSITIVE);
  }

  private static int floating(int hash, double value) {
    long bits = value == 0 ? 0 : Double.doubleToRawLongBits(value);
    return Mixing.words(hash, (int) (bits >>> 32), (int) bits, FLOAT);
  }

  private static int atom(int hash, int name) {
    return hash == 0 ? name : Mixing.word(hash, name, ATOM);
  }

  static int bytes(int hash, byte[] array, int offset, int size) {
    int start = Mixing.salt(BINARY) + hash;
    return size == 0 ? start : Mixing.bytes(array, offset, size, start);
  }

  private static int bits(int hash, BitString bits) {
    int whole = bits.byteCount() - 1;
    int mixed = Mixing.bytes(bits.bytes(), 0, whole, Mixing.salt(BINARY) + hash);
    int last = (bits.byteAt(whole) & 0xff) >>> 8 - bits.bitsInLast();
    return Mixing.words(mixed, bits.bitsInLast(), last, BITS);
  }

  private static int port(int hash, long id) {
    return Mixing.words(hash, (int) id, (int) (id >>> 32), PORT);
  }

  private static int firstWord(Reference reference) {
    return reference.wordCount() == 0 ? 0 : reference.word(0);
  }

  private static int export(int hash, Export export) {
    int module = Mixing.name(export.module().name());
    int head = Mixing.words(hash, export.arity(), module, FUNCTION_HEAD);
    return Mixing.word(head, Mixing.name(export.function().name()), FUNCTION_NAME);
  }

  private static int fun(int hash, Fun fun) {
    int module = Mixing.name(fun.module().name());
    int head = Mixing.words(hash, fun.freeVars().size(), module, FUNCTION_HEAD);
    return Mixing.words(head, fun.index(), (int) fun.oldUniq(), FUNCTION_HEAD);
  }
}
