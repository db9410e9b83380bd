package io.weft.node;

import org.jspecify.annotations.Nullable;

/**
 * The place of a supervised process: one address for all its lives.
 *
 * <p>While the process is being restarted a message is dropped and a call answers {@code noproc},
 * as for any name that nobody holds at the moment.
 *
 * @param <M> the protocol
 */
public final class Slot<M> extends Address<M> {
  private final TermCodec<M> codec;
  private volatile @Nullable Address<M> current;

  /** Who is there or was the last: for people. */
  private volatile @Nullable Target latest;

  /**
   * Makes an empty slot. Its owner, a supervisor, is the one to {@link #fill} and {@link #empty}
   * it.
   */
  public Slot(Node node, TermCodec<M> codec) {
    super(node);
    this.codec = codec;
  }

  /** Points the slot at a new process. */
  public void fill(Address<M> process) {
    latest = process.target();
    current = process;
  }

  /** Leaves the slot without a process. */
  public void empty() {
    current = null;
  }

  @Override
  public @Nullable Target target() {
    Address<M> now = current;
    return now == null ? null : now.target();
  }

  @Override
  public TermCodec<M> codec() {
    return codec;
  }

  @Override
  @Nullable Process<?> process() {
    Address<M> now = current;
    return now == null ? null : now.process();
  }

  @Override
  public String toString() {
    Target last = latest;
    if (last == null) {
      return "a slot that was never filled";
    }
    return current == null ? last + " (which ended)" : last.toString();
  }
}
