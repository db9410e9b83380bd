package io.weft.wire.frame;

import io.weft.term.Atom;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The atoms in the header of one frame, in the order of their references: the slot of each and, if
 * it is new there, its text.
 */
final class HeaderAtoms {

  /** The longest text whose length fits 8 bits. */
  private static final int MAX_SHORT = 0xff;

  private final short[] slots = new short[CacheSlots.MAX_REFS];
  private final byte[] @Nullable [] texts = new byte[CacheSlots.MAX_REFS] @Nullable [];
  private int count;
  private int textBytes;
  private boolean longAtoms;

  void clear() {
    count = 0;
    textBytes = 0;
    longAtoms = false;
  }

  int count() {
    return count;
  }

  int slot(int ref) {
    return slots[ref];
  }

  boolean isNew(int ref) {
    return texts[ref] != null;
  }

  boolean isFull() {
    return count == CacheSlots.MAX_REFS;
  }

  /** The size of the new atoms with their lengths, in bytes, if each length takes 16 bits. */
  int textBytes() {
    return textBytes;
  }

  static byte[] text(Atom atom) {
    return atom.name().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Appends an atom; there must be room.
   *
   * @param text its text if it is new in the slot, else null
   * @return the number of the reference
   */
  int add(int slot, byte @Nullable [] text) {
    slots[count] = (short) slot;
    texts[count] = text;
    if (text != null) {
      textBytes += 2 + text.length;
      longAtoms |= text.length > MAX_SHORT;
    }
    return count++;
  }

  /** The size of the header after its first two bytes. */
  int size() {
    return count == 0 ? 1 : 1 + CacheSlots.flagBytes(count) + count + newBytes();
  }

  private int newBytes() {
    int bytes = 0;
    for (int i = 0; i < count; i++) {
      byte[] text = texts[i];
      if (text != null) {
        bytes += (longAtoms ? 2 : 1) + text.length;
      }
    }
    return bytes;
  }

  /** Writes {@link #size} bytes: the header after its first two. */
  void write(ByteBuffer out) {
    out.put((byte) count);
    if (count > 0) {
      writeFlags(out);
      writeAtoms(out);
    }
  }

  /** Half a byte for each atom and one for the header, the lower half of a byte first. */
  private void writeFlags(ByteBuffer out) {
    for (int i = 0; i <= count; i += 2) {
      int high = i < count ? flags(i + 1) : 0;
      out.put((byte) (flags(i) | high << 4));
    }
  }

  private int flags(int ref) {
    if (ref == count) {
      return longAtoms ? CacheSlots.LONG_ATOMS : 0;
    }
    return CacheSlots.segment(slots[ref]) | (isNew(ref) ? CacheSlots.NEW : 0);
  }

  private void writeAtoms(ByteBuffer out) {
    for (int i = 0; i < count; i++) {
      out.put((byte) CacheSlots.index(slots[i]));
      byte[] text = texts[i];
      if (text == null) {
        continue;
      }
      if (longAtoms) {
        out.putShort((short) text.length);
      } else {
        out.put((byte) text.length);
      }
      out.put(text);
    }
  }
}
