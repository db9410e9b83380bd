package io.weft.wire.frame;

import io.weft.etf.EtfDecoder;
import io.weft.etf.EtfException;
import io.weft.etf.NodeAlias;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.wire.WireException;
import io.weft.wire.control.Control;
import io.weft.wire.control.ControlCodec;
import io.weft.wire.internal.WireInput;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one connection. All of OTP's forms of frames are understood, whatever was
 * negotiated; compressed ones only by the algorithms that were agreed on. Not for use by several
 * threads at once.
 */
public final class FrameDecoder {

  private final FrameLimits limits;
  private final ReceivingAtomCache cache = new ReceivingAtomCache();
  private final Reassembly reassembly;
  private final CompressedFrame.Receiver compression;
  private final @Nullable NodeAlias alias;
  private boolean broken;

  /** A decoder for a new connection, with an empty atom cache. */
  public FrameDecoder(FrameLimits limits) {
    this(limits, List.of());
  }

  /**
   * A decoder for a new connection, with an empty atom cache.
   *
   * <p>A compressed frame stands for 256 KiB at most, whatever its own size. What it announces is
   * checked before memory is taken, and one frame at a time is held decompressed. {@code limits}
   * count the bytes that it stands for.
   *
   * @param decompressors of the algorithms that were agreed on; whoever gives them closes them
   */
  public FrameDecoder(FrameLimits limits, List<Decompressor> decompressors) {
    this(limits, decompressors, null);
  }

  /**
   * A decoder for a new connection of a node that its peers know by another name.
   *
   * @param alias the two names: what bears the outer one gets the inner one; null for a node that
   *     has one name
   */
  public FrameDecoder(
      FrameLimits limits, List<Decompressor> decompressors, @Nullable NodeAlias alias) {
    this.limits = limits;
    this.alias = alias;
    this.reassembly = new Reassembly(limits);
    this.compression = new CompressedFrame.Receiver(decompressors, limits);
  }

  /** How many bytes less the frames took so far because they were compressed. */
  public long savedBytes() {
    return compression.savedBytes();
  }

  /**
   * Takes the next frame.
   *
   * @param body the frame without its length, which is consumed; what has to be kept is copied, so
   *     the caller may reuse the memory
   * @return the signal that is complete now; null for a tick, or if fragments are missing yet
   * @throws WireException if the frame breaks the protocol or exceeds a limit: the connection has
   *     to be closed, and this decoder takes no further frame
   * @throws IllegalStateException if an earlier frame broke the protocol
   */
  public @Nullable Control receive(ByteBuffer body) {
    if (broken) {
      throw new IllegalStateException("an earlier frame broke the protocol");
    }
    broken = true; // unless this frame proves to be right
    Control control = read(body);
    broken = false;
    return control;
  }

  private @Nullable Control read(ByteBuffer body) {
    WireInput in = new WireInput("frame", body);
    body.position(body.limit());
    if (in.remaining() == 0) {
      return null; // a tick
    }
    if (in.remaining() > limits.maxFrameBytes()) {
      throw in.error("%d bytes, the limit is %d".formatted(in.remaining(), limits.maxFrameBytes()));
    }
    try {
      return readFrame(in, true);
    } catch (EtfException e) {
      throw new WireException("frame", e);
    }
  }

  private @Nullable Control readFrame(WireInput in, boolean outermost) {
    int first = in.u8("the type");
    if (first == FrameTag.PASS_THROUGH) {
      return passThrough(in);
    }
    int second = first == FrameTag.VERSION ? in.u8("the type") : -1;
    return switch (second) {
      case FrameTag.NORMAL -> {
        List<Atom> atoms = cache.readHeader(in);
        yield message(new EtfDecoder(in.rest(), limits.decode(), atoms, alias), in.rest());
      }
      case FrameTag.FIRST_FRAGMENT -> firstFragment(in);
      case FrameTag.NEXT_FRAGMENT -> nextFragment(in);
      case FrameTag.COMPRESSED -> {
        if (!outermost) {
          throw in.error("compressed twice");
        }
        yield readFrame(new WireInput("compressed frame", compression.decompress(in)), false);
      }
      case -1 -> throw in.error("unknown type " + first);
      default -> throw in.error("unknown type 131, " + second);
    };
  }

  private Control passThrough(WireInput in) {
    ByteBuffer terms = in.rest();
    EtfDecoder decoder = new EtfDecoder(terms, limits.decode(), List.of(), alias);
    Term control = decoder.versioned();
    Term payload = terms.hasRemaining() ? decoder.versioned() : null;
    in.end();
    return ControlCodec.decode(control, payload);
  }

  private static Control message(EtfDecoder decoder, ByteBuffer terms) {
    Term control = decoder.term();
    Term payload = terms.hasRemaining() ? decoder.term() : null;
    if (terms.hasRemaining()) {
      throw new WireException(terms.remaining() + " bytes after the payload", terms.position());
    }
    return ControlCodec.decode(control, payload);
  }

  private @Nullable Control firstFragment(WireInput in) {
    long sequence = in.u64("the sequence");
    long fragments = in.u64("the fragment");
    if (fragments == 0 || reassembly.isOpen(sequence)) {
      throw in.error(
          "fragment %s at the start of sequence %s, which %s"
              .formatted(
                  Long.toUnsignedString(fragments),
                  Long.toUnsignedString(sequence),
                  fragments == 0 ? "has none" : "is open"));
    }
    List<Atom> atoms = cache.readHeader(in);
    if (fragments == 1) {
      return message(new EtfDecoder(in.rest(), limits.decode(), atoms, alias), in.rest());
    }
    reassembly.first(sequence, fragments, atoms, in);
    return null;
  }

  private @Nullable Control nextFragment(WireInput in) {
    long sequence = in.u64("the sequence");
    long fragment = in.u64("the fragment");
    IncomingSequence message = reassembly.next(sequence, fragment, in);
    if (message == null) {
      return null;
    }
    ByteBuffer terms = message.content();
    return message(EtfDecoder.owning(terms, limits.decode(), message.atoms(), alias), terms);
  }
}
