package io.weft.etf;

import io.weft.term.Atom;
import io.weft.term.ListTerm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the elements of a list in the external format, for those who would make terms only to send
 * them. What {@link #list} gives is a list like any other, and goes out without a term being made.
 * Not for use by several threads at once.
 */
public final class ElementsWriter {

  /** As many as the header of a frame may have. */
  private static final int MAX_ATOMS = 255;

  private final EtfOutput out;
  private final OwnAtoms atoms = new OwnAtoms();
  private final EtfEncoder encoder;

  // while parts are brought into another order: what they were, and how far each goes
  private byte[] before = new byte[128];
  private int[] moved = new int[8];

  /**
   * @param capacity how many bytes are expected; a guess
   */
  public ElementsWriter(int capacity) {
    out = new EtfOutput(capacity);
    encoder = new EtfEncoder(out, atoms);
  }

  /** What an element is written with, from its first byte to its last. */
  public EtfEncoder encoder() {
    return encoder;
  }

  /** How many bytes were written. */
  public int position() {
    return out.position();
  }

  /** Forgets what was written after {@code position}, which {@link #position} gave before. */
  public void back(int position) {
    out.truncate(position);
    atoms.back(position);
  }

  /**
   * Brings parts that were written one behind the other into another order.
   *
   * @param starts where each part begins; the last ends where the writer is
   * @param count how many parts there are
   * @param order the number of the part that is to be the first, of the second, ...
   */
  public void reorder(int[] starts, int count, int[] order) {
    int from = starts[0];
    int end = out.position();
    byte[] bytes = out.array();
    if (before.length < end - from) {
      before = new byte[2 * (end - from)];
    }
    System.arraycopy(bytes, from, before, 0, end - from);
    if (moved.length < count) {
      moved = new int[count];
    }
    int at = from;
    for (int i = 0; i < count; i++) {
      int part = order[i];
      int partEnd = part + 1 < count ? starts[part + 1] : end;
      System.arraycopy(before, starts[part] - from, bytes, at, partEnd - starts[part]);
      moved[part] = at - starts[part];
      at += partEnd - starts[part];
    }
    atoms.move(starts, count);
  }

  /**
   * The list of what was written; the writer is not to be used afterwards.
   *
   * @param count how many elements these are
   */
  public ListTerm list(int count) {
    if (count == 0) {
      return ListTerm.NIL;
    }
    return ListTerm.of(
        new EncodedElements(
            out.array(), out.position(), count, List.copyOf(atoms.all), atoms.places(), null));
  }

  /** The atoms of the elements in the order of their first use, and where they are used. */
  private final class OwnAtoms implements AtomIndex {
    private static final int SLOTS = 1024;

    final List<Atom> all = new ArrayList<>();

    /** The number of an atom, plus one, by a hash of its name. */
    private final short[] slots = new short[SLOTS];

    private int[] places = new int[64];
    private int used;

    /** An encoder asks right before it writes a tag and the number. */
    @Override
    public int indexOf(Atom atom) {
      int number = number(atom);
      if (number >= 0) {
        if (used == places.length) {
          places = Arrays.copyOf(places, 2 * used);
        }
        places[used++] = out.position() + 1;
      }
      return number;
    }

    private int number(Atom atom) {
      int hash = atom.name().hashCode();
      int slot = (hash ^ hash >>> 10) & SLOTS - 1;
      while (slots[slot] != 0) {
        if (all.get(slots[slot] - 1).equals(atom)) {
          return slots[slot] - 1;
        }
        slot = slot + 1 & SLOTS - 1;
      }
      return all.size() == MAX_ATOMS || atom.name().isEmpty() ? -1 : add(atom, slot);
    }

    private int add(Atom atom, int slot) {
      all.add(atom);
      slots[slot] = (short) all.size();
      return all.size() - 1;
    }

    void back(int position) {
      while (used > 0 && places[used - 1] >= position) {
        used--;
      }
    }

    /** The places in the parts go with them: those that were noted last. */
    void move(int[] starts, int count) {
      for (int i = used - 1; i >= 0 && places[i] >= starts[0]; i--) {
        int part = count - 1;
        while (places[i] < starts[part]) {
          part--;
        }
        places[i] += moved[part];
      }
    }

    int[] places() {
      return Arrays.copyOf(places, used);
    }
  }
}
