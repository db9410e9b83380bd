package io.weft.wire.frame;

import io.weft.term.Atom;
import io.weft.wire.internal.WireInput;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The atom cache that the peer fills by the headers of its frames. */
final class ReceivingAtomCache {

  private final @Nullable Atom[] atoms = new @Nullable Atom[CacheSlots.COUNT];

  /**
   * Reads a header after its first two bytes and does what it says.
   *
   * @return the atoms that the terms of this frame refer to by their number
   */
  List<Atom> readHeader(WireInput in) {
    int count = in.u8("the number of atoms");
    if (count == 0) {
      return List.of();
    }
    byte[] flags = in.bytes(CacheSlots.flagBytes(count), "the flags of atoms");
    boolean longAtoms = (half(flags, count) & CacheSlots.LONG_ATOMS) != 0;
    Atom[] refs = new Atom[count];
    for (int i = 0; i < count; i++) {
      refs[i] = readAtom(in, half(flags, i), longAtoms);
    }
    return Arrays.asList(refs);
  }

  private static int half(byte[] flags, int number) {
    return flags[number / 2] >> 4 * (number % 2) & 0xf;
  }

  private Atom readAtom(WireInput in, int flags, boolean longAtoms) {
    int slot = CacheSlots.slot(flags & CacheSlots.NEW - 1, in.u8("an atom's index"));
    if ((flags & CacheSlots.NEW) != 0) {
      int length = longAtoms ? in.u16("an atom's length") : in.u8("an atom's length");
      atoms[slot] = in.atom(length, "an atom");
    }
    Atom atom = atoms[slot];
    if (atom == null) {
      throw in.error("no atom in slot " + slot + " of the cache");
    }
    return atom;
  }
}
