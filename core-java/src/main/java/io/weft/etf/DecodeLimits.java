package io.weft.etf;

/**
 * What decoding one message may cost.
 *
 * @param maxMemory the heap that the decoded terms may take, in bytes, by an estimate that errs on
 *     the high side; it covers inflated data too
 * @param maxDepth how deep terms may be nested
 * @param maxBigIntegerBytes the largest magnitude of an integer, in bytes
 */
public record DecodeLimits(long maxMemory, int maxDepth, int maxBigIntegerBytes) {

  /** 512 MiB, a depth of 1,000,000, integers up to 4 MiB (those of OTP 25 end below that). */
  public static final DecodeLimits DEFAULT = new DecodeLimits(512L << 20, 1_000_000, 4 << 20);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public DecodeLimits {
    if (maxMemory < 0 || maxDepth < 0 || maxBigIntegerBytes < 0) {
      throw new IllegalArgumentException("negative limit");
    }
  }
}
