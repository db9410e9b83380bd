package io.weft.wire.handshake;

import io.weft.term.Atom;
import io.weft.wire.WireException;
import java.nio.ByteBuffer;
import java.util.List;

/** What both roles share: the state, and how a handshake ends. */
abstract sealed class Machine permits InitiatorMachine, AcceptorMachine {

  /** What a machine waits for. */
  enum State {
    START("its start"),
    NAME("the peer's name"),
    DECISION("a decision about the peer"),
    STATUS("the peer's status"),
    TAKE_OVER("a decision to take over"),
    STATUS_REPLY("the peer's answer to the status alive"),
    CHALLENGE("the peer's challenge"),
    COMPLEMENT("the peer's complement"),
    REPLY("the peer's challenge reply"),
    ACK("the peer's challenge ack"),
    ENDED("nothing more");

    private final String text;

    State(String text) {
      this.text = text;
    }

    /** Whether it is the peer's turn. */
    boolean takesFrame() {
      return switch (this) {
        case NAME, STATUS, STATUS_REPLY, CHALLENGE, COMPLEMENT, REPLY, ACK -> true;
        case START, DECISION, TAKE_OVER, ENDED -> false;
      };
    }

    @Override
    public String toString() {
      return text;
    }
  }

  final LocalNode local;
  private State state;

  Machine(LocalNode local, State state) {
    this.local = local;
    this.state = state;
  }

  final State state() {
    return state;
  }

  final void await(State next) {
    state = next;
  }

  /** Handles a frame that is due in this state. */
  abstract List<Step> onFrame(ByteBuffer body);

  public final List<Step> receive(ByteBuffer body) {
    if (state == State.ENDED || state == State.START) {
      throw new IllegalStateException("the handshake waits for " + state);
    }
    if (!state.takesFrame()) {
      return List.of(protocolError("a frame out of order: the handshake waits for " + state));
    }
    if (body.remaining() > Handshake.MAX_FRAME_BYTES) {
      return List.of(
          protocolError(
              "a frame of %d bytes, the limit is %d"
                  .formatted(body.remaining(), Handshake.MAX_FRAME_BYTES)));
    }
    try {
      return onFrame(body);
    } catch (WireException e) {
      return List.of(protocolError(String.valueOf(e.getMessage())));
    }
  }

  public final Step.Failed closed() {
    requireOngoing();
    return state == State.ACK
        ? failed(
            Step.Failure.COOKIE,
            "the peer closed the connection after the challenge reply, as OTP does if the cookies"
                + " differ")
        : failed(
            Step.Failure.CLOSED,
            "the peer closed the connection while this node waited for " + state);
  }

  final void require(State expected) {
    if (state != expected) {
      throw new IllegalStateException("the handshake waits for " + state);
    }
  }

  private void requireOngoing() {
    if (state == State.ENDED) {
      throw new IllegalStateException("the handshake has ended");
    }
  }

  final Step.Done done(Step.Done done) {
    state = State.ENDED;
    return done;
  }

  final Step.Failed failed(Step.Failure failure, String reason) {
    state = State.ENDED;
    return new Step.Failed(failure, reason);
  }

  final Step.Failed protocolError(String reason) {
    return failed(Step.Failure.PROTOCOL, reason);
  }

  static Step.Send send(HandshakeMessage message) {
    return new Step.Send(message.encode());
  }

  /** Which of the flags that a peer must offer, as far as {@code known} can tell, it does not. */
  final DistFlags missing(DistFlags offered, DistFlags known) {
    return local.required().and(known).without(offered);
  }

  final Step.Failed lacks(Atom peer, DistFlags missing) {
    return failed(
        Step.Failure.MISSING_FLAGS,
        "%s lacks mandatory flags: %s".formatted(peer, String.join(", ", missing.names())));
  }

  final PeerInfo peerInfo(Atom name, int creation, DistFlags offered, DistFlags own) {
    DistFlags flags = offered.and(own.expanded()).without(DistFlags.NAME_ME);
    return new PeerInfo(name, creation, offered, flags);
  }
}
