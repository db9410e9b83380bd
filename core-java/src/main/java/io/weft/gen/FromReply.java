package io.weft.gen;

import io.weft.node.From;

/** The reply to a caller that is known. */
record FromReply<R>(From from) implements Reply<R> {
  @Override
  public void send(R value) {
    from.reply(value);
  }
}
