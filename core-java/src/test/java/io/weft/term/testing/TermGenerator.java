package io.weft.term.testing;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.Export;
import io.weft.term.FloatTerm;
import io.weft.term.Fun;
import io.weft.term.IntegerTerm;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Pid;
import io.weft.term.Port;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Random terms of every type, the same ones for the same seed. Values near the borders of encodings
 * are much more frequent than chance would have them. Keys of maps hold no {@code -0.0}, which up
 * to OTP 26 is the same key as {@code 0.0}.
 */
public final class TermGenerator {

  private static final int MAX_DEPTH = 5;

  private static final double[] FLOATS = {
    0.0,
    -0.0,
    1.0,
    -1.5,
    0.1,
    1e22,
    1e23,
    Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    0x1p53,
    0x1p53 + 2,
    0x1p63,
    1.0e-7
  };

  private static final String[] NAMES = {
    "",
    "a",
    "ok",
    "error",
    "true",
    "with space",
    "Capital",
    "fun",
    "end",
    "maybe",
    "a@b",
    "'",
    "\\",
    "a\nb",
    "\0",
    "é",
    "ÿ",
    "÷",
    "日本",
    "😀",
    "$gen_call",
    "Elixir.GenStage",
    "_",
    "1a",
    "\u2028"
  };

  private static final String[] NODES = {"a@b", "nobody@nohost", "node-1@host.example.org", "né@h"};

  private final Random random;
  private final boolean literalsOnly;

  /** In how many keys of maps the term to come is. */
  private int keysOpen;

  private TermGenerator(long seed, boolean literalsOnly) {
    this.random = new Random(seed);
    this.literalsOnly = literalsOnly;
  }

  /** A generator of terms of every type. */
  public static TermGenerator seeded(long seed) {
    return new TermGenerator(seed, false);
  }

  /**
   * A generator without pids, ports, references and local funs, which have no syntax in Erlang. The
   * parts of its exported funs are ASCII: OTP 25 prints others as Latin-1.
   */
  public static TermGenerator ofLiterals(long seed) {
    return new TermGenerator(seed, true);
  }

  /** The next term. */
  public Term next() {
    return term(0);
  }

  private Term term(int depth) {
    int leaves = literalsOnly ? 8 : 12;
    int kind = random.nextInt(depth < MAX_DEPTH ? leaves + 6 : leaves);
    return switch (kind - leaves) {
      case 0 -> tuple(depth);
      case 1 -> Terms.list(terms(depth, size()));
      case 2 -> improper(depth);
      case 3 -> map(depth);
      case 4 -> random.nextBoolean() ? bytes() : longs();
      case 5 -> tuple(depth);
      default -> leaf(kind);
    };
  }

  private Term leaf(int kind) {
    return switch (kind) {
      case 0, 1 -> integer();
      case 2 -> flt();
      case 3, 4 -> atom();
      case 5 -> Binary.wrap(randomBytes(size()));
      case 6 -> bits();
      case 7 -> export();
      case 8 -> pid();
      case 9 -> reference();
      case 10 -> port();
      default -> fun();
    };
  }

  /** An integer of any size. */
  public IntegerTerm integer() {
    return switch (random.nextInt(4)) {
      case 0 -> IntegerTerm.of(random.nextInt(300) - 20);
      case 1 -> IntegerTerm.of(random.nextLong() >> random.nextInt(64));
      case 2 -> {
        BigInteger power = BigInteger.ONE.shiftLeft(random.nextInt(140));
        BigInteger near = power.add(BigInteger.valueOf(random.nextInt(3) - 1));
        yield IntegerTerm.of(random.nextBoolean() ? near : near.negate());
      }
      default -> {
        int bits = 1 + random.nextInt(random.nextInt(10) == 0 ? 3000 : 200);
        BigInteger magnitude = new BigInteger(bits, random);
        yield IntegerTerm.of(random.nextBoolean() ? magnitude : magnitude.negate());
      }
    };
  }

  /** A float. */
  public FloatTerm flt() {
    FloatTerm number = anyFloat();
    return keysOpen > 0 && number.value() == 0 ? new FloatTerm(0.0) : number;
  }

  private FloatTerm anyFloat() {
    if (random.nextInt(3) == 0) {
      return new FloatTerm(FLOATS[random.nextInt(FLOATS.length)]);
    }
    if (random.nextBoolean()) {
      return new FloatTerm(random.nextInt(2_000_000) / 1000.0 - 1000);
    }
    double value = Double.longBitsToDouble(random.nextLong());
    return new FloatTerm(Double.isFinite(value) ? value : 1.0);
  }

  /** An atom. */
  public Atom atom() {
    return switch (random.nextInt(8)) {
      case 0, 1, 2, 3 -> Atom.of(NAMES[random.nextInt(NAMES.length)]);
      case 4 -> Atom.of(text(random.nextInt(Atom.MAX_CODE_POINTS + 1), 0x250));
      case 5 -> Atom.of(text(random.nextInt(20), Character.MAX_CODE_POINT));
      default -> Atom.of("k" + random.nextInt(1000));
    };
  }

  private String text(int length, int bound) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      int c = random.nextInt(bound);
      text.appendCodePoint(Character.getType(c) == Character.SURROGATE ? '?' : c);
    }
    return text.toString();
  }

  private Term bits() {
    byte[] bytes = randomBytes(1 + size());
    return Terms.bits(bytes, 1 + random.nextInt(8));
  }

  private byte[] randomBytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    if (random.nextBoolean()) {
      for (int i = 0; i < size; i++) {
        bytes[i] = (byte) (' ' + random.nextInt('~' - ' ' + 1));
      }
    }
    return bytes;
  }

  /** A list of bytes, in either of its two forms in memory. */
  private Term bytes() {
    byte[] bytes = randomBytes(random.nextInt(200) == 0 ? 0xffff + random.nextInt(3) : size());
    ListTerm compact = ListTerm.wrapBytes(bytes);
    return random.nextBoolean() ? compact : Terms.list(new ArrayList<>(compact.elements()));
  }

  /** A list of integers that fit a long, in either of its two forms in memory. */
  private Term longs() {
    int bits = 1 + random.nextInt(Long.SIZE);
    ListTerm compact =
        ListTerm.wrapLongs(random.longs(size()).map(it -> it >> Long.SIZE - bits).toArray());
    return random.nextBoolean() ? compact : Terms.list(new ArrayList<>(compact.elements()));
  }

  private Tuple tuple(int depth) {
    boolean large = depth == 0 && random.nextInt(50) == 0;
    return Tuple.wrap(
        terms(large ? MAX_DEPTH : depth, large ? 254 + random.nextInt(4) : size())
            .toArray(Term[]::new));
  }

  private Term improper(int depth) {
    return Terms.improper(terms(depth, 1 + size()), term(depth + 1));
  }

  private MapTerm map(int depth) {
    boolean large = depth == 0 && random.nextInt(20) == 0;
    int size = large ? 30 + random.nextInt(60) : size();
    Map<Term, Term> entries = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      int childDepth = large ? MAX_DEPTH : depth + 1;
      keysOpen++;
      Term key = term(childDepth);
      keysOpen--;
      entries.put(key, term(childDepth));
    }
    return new MapTerm(entries);
  }

  private List<Term> terms(int depth, int count) {
    Supplier<Term> next = () -> term(depth + 1);
    List<Term> terms = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      terms.add(next.get());
    }
    return terms;
  }

  private int size() {
    return random.nextInt(10) == 0 ? random.nextInt(20) : random.nextInt(5);
  }

  private Atom node() {
    return Atom.of(NODES[random.nextInt(NODES.length)]);
  }

  /** A pid of a few nodes. */
  public Pid pid() {
    return new Pid(node(), unsigned32(), unsigned32(), unsigned32());
  }

  /** A port of a few nodes. */
  public Port port() {
    return new Port(node(), random.nextLong() >>> random.nextInt(64), unsigned32());
  }

  /** A reference of a few nodes, of one to five words. */
  public Reference reference() {
    int[] words = random.ints(1 + random.nextInt(Reference.MAX_WORDS)).toArray();
    return Reference.of(node(), unsigned32(), words);
  }

  private int unsigned32() {
    return random.nextInt() >>> random.nextInt(32);
  }

  private Export export() {
    return new Export(functionName(), functionName(), random.nextInt(256));
  }

  private Atom functionName() {
    Atom name = atom();
    boolean ascii = name.name().chars().allMatch(c -> c < 0x80);
    return ascii || !literalsOnly ? name : Atom.of("f");
  }

  private Fun fun() {
    return new Fun(
        atom(),
        unsigned32(),
        random.nextInt(256),
        Binary.wrap(randomBytes(Fun.UNIQ_SIZE)),
        random.nextInt(),
        random.nextInt(1 << 27),
        pid(),
        terms(MAX_DEPTH - 1, random.nextInt(3)));
  }
}
