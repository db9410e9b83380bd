package io.weft.wire.frame;

import io.weft.etf.AtomIndex;
import io.weft.term.Atom;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the peer has in the atom cache of this direction, and the header of the frame that is being
 * encoded.
 *
 * <p>The internal index of an atom is a hash of its name, and its segment is any of the eight: a
 * cache with 256 sets of eight. In a full set the atom that has not been used for the longest time
 * makes room, so that names that occur once do not drive out those that come again and again. (OTP
 * derives the segment from the hash too: two atoms that fall on the same slot replace each other
 * there.)
 *
 * <p>An atom is written in full if nothing is gained by a reference (the empty atom), or if the
 * header has no room: for more than {@link CacheSlots#MAX_REFS} atoms, or for more than {@link
 * #MAX_TEXT_BYTES} of new ones.
 */
final class SendingAtomCache implements AtomIndex {

  /** How many bytes of new atoms, with their lengths, a header may hold. */
  static final int MAX_TEXT_BYTES = 4096;

  /** The largest header after its first two bytes. */
  static final int MAX_HEADER_BYTES =
      1 + CacheSlots.flagBytes(CacheSlots.MAX_REFS) + CacheSlots.MAX_REFS + MAX_TEXT_BYTES;

  private static final int NONE = -1;

  private final @Nullable Atom[] atoms = new @Nullable Atom[CacheSlots.COUNT];

  /** Of each slot, the last frame that referred to it. */
  private final int[] lastFrame = new int[CacheSlots.COUNT];

  /** Of each slot that this frame refers to, the number of the reference. */
  private final short[] refs = new short[CacheSlots.COUNT];

  private final HeaderAtoms header = new HeaderAtoms();

  /** Counts frames; wraps, so only differences mean something. */
  private int frame;

  /** Starts the header of the next frame. */
  void begin() {
    frame++;
    header.clear();
  }

  /** Takes the new atoms of the header out again: its frame is not sent. */
  void abandon() {
    for (int i = 0; i < header.count(); i++) {
      if (header.isNew(i)) {
        atoms[header.slot(i)] = null;
      }
    }
    header.clear();
  }

  int headerSize() {
    return header.size();
  }

  void writeHeader(ByteBuffer out) {
    header.write(out);
  }

  @Override
  public int indexOf(Atom atom) {
    int index = index(atom);
    int oldest = NONE;
    for (int segment = 0; segment < CacheSlots.SEGMENTS; segment++) {
      int slot = CacheSlots.slot(segment, index);
      if (atom.equals(atoms[slot])) {
        return refer(slot);
      }
      oldest = older(oldest, slot);
    }
    return oldest == NONE ? NONE : enter(atom, oldest);
  }

  private static int index(Atom atom) {
    int hash = atom.name().hashCode() * 0x9E3779B9;
    return hash >>> Integer.SIZE - 8;
  }

  /** The one that may rather be replaced: an empty one, else the one that was used earlier. */
  private int older(int a, int b) {
    if (a != NONE && atoms[a] == null) {
      return a;
    }
    if (atoms[b] == null) {
      return b;
    }
    if (lastFrame[b] == frame) { // the header refers to it already
      return a;
    }
    return a == NONE || frame - lastFrame[b] > frame - lastFrame[a] ? b : a;
  }

  private int refer(int slot) {
    if (lastFrame[slot] == frame) {
      return refs[slot];
    }
    return header.isFull() ? NONE : use(slot, null);
  }

  private int enter(Atom atom, int slot) {
    byte[] text = HeaderAtoms.text(atom);
    if (text.length == 0
        || header.isFull()
        || header.textBytes() + 2 + text.length > MAX_TEXT_BYTES) {
      return NONE;
    }
    atoms[slot] = atom;
    return use(slot, text);
  }

  private int use(int slot, byte @Nullable [] text) {
    lastFrame[slot] = frame;
    int ref = header.add(slot, text);
    refs[slot] = (short) ref;
    return ref;
  }
}
