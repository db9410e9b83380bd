package io.weft.wire.frame;

import io.weft.etf.EtfEncoder;
import io.weft.etf.EtfOutput;
import io.weft.term.Atom;
import io.weft.wire.control.Control;
import io.weft.wire.control.ControlCodec;
import io.weft.wire.handshake.DistFlags;
import io.weft.wire.internal.WireInput;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes the frames of another node again, from the signals that they were read as and with the
 * slots of the atom cache that the other node chose.
 */
final class FrameRewriter {

  /** Where the header begins after its tag. */
  private static final int NORMAL_HEADER = 2;

  private static final int FRAGMENT_HEADER = 18;

  private final ReceivingAtomCache cache = new ReceivingAtomCache();

  /** Follows the atom cache through a first fragment. */
  void skip(byte[] firstFragment) {
    cache.readHeader(new WireInput("header", after(FRAGMENT_HEADER, firstFragment)));
  }

  private static ByteBuffer after(int offset, byte[] frame) {
    return ByteBuffer.wrap(frame, offset, frame.length - offset);
  }

  /** What this side would write for the signal, had it chosen the same slots. */
  byte[] rewrite(byte[] frame, Control control) {
    HeaderAtoms header = new HeaderAtoms();
    ByteBuffer afterTag = after(NORMAL_HEADER, frame);
    List<Atom> atoms = cache.readHeader(new WireInput("header", afterTag));
    readSlots(afterTag, atoms, header);

    EtfOutput out = new EtfOutput();
    out.putU8(FrameTag.VERSION);
    out.putU8(FrameTag.NORMAL);
    int start = out.skip(header.size());
    header.write(ByteBuffer.wrap(out.array(), start, header.size()));
    var form = ControlCodec.encode(control, DistFlags.OFFERED_PUBLISHED);
    EtfEncoder encoder = new EtfEncoder(out, atoms::indexOf);
    encoder.term(form.control());
    if (form.payload() != null) {
      encoder.term(form.payload());
    }
    return out.toByteArray();
  }

  private static void readSlots(ByteBuffer in, List<Atom> atoms, HeaderAtoms header) {
    int count = Byte.toUnsignedInt(in.get());
    byte[] flags = new byte[count == 0 ? 0 : CacheSlots.flagBytes(count)];
    in.get(flags);
    boolean longAtoms = count > 0 && (half(flags, count) & CacheSlots.LONG_ATOMS) != 0;
    for (int i = 0; i < count; i++) {
      boolean isNew = (half(flags, i) & CacheSlots.NEW) != 0;
      int slot = CacheSlots.slot(half(flags, i) & 7, Byte.toUnsignedInt(in.get()));
      byte[] text = HeaderAtoms.text(atoms.get(i));
      header.add(slot, isNew ? text : null);
      if (isNew) {
        in.position(in.position() + (longAtoms ? 2 : 1) + text.length);
      }
    }
  }

  private static int half(byte[] flags, int number) {
    return flags[number / 2] >> 4 * (number % 2) & 0xf;
  }
}
