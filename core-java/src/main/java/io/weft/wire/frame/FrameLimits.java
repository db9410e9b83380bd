package io.weft.wire.frame;

import io.weft.etf.DecodeLimits;

/**
 * What a peer may make a {@link FrameDecoder} keep.
 *
 * @param maxFrameBytes the largest frame, without its length, in bytes; a driver checks the length
 *     against it before it takes memory for the frame
 * @param maxOpenSequences how many messages may be incomplete at the same time
 * @param maxFragmentBytes how many bytes of incomplete messages are kept in all, and so the largest
 *     payload that arrives in fragments
 * @param decode what decoding one message may cost
 */
public record FrameLimits(
    int maxFrameBytes, int maxOpenSequences, int maxFragmentBytes, DecodeLimits decode) {

  /**
   * Frames of 256 MiB (a peer that does not fragment sends each message in one), 10,000 open
   * sequences with 512 MiB in all, {@link DecodeLimits#DEFAULT}.
   */
  public static final FrameLimits DEFAULT =
      new FrameLimits(256 << 20, 10_000, 512 << 20, DecodeLimits.DEFAULT);

  /**
   * Returns {@link #DEFAULT}, or less where a heap of {@code bytes} could not hold it: at most a
   * quarter of it for a frame, for incomplete messages, and for what a message is decoded to.
   */
  public static FrameLimits forHeap(long bytes) {
    long most = bytes / 4;
    DecodeLimits decode = DEFAULT.decode;
    return new FrameLimits(
        (int) Math.min(DEFAULT.maxFrameBytes, most),
        DEFAULT.maxOpenSequences,
        (int) Math.min(DEFAULT.maxFragmentBytes, most),
        new DecodeLimits(
            Math.min(decode.maxMemory(), most), decode.maxDepth(), decode.maxBigIntegerBytes()));
  }

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public FrameLimits {
    if (maxFrameBytes < 0 || maxOpenSequences < 0 || maxFragmentBytes < 0) {
      throw new IllegalArgumentException("negative limit");
    }
  }
}
