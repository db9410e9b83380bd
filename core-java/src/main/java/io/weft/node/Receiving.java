package io.weft.node;

import org.jspecify.annotations.Nullable;

/**
 * A behaviour that takes its messages itself, those that it likes and when it likes: turns take
 * signals in, and add messages to the mailbox, but hand none out.
 */
abstract sealed class Receiving<M> implements Behavior<M> permits StraightLine, Stepwise {

  /** A turn has changed something that the body may wait for. */
  abstract void somethingNew();

  @Override
  public final void message(Self<M> self, M message) {
    throw new IllegalStateException("a body that receives takes its messages itself");
  }

  /** Code that runs cannot be replaced: it would have to be left where it is. */
  @Override
  public final void codeChange(Self<M> self, @Nullable Object state, @Nullable Object extra) {
    throw new UnsupportedOperationException(CodeTrial.STRAIGHT_LINE);
  }
}
