package io.weft.wire.handshake;

import io.weft.term.Atom;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntSupplier;

final class InitiatorMachine implements Handshake.Initiator {
  InitiatorMachine(LocalNode local, Atom peer, int version, IntSupplier challenge) {}

  @Override
  public List<Step> start() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Step> takeOver(boolean yes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Step> receive(ByteBuffer body) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Step.Failed closed() {
    throw new UnsupportedOperationException();
  }
}
