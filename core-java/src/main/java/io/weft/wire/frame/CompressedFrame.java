package io.weft.wire.frame;

import io.weft.wire.CompressionWish;
import io.weft.wire.WireException;
import io.weft.wire.internal.WireInput;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The frame that only Weft nodes exchange: another frame, compressed. Both directions of it.
 *
 * <p>After the length of the frame: 131; {@link FrameTag#COMPRESSED}; the {@linkplain
 * CompressionAlgorithm#code algorithm}, one byte; the size of the other frame without its length,
 * four bytes; its bytes, compressed. The other frame is of any kind but this one.
 */
final class CompressedFrame {

  /*
   * Why frames, and not whole messages. A frame is compressed when its turn comes, and read before
   * anything else is looked at, so nothing changes for atom caches, fragments, order and limits; a
   * large message keeps nobody waiting while all of it is compressed; and a peer can make a node
   * inflate only one frame at a time. The price: what repeats itself is found only within the 64 KiB
   * of a fragment, about twice the reach of deflate.
   */

  /** The largest frame that is compressed: larger than all with fragments of the usual size. */
  static final int MAX_PLAIN_BYTES = 256 << 10;

  private static final int LENGTH_BYTES = 4;
  private static final int HEAD_BYTES = 2 + 1 + 4;

  /** One part in so many must be saved, or the frame goes out as it is. */
  private static final int WORTHWHILE = 16;

  private CompressedFrame() {}

  /** Compresses what goes out on one connection. */
  static final class Sender {
    private final Compressor compressor;
    private final int thresholdBytes;
    private final IntFunction<Compressor> ofLevel;
    private byte[] memory = new byte[0];
    private long saved;

    Sender(Compressor compressor, int thresholdBytes, IntFunction<Compressor> ofLevel) {
      this.compressor = compressor;
      this.thresholdBytes = thresholdBytes;
      this.ofLevel = ofLevel;
    }

    /** How many bytes less went out than were to. */
    long savedBytes() {
      return saved;
    }

    /** A frame of {@code message}, compressed if that serves; in memory that is reused. */
    ByteBuffer compress(ByteBuffer frame, OutgoingMessage message) {
      CompressionWish wish = message.wish();
      if (wish == null) {
        return compress(frame, message, thresholdBytes, compressor);
      }
      if (!wish.compressed()) {
        return frame;
      }
      int threshold = wish.thresholdBytes().orElse(thresholdBytes);
      OptionalInt level = wish.level();
      return compress(
          frame,
          message,
          threshold,
          level.isPresent() ? ofLevel.apply(level.getAsInt()) : compressor);
    }

    private ByteBuffer compress(
        ByteBuffer frame, OutgoingMessage message, int threshold, Compressor by) {
      int plain = frame.remaining() - LENGTH_BYTES;
      if (plain < threshold || plain > MAX_PLAIN_BYTES || !message.isWorthCompressing()) {
        return frame;
      }
      int head = LENGTH_BYTES + HEAD_BYTES;
      int room = plain - plain / WORTHWHILE - HEAD_BYTES;
      if (memory.length < head + room) {
        memory = new byte[head + plain];
      }
      int start = frame.arrayOffset() + frame.position() + LENGTH_BYTES;
      int size = room <= 0 ? 0 : by.compress(frame.array(), start, plain, memory, head, room);
      message.compressed(size > 0);
      if (size == 0) {
        return frame;
      }
      saved += plain - HEAD_BYTES - size;
      ByteBuffer compressed = ByteBuffer.wrap(memory, 0, head + size);
      compressed.putInt(HEAD_BYTES + size).put((byte) FrameTag.VERSION);
      compressed.put((byte) FrameTag.COMPRESSED).put((byte) by.algorithm().code());
      return compressed.putInt(plain).rewind();
    }
  }

  /** Decompresses what arrives on one connection. */
  static final class Receiver {
    private final List<Decompressor> decompressors;
    private final int maxBytes;
    private byte[] memory = new byte[0];
    private long saved;

    Receiver(List<Decompressor> decompressors, FrameLimits limits) {
      this.decompressors = List.copyOf(decompressors);
      this.maxBytes = Math.min(MAX_PLAIN_BYTES, limits.maxFrameBytes());
    }

    /** How many bytes less came than they stood for. */
    long savedBytes() {
      return saved;
    }

    /** The frame in what follows the type of a compressed one; in memory that is reused. */
    ByteBuffer decompress(WireInput in) {
      int code = in.u8("the algorithm");
      Decompressor decompressor = find(code);
      if (decompressor == null) {
        throw in.error("compressed by algorithm %d, which was not agreed on".formatted(code));
      }
      long size = Integer.toUnsignedLong(in.u32("the size"));
      if (size == 0 || size > maxBytes) {
        throw in.error("%d bytes compressed, the limit is %d".formatted(size, maxBytes));
      }
      ByteBuffer compressed = in.rest();
      byte[] bytes;
      int start = 0;
      int length = compressed.remaining();
      if (compressed.hasArray()) {
        bytes = compressed.array();
        start = compressed.arrayOffset() + compressed.position();
      } else {
        bytes = new byte[length];
        compressed.get(compressed.position(), bytes);
      }
      if (memory.length < size) {
        memory = new byte[(int) size];
      }
      try {
        decompressor.decompress(bytes, start, length, memory, (int) size);
      } catch (WireException e) {
        throw in.error("%s, compressed,".formatted(e.getMessage()));
      }
      saved += size - length - HEAD_BYTES;
      return ByteBuffer.wrap(memory, 0, (int) size);
    }

    private @Nullable Decompressor find(int code) {
      for (Decompressor decompressor : decompressors) {
        if (decompressor.algorithm().code() == code) {
          return decompressor;
        }
      }
      return null;
    }
  }
}
