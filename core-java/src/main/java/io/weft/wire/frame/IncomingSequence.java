package io.weft.wire.frame;

import io.weft.term.Atom;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A message of which fragments are missing: the bytes so far, of the control tuple and the payload,
 * and the atoms that they refer to.
 */
final class IncomingSequence {

  /** What a sequence takes beside its bytes and its atoms, in bytes; rounded up. */
  private static final int SEQUENCE = 256;

  /** What an atom and the reference to it take beside its characters, in bytes; rounded up. */
  private static final int ATOM = 64;

  /** How many times the bytes that are there may be taken for those to come. */
  private static final int TRUST = 4;

  /** The same for a peer that has sent much, so that a megabyte from OTP is not moved at all. */
  private static final int EARNED_TRUST = 20;

  private static final int MUCH = 32 << 10;

  private final List<Atom> atoms;

  /** The number of fragments, unsigned. */
  private final long announced;

  /** The number of the next fragment, unsigned: they count down to 1. */
  private long next;

  private byte[] bytes = new byte[0];
  private int size;

  IncomingSequence(List<Atom> atoms, long fragments) {
    this.atoms = atoms;
    this.announced = fragments;
    this.next = fragments;
  }

  /** The number of the fragment that has to come now; 0 if none is missing. */
  long next() {
    return next;
  }

  List<Atom> atoms() {
    return atoms;
  }

  ByteBuffer content() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  int size() {
    return size;
  }

  int capacity() {
    return bytes.length;
  }

  /** The memory that this takes, estimated, in bytes. */
  long memory() {
    long memory = (long) SEQUENCE + bytes.length;
    for (Atom atom : atoms) {
      memory += ATOM + 2L * atom.name().length();
    }
    return memory;
  }

  /**
   * The capacity to have when {@code more} bytes come: what the whole message will take if its
   * other fragments are like those that came, but never much more than what is there. So most
   * messages are moved a few times only, and an announcement alone takes no memory.
   */
  long capacityFor(int more) {
    long needed = (long) size + more;
    if (needed <= bytes.length) {
      return bytes.length;
    }
    double came = announced - next + 1;
    double expected = needed / came * unsigned(announced);
    int trust = needed < MUCH ? TRUST : EARNED_TRUST;
    return (long) Math.clamp(expected, (double) needed, (double) trust * needed);
  }

  private static double unsigned(long number) {
    return number >= 0 ? number : number + 0x1p64;
  }

  /** Appends the next fragment and has room for {@code capacity} bytes in all from then on. */
  void append(ByteBuffer fragment, int capacity) {
    if (capacity > bytes.length) {
      bytes = Arrays.copyOf(bytes, capacity);
    }
    int length = fragment.remaining();
    fragment.get(bytes, size, length);
    size += length;
    next--;
  }
}
