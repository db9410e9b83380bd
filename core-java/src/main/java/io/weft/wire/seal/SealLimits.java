package io.weft.wire.seal;

/**
 * How much is sealed with one key before the sender goes on to the next.
 *
 * @param records how many records, at most {@link #MOST_RECORDS}
 * @param bytes how many bytes that are sealed in them
 */
public record SealLimits(long records, long bytes) {

  /** What AES-GCM bears under one key: what TLS 1.3 allows it (RFC 8446, section 5.5), rounded. */
  public static final long MOST_RECORDS = 1L << 24;

  /** 2^24 records, one gigabyte. */
  public static final SealLimits DEFAULT = new SealLimits(MOST_RECORDS, 1L << 30);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is not positive, or there are more records than {@link
   *     #MOST_RECORDS}
   */
  public SealLimits {
    if (records < 1 || records > MOST_RECORDS || bytes < 1) {
      throw new IllegalArgumentException(
          "a key for %d records (1 to %d) and %d bytes".formatted(records, MOST_RECORDS, bytes));
    }
  }
}
