package io.weft.term;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Erlang's order of terms: number &lt; atom &lt; reference &lt; fun &lt; port &lt; pid &lt; tuple
 * &lt; map &lt; [] &lt; list &lt; bit string.
 *
 * <p>Within a type: integers and floats by exact value, whatever their size; atoms by code points;
 * tuples by arity, then elements; lists by elements, then tails; maps by size, then keys in the
 * order of {@link #EXACT}, then values in the order of the keys; bit strings bit by bit, a prefix
 * first; pids by serial, id, node, creation; ports by node, creation, id; references by node,
 * creation, words from the last to the first; local funs before exported ones.
 *
 * <p>Where OTP compares only a part of a value (references with trailing zero words, local funs of
 * one module and index), the rest decides last, so that only equal values compare as equal.
 *
 * @see <a href="https://www.erlang.org/doc/system/expressions.html#term-comparisons">Erlang
 *     Reference Manual, Term Comparisons</a>
 */
public final class TermOrder implements Comparator<Term> {

  /**
   * The order of Erlang's {@code <} and {@code ==}. It is <em>not</em> consistent with {@code
   * equals}: {@code 1} and {@code 1.0}, and {@code 0.0} and {@code -0.0}, compare as 0 without
   * being equal, also inside other terms. It is an order on terms, but a {@code TreeSet} with it
   * holds one of the two.
   */
  public static final TermOrder INSTANCE = new TermOrder(false);

  /**
   * The order of keys in maps, consistent with {@code equals}: every integer comes before every
   * float, and {@code -0.0} before {@code 0.0}, at every depth.
   */
  public static final TermOrder EXACT = new TermOrder(true);

  private static final double TWO_TO_63 = 0x1p63;

  private final boolean exact;

  private TermOrder(boolean exact) {
    this.exact = exact;
  }

  /** Compares two terms; the depth of the terms costs heap, not native stack. */
  @Override
  public int compare(Term left, Term right) {
    Term a = left;
    Term b = right;
    boolean exactly = exact;
    Cursor stack = null;
    while (true) {
      if (a != b) {
        int order = compareNodes(a, b, exactly);
        if (order != 0) {
          return order;
        }
        stack = descend(a, b, exactly, stack);
      }
      while (stack != null && stack.isDone()) {
        if (stack.a.size() != stack.b.size()) {
          return stack.compareRests();
        }
        stack = stack.below;
      }
      if (stack == null) {
        return 0;
      }
      exactly = stack.exact;
      a = stack.nextOf(stack.a, stack.aTail);
      b = stack.nextOf(stack.b, stack.bTail);
      stack.next++;
    }
  }

  /** Compares all of two terms but their children; those are compared only if this gives 0. */
  private static int compareNodes(Term a, Term b, boolean exact) {
    if (a instanceof Atom x && b instanceof Atom y) {
      return compareAtoms(x, y);
    }
    int order = Integer.compare(rank(a), rank(b));
    if (order != 0) {
      return order;
    }
    return switch (a) {
      case IntegerTerm x when b instanceof IntegerTerm y -> compareIntegers(x, y);
      case IntegerTerm x -> exact ? -1 : compareToFloat(x, ((FloatTerm) b).value());
      case FloatTerm x when b instanceof FloatTerm y ->
          exact ? Double.compare(x.value(), y.value()) : compareNumerically(x.value(), y.value());
      case FloatTerm x -> exact ? 1 : -compareToFloat((IntegerTerm) b, x.value());
      case Reference x -> compareReferences(x, (Reference) b);
      case Fun x when b instanceof Fun y -> compareFuns(x, y);
      case Export x when b instanceof Export y -> compareExports(x, y);
      case Fun _ -> -1;
      case Export _ -> 1;
      case Port x -> comparePorts(x, (Port) b);
      case Pid x -> comparePids(x, (Pid) b);
      case Tuple x -> Integer.compare(x.arity(), ((Tuple) b).arity());
      case MapTerm x -> Integer.compare(x.size(), ((MapTerm) b).size());
      case Binary x when b instanceof Binary y -> x.compareBytes(y);
      case Binary _, BitString _ -> compareBits(a, b);
      case Atom _, ListTerm _, ImproperList _ -> 0;
    };
  }

  private static int rank(Term term) {
    return switch (term) {
      case IntegerTerm _, FloatTerm _ -> 0;
      case Atom _ -> 1;
      case Reference _ -> 2;
      case Fun _, Export _ -> 3;
      case Port _ -> 4;
      case Pid _ -> 5;
      case Tuple _ -> 6;
      case MapTerm _ -> 7;
      case ListTerm list -> list.isEmpty() ? 8 : 9;
      case ImproperList _ -> 9;
      case Binary _, BitString _ -> 10;
    };
  }

  /** The stack with the children of two terms on top, if they have any. */
  private static @Nullable Cursor descend(Term a, Term b, boolean exact, @Nullable Cursor stack) {
    return switch (a) {
      case Tuple x -> new Cursor(x.elements(), ((Tuple) b).elements(), exact, stack);
      case MapTerm(TermMap x) when b instanceof MapTerm(TermMap y) -> {
        Cursor values = new Cursor(x.sortedValues(), y.sortedValues(), exact, stack);
        yield new Cursor(x.sortedKeys(), y.sortedKeys(), true, values);
      }
      case ListTerm x -> Cursor.ofLists(x.elements(), ListTerm.NIL, b, exact, stack);
      case ImproperList x -> Cursor.ofLists(x.elements(), x.tail(), b, exact, stack);
      case Fun x -> new Cursor(x.freeVars(), ((Fun) b).freeVars(), exact, stack);
      default -> stack;
    };
  }

  /** Two rows of children, compared pair by pair; of lists also what follows the elements. */
  private static final class Cursor {
    final List<Term> a;
    final List<Term> b;
    final @Nullable Term aTail;
    final @Nullable Term bTail;
    final boolean exact;
    final @Nullable Cursor below;
    final int count;
    int next;

    Cursor(List<Term> a, List<Term> b, boolean exact, @Nullable Cursor below) {
      this(a, null, b, null, a.size(), exact, below);
    }

    private Cursor(
        List<Term> a,
        @Nullable Term aTail,
        List<Term> b,
        @Nullable Term bTail,
        int count,
        boolean exact,
        @Nullable Cursor below) {
      this.a = a;
      this.aTail = aTail;
      this.b = b;
      this.bTail = bTail;
      this.count = count;
      this.exact = exact;
      this.below = below;
    }

    static Cursor ofLists(
        List<Term> a, Term aTail, Term list, boolean exact, @Nullable Cursor below) {
      List<Term> b = list instanceof ImproperList x ? x.elements() : ((ListTerm) list).elements();
      Term bTail = list instanceof ImproperList x ? x.tail() : ListTerm.NIL;
      boolean sameLength = a.size() == b.size();
      int count = sameLength ? a.size() + 1 : Math.min(a.size(), b.size());
      return new Cursor(a, aTail, b, bTail, count, exact, below);
    }

    boolean isDone() {
      return next == count;
    }

    Term nextOf(List<Term> row, @Nullable Term tail) {
      return tail != null && next == row.size() ? tail : row.get(next);
    }

    /** The order of two lists of which one goes on where the other has its tail. */
    int compareRests() {
      return a.size() < b.size() ? compareTailToList(aTail) : -compareTailToList(bTail);
    }

    private static int compareTailToList(@Nullable Term tail) {
      return tail instanceof Binary || tail instanceof BitString ? 1 : -1;
    }
  }

  private static int compareIntegers(IntegerTerm a, IntegerTerm b) {
    return a instanceof IntTerm(long x) && b instanceof IntTerm(long y)
        ? Long.compare(x, y)
        : a.toBigInteger().compareTo(b.toBigInteger());
  }

  private static int compareNumerically(double a, double b) {
    return a < b ? -1 : a > b ? 1 : 0;
  }

  /** Exact: neither side is rounded to the type of the other. */
  private static int compareToFloat(IntegerTerm integer, double value) {
    return switch (integer) {
      case IntTerm _ when value >= TWO_TO_63 -> -1;
      case IntTerm _ when value < -TWO_TO_63 -> 1;
      case IntTerm(long x) -> {
        long whole = (long) value;
        yield x != whole ? Long.compare(x, whole) : compareNumerically((double) whole, value);
      }
      case BigTerm(BigInteger x) when Math.abs(value) < TWO_TO_63 -> x.signum();
      case BigTerm(BigInteger x) -> x.compareTo(new BigDecimal(value).toBigInteger());
    };
  }

  /** By code points: a plain comparison of UTF-16 would put U+FF5E after U+1F600. */
  private static int compareAtoms(Atom a, Atom b) {
    String x = a.name();
    String y = b.name();
    int common = Math.min(x.length(), y.length());
    for (int i = 0; i < common; i++) {
      char c = x.charAt(i);
      char d = y.charAt(i);
      if (c != d) {
        boolean samePlane = Character.isSurrogate(c) == Character.isSurrogate(d);
        return samePlane ? Character.compare(c, d) : Character.isSurrogate(c) ? 1 : -1;
      }
    }
    return Integer.compare(x.length(), y.length());
  }

  private static int comparePids(Pid a, Pid b) {
    int order = Integer.compareUnsigned(a.serial(), b.serial());
    order = order != 0 ? order : Integer.compareUnsigned(a.id(), b.id());
    return order != 0 ? order : compareNode(a.node(), a.creation(), b.node(), b.creation());
  }

  private static int comparePorts(Port a, Port b) {
    int order = compareNode(a.node(), a.creation(), b.node(), b.creation());
    return order != 0 ? order : Long.compareUnsigned(a.id(), b.id());
  }

  private static int compareReferences(Reference a, Reference b) {
    int order = compareNode(a.node(), a.creation(), b.node(), b.creation());
    for (int i = Reference.MAX_WORDS - 1; i >= 0 && order == 0; i--) {
      int x = i < a.wordCount() ? a.word(i) : 0;
      int y = i < b.wordCount() ? b.word(i) : 0;
      order = Integer.compareUnsigned(x, y);
    }
    return order != 0 ? order : Integer.compare(a.wordCount(), b.wordCount());
  }

  private static int compareNode(Atom a, int aCreation, Atom b, int bCreation) {
    int order = compareAtoms(a, b);
    return order != 0 ? order : Integer.compareUnsigned(aCreation, bCreation);
  }

  private static int compareExports(Export a, Export b) {
    int order = compareAtoms(a.module(), b.module());
    order = order != 0 ? order : compareAtoms(a.function(), b.function());
    return order != 0 ? order : Integer.compare(a.arity(), b.arity());
  }

  private static int compareFuns(Fun a, Fun b) {
    int order = compareAtoms(a.module(), b.module());
    order = order != 0 ? order : Integer.compareUnsigned(a.index(), b.index());
    order = order != 0 ? order : Long.compare(a.oldUniq(), b.oldUniq());
    order = order != 0 ? order : Integer.compare(a.freeVars().size(), b.freeVars().size());
    order = order != 0 ? order : Integer.compare(a.arity(), b.arity());
    order = order != 0 ? order : a.uniq().compareBytes(b.uniq());
    order = order != 0 ? order : Long.compare(a.oldIndex(), b.oldIndex());
    return order != 0 ? order : comparePids(a.pid(), b.pid());
  }

  /** At least one side is no whole number of bytes. */
  private static int compareBits(Term a, Term b) {
    Binary x = bytesOf(a);
    Binary y = bytesOf(b);
    long bits = Math.min(bitSize(a), bitSize(b));
    int whole = (int) (bits / 8);
    int order = x.compareFirst(whole, y);
    if (order == 0 && bits % 8 != 0) {
      int mask = 0xff << (8 - bits % 8) & 0xff;
      order = Integer.compare(x.byteAt(whole) & mask, y.byteAt(whole) & mask);
    }
    return order != 0 ? order : Long.compare(bitSize(a), bitSize(b));
  }

  private static Binary bytesOf(Term bits) {
    return bits instanceof BitString x ? Binary.wrap(x.bytes()) : (Binary) bits;
  }

  private static long bitSize(Term bits) {
    return bits instanceof BitString x ? x.bitSize() : ((Binary) bits).size() * 8L;
  }
}
