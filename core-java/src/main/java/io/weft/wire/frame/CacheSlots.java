package io.weft.wire.frame;

/**
 * The slots of an atom cache: 8 segments of 256. A slot is numbered by segment × 256 + internal
 * index.
 */
final class CacheSlots {

  static final int SEGMENTS = 8;
  static final int SEGMENT_SIZE = 256;
  static final int COUNT = SEGMENTS * SEGMENT_SIZE;

  /** The largest number of atoms in the header of one frame. */
  static final int MAX_REFS = 255;

  /** In the flags of an atom: it is new in its slot. The other three bits are the segment. */
  static final int NEW = 8;

  /** In the flags of the header: lengths of atoms take 16 bits. */
  static final int LONG_ATOMS = 1;

  private CacheSlots() {}

  static int slot(int segment, int index) {
    return segment * SEGMENT_SIZE + index;
  }

  static int segment(int slot) {
    return slot / SEGMENT_SIZE;
  }

  static int index(int slot) {
    return slot % SEGMENT_SIZE;
  }

  /**
   * The bytes that the flags of a header with that many atoms take, those of the header included.
   */
  static int flagBytes(int refs) {
    return refs / 2 + 1;
  }
}
