package io.weft.wire.frame;

import io.weft.etf.AtomIndex;
import io.weft.etf.EtfEncoder;
import io.weft.etf.EtfOutput;
import io.weft.etf.NodeAlias;
import io.weft.wire.control.Control;
import io.weft.wire.control.ControlCodec;
import io.weft.wire.control.ControlCodec.WireForm;
import io.weft.wire.handshake.DistFlags;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes signals as the frames of one connection. Not for use by several threads at once.
 *
 * <p>A driver normally uses {@link OutgoingFrames}, which keeps the rules that are stated here.
 */
public final class FrameEncoder {

  /** Where payloads are cut, in bytes: the same as in OTP. */
  public static final int FRAGMENT_BYTES = 64 << 10;

  /** The smallest size of fragments that can be chosen, in bytes. */
  public static final int MIN_FRAGMENT_BYTES = 32;

  private static final int LENGTH_BYTES = 4;

  /** The type, the sequence and the fragment of a first fragment. */
  private static final int FRAGMENT_HEAD = 2 + 8 + 8;

  /**
   * Terms are written from here on. The header of the frame, whose size is known only when the
   * terms are there, is then put right in front of them.
   */
  private static final int TERMS = LENGTH_BYTES + FRAGMENT_HEAD + SendingAtomCache.MAX_HEADER_BYTES;

  /** Memory beyond this size is not kept for the next message. */
  private static final int KEPT_BYTES = 4 << 20;

  private final DistFlags flags;
  private final int fragmentBytes;
  private final boolean headers;
  private final boolean fragments;
  private final SendingAtomCache cache = new SendingAtomCache();

  private @Nullable NodeAlias alias;
  private EtfOutput out = new EtfOutput();
  private EtfEncoder terms = new EtfEncoder(out);
  private long sequences;

  /** An encoder for a new connection, with an empty atom cache. */
  public FrameEncoder(DistFlags flags) {
    this(flags, FRAGMENT_BYTES);
  }

  /**
   * An encoder that cuts payloads at another size.
   *
   * @param flags what was negotiated
   * @param fragmentBytes the size of each part but the last, in bytes
   * @throws IllegalArgumentException if that is less than {@link #MIN_FRAGMENT_BYTES}
   */
  public FrameEncoder(DistFlags flags, int fragmentBytes) {
    if (fragmentBytes < MIN_FRAGMENT_BYTES) {
      throw new IllegalArgumentException("fragments of " + fragmentBytes + " bytes");
    }
    this.flags = flags;
    this.fragmentBytes = fragmentBytes;
    this.headers = flags.has(DistFlags.DIST_HDR_ATOM_CACHE);
    this.fragments = headers && flags.has(DistFlags.FRAGMENTS);
    renewMemory();
  }

  /**
   * From now on what bears the inner name of {@code names} is written with the outer one.
   *
   * @param names null for a node that has one name
   */
  public void alias(@Nullable NodeAlias names) {
    alias = names;
    renewMemory();
  }

  /** A tick: the frame of length 0 that tells that this node lives. */
  public static ByteBuffer tick() {
    return ByteBuffer.allocate(LENGTH_BYTES);
  }

  /**
   * Encodes a signal in the form that the negotiated flags ask for.
   *
   * <p>The first frame of a message must go out before the first frame of the next one that is
   * encoded, because the atom cache of the peer follows the order of the frames. The later frames
   * of one message go out in order, with frames of other senders between them as the caller likes;
   * the next message of the same sender must wait for the last of them.
   *
   * @return null if the peer does not understand any form of the signal: nothing is to be sent
   * @throws IllegalStateException if the signal would take more than 2 GiB: nothing is to be sent,
   *     and the encoder can be used further
   */
  public @Nullable OutgoingMessage encode(Control control) {
    WireForm form = ControlCodec.encode(control, flags);
    if (form == null) {
      return null;
    }
    if (out.array().length > KEPT_BYTES) {
      renewMemory();
    }
    out.reset();
    return headers ? withHeader(form) : passThrough(form);
  }

  private void renewMemory() {
    out = new EtfOutput(2 * TERMS);
    terms = new EtfEncoder(out, headers ? cache : AtomIndex.NONE, alias);
  }

  private OutgoingMessage passThrough(WireForm form) {
    out.skip(LENGTH_BYTES);
    out.putU8(FrameTag.PASS_THROUGH);
    terms.versioned(form.control());
    if (form.payload() != null) {
      terms.versioned(form.payload());
    }
    out.patchU32(0, out.position() - LENGTH_BYTES);
    return OutgoingMessage.whole(out.array(), 0, out.position());
  }

  private OutgoingMessage withHeader(WireForm form) {
    int payload = writeTerms(form);
    int length = out.lengthFrom(payload);
    return fragments && length > fragmentBytes ? cut(payload, length) : whole(out.position());
  }

  /** Where the payload begins. */
  private int writeTerms(WireForm form) {
    out.skip(TERMS);
    cache.begin();
    boolean written = false;
    try {
      out.insertFrom(Integer.MAX_VALUE);
      terms.term(form.control());
      int payload = out.position();
      if (form.payload() != null) {
        out.insertFrom(fragments ? fragmentBytes : Integer.MAX_VALUE);
        terms.term(form.payload());
      }
      written = true;
      return payload;
    } finally {
      if (!written) {
        cache.abandon();
      }
    }
  }

  private OutgoingMessage whole(int end) {
    int start = TERMS - cache.headerSize() - 2 - LENGTH_BYTES;
    cache.writeHeader(startFrame(start, end, FrameTag.NORMAL));
    return OutgoingMessage.whole(out.array(), start, end);
  }

  private OutgoingMessage cut(int payload, int length) {
    long sequence = ++sequences;
    int count = Math.ceilDiv(length, fragmentBytes);
    int firstEnd = payload + fragmentBytes;
    int start = TERMS - cache.headerSize() - FRAGMENT_HEAD - LENGTH_BYTES;
    ByteBuffer head = startFrame(start, firstEnd, FrameTag.FIRST_FRAGMENT);
    cache.writeHeader(head.putLong(sequence).putLong(count));
    var content = new Spliced(out, start);
    renewMemory();
    return OutgoingMessage.fragmented(content, firstEnd - start, count, fragmentBytes, sequence);
  }

  private ByteBuffer startFrame(int start, int end, int type) {
    return ByteBuffer.wrap(out.array(), start, TERMS - start)
        .putInt(end - start - LENGTH_BYTES)
        .put((byte) FrameTag.VERSION)
        .put((byte) type);
  }
}
