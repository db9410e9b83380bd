package io.weft.wire.handshake;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntSupplier;

final class AcceptorMachine implements Handshake.Acceptor {
  AcceptorMachine(LocalNode local, IntSupplier challenge) {}

  @Override
  public List<Step> decide(Decision decision) {
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
