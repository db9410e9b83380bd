package io.weft.term;

/**
 * Erlang's portable hash, {@code erlang:phash2/1,2}: the same number for the same term on every
 * node and in every release, so that nodes agree on who is to have what.
 *
 * <p>Equal terms have the same hash. So have {@code 0.0} and {@code -0.0}, as up to OTP 26, and
 * terms that differ only in what the hash leaves out, such as the node of a pid.
 *
 * <p>Takes no more native stack for a deep term than for a flat one. Numbers of 64 bits, atoms,
 * binaries and the other terms without parts are hashed without allocation.
 *
 * @see <a href="https://www.erlang.org/doc/man/erlang.html#phash2-2">erlang:phash2/2</a>
 */
public final class PortableHash {

  /** The largest range that there is, 2^32. */
  public static final long MAX_RANGE = 1L << 32;

  private static final int DEFAULT_MASK = (1 << 27) - 1;

  private PortableHash() {}

  /** Returns {@code erlang:phash2(Term)}: 0 to 2^27 - 1. */
  public static int phash2(Term term) {
    return HashWalk.hash(term) & DEFAULT_MASK;
  }

  /**
   * Returns {@code erlang:phash2(Term, Range)}: 0 to {@code range - 1}.
   *
   * @param range 1 to {@link #MAX_RANGE}
   * @throws IllegalArgumentException if it is not
   */
  public static long phash2(Term term, long range) {
    return within(range, HashWalk.hash(term));
  }

  /**
   * Returns {@code erlang:phash2(Integer, Range)}, without a term.
   *
   * @throws IllegalArgumentException as {@link #phash2(Term, long)}
   */
  public static long phash2(long integer, long range) {
    return within(range, LeafHash.integer(0, integer));
  }

  /**
   * Returns {@code erlang:phash2(Binary, Range)} for the binary of these bytes, without a term.
   *
   * @throws IllegalArgumentException as {@link #phash2(Term, long)}
   */
  public static long phash2(byte[] bytes, long range) {
    return within(range, LeafHash.bytes(0, bytes, 0, bytes.length));
  }

  private static long within(long range, int hash) {
    if (range < 1 || range > MAX_RANGE) {
      throw new IllegalArgumentException("range " + range + " is not 1 to 2^32");
    }
    return Integer.toUnsignedLong(hash) % range;
  }
}
