package io.weft.mapping;

import io.weft.etf.DecodeLimits;

/** One term being decoded: how deep it is, and what its packed parts may still take. */
final class Reading {
  private final DecodeLimits limits;
  private long packedMemory;
  private int depth;

  Reading(DecodeLimits limits) {
    this.limits = limits;
    packedMemory = limits.maxMemory();
  }

  void enter() {
    if (++depth > Form.MAX_DEPTH) {
      throw new Misfit(Form.TOO_DEEP);
    }
  }

  void leave() {
    depth--;
  }

  /** Returns what one more packed part may take. */
  DecodeLimits packedLimits() {
    return new DecodeLimits(packedMemory, limits.maxDepth(), limits.maxBigIntegerBytes());
  }

  /** Tells what of that is left after it. */
  void packedMemory(long left) {
    packedMemory = left;
  }
}
