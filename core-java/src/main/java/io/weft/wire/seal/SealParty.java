package io.weft.wire.seal;

import io.weft.term.Atom;
import io.weft.wire.handshake.NodeName;
import io.weft.wire.internal.WireInput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A node that seals what it says: its name and incarnation, to which the keys are bound.
 *
 * @param name {@code name@host}
 * @param creation the incarnation, unsigned 32 bits
 */
public record SealParty(Atom name, int creation) {

  /** What the name takes at most: 255 characters of Latin-1 in UTF-8. */
  private static final int MAX_NAME_BYTES = 510;

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it is not {@code name@host}
   */
  public SealParty {
    if (!NodeName.isFull(name)) {
      throw new IllegalArgumentException(name + " is not a name of the form name@host");
    }
  }

  static void putName(ByteBuffer out, Atom name) {
    byte[] text = name.name().getBytes(StandardCharsets.UTF_8);
    out.putShort((short) text.length).put(text);
  }

  static Atom name(WireInput in) {
    int length = in.u16("the length of a name");
    if (length > MAX_NAME_BYTES) {
      throw in.error("a name of %d bytes, the limit is %d".formatted(length, MAX_NAME_BYTES));
    }
    return in.atom(length, "a name");
  }

  static SealParty read(WireInput in) {
    Atom name = name(in);
    int creation = in.u32("the creation");
    return in.checked(() -> new SealParty(name, creation));
  }
}
