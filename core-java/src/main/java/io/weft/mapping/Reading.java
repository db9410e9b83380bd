package io.weft.mapping;

import io.weft.etf.DecodeLimits;
import io.weft.node.Node;
import org.jspecify.annotations.Nullable;

/** One term being decoded: where, how deep it is, and what its packed parts may still take. */
final class Reading {
  private final DecodeLimits limits;
  private final @Nullable Node node;
  private long packedMemory;
  private int depth;

  /**
   * @param node the node that takes the term in, if one does
   */
  Reading(DecodeLimits limits, @Nullable Node node) {
    this.limits = limits;
    this.node = node;
    packedMemory = limits.maxMemory();
  }

  @Nullable Node node() {
    return node;
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
