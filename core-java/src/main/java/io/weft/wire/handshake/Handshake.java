package io.weft.wire.handshake;

import io.weft.term.Atom;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * One side of a distribution handshake, versions 5 and 6. It does no input or output itself: a
 * driver gives it the frames that arrive and takes the {@link Step}s in the order of the returned
 * lists.
 *
 * <pre>
 *   Initiator                        Acceptor
 *     name                 --&gt;
 *                          &lt;--       status
 *     status               --&gt;                       only after the status "alive"
 *                          &lt;--       challenge
 *     complement           --&gt;                       only if the name was of version 5, the
 *                                                    challenge of version 6
 *     reply                --&gt;
 *                          &lt;--       ack
 * </pre>
 *
 * <p>A peer can only make it fail: methods do not throw for what a peer does. They throw {@link
 * IllegalStateException} if the driver calls one that is not asked for, among them every call after
 * {@link Step.Done} or {@link Step.Failed}. Not for use by several threads at once.
 *
 * <p>Source: ERTS User's Guide, Distribution Protocol, "Distribution Handshake"; OTP's {@code
 * dist_util}.
 */
public sealed interface Handshake {

  /** How long a driver waits for the next frame of the peer before it gives up (OTP's value). */
  Duration TIMEOUT = Duration.ofSeconds(7);

  /** The largest frame of a handshake, without its length, in bytes; larger ones are refused. */
  int MAX_FRAME_BYTES = 4096;

  /**
   * The side that has opened the connection.
   *
   * @param peer the name of the node that is expected there
   * @param version 6, or 5 if the highest version that EPMD tells of the peer is 5
   * @param challenge gives an unpredictable number
   * @throws IllegalArgumentException if the version is another one, or is 5 and {@code local} asks
   *     for a name, which takes version 6
   */
  static Initiator initiate(LocalNode local, Atom peer, int version, IntSupplier challenge) {
    return new InitiatorMachine(local, peer, version, challenge);
  }

  /**
   * The side that has accepted the connection.
   *
   * @param challenge gives an unpredictable number
   */
  static Acceptor accept(LocalNode local, IntSupplier challenge) {
    return accept(local, _ -> local.cookie(), challenge);
  }

  /**
   * The side that has accepted the connection, with cookies that differ from peer to peer.
   *
   * @param cookies gives the secret shared with a peer, in place of that of {@code local}
   * @param challenge gives an unpredictable number
   */
  static Acceptor accept(LocalNode local, Function<Atom, Cookie> cookies, IntSupplier challenge) {
    return new AcceptorMachine(local, cookies, challenge);
  }

  /**
   * Takes the next frame of the peer.
   *
   * @param body the frame without its length; its bytes are not kept
   */
  List<Step> receive(ByteBuffer body);

  /** The peer closed the connection before the handshake was done. */
  Step.Failed closed();

  /** The side that has opened the connection. */
  sealed interface Initiator extends Handshake permits InitiatorMachine {

    /** The first step. */
    List<Step> start();

    /** The answer to {@link Step.Alive}: whether this connection shall replace the old one. */
    List<Step> takeOver(boolean yes);
  }

  /** The side that has accepted the connection; it waits for a frame first. */
  sealed interface Acceptor extends Handshake permits AcceptorMachine {

    /**
     * The answer to {@link Step.Identify}.
     *
     * @throws IllegalArgumentException if a name is given to a peer that has one, or none is given
     *     to a peer that wants one and is welcome
     */
    List<Step> decide(Decision decision);
  }
}
