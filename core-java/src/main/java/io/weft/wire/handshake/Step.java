package io.weft.wire.handshake;

import io.weft.term.Atom;
import java.nio.ByteBuffer;

/** What a driver has to do next in a handshake. */
public sealed interface Step {

  /**
   * Send this frame.
   *
   * @param body the frame without its length, at most {@link Handshake#MAX_FRAME_BYTES}; the driver
   *     puts the length in front: 16 bits over TCP, 32 over TLS
   */
  record Send(ByteBuffer body) implements Step {}

  /**
   * Decide whether this node may connect, and tell {@link Handshake.Acceptor#decide}.
   *
   * @param name {@code name@host}; only {@code host} if {@code wantsName}
   * @param creation its incarnation, unsigned 32 bits; 0 if it did not tell (version 5)
   * @param offered its capabilities; of a version 5 node only the lower 32
   * @param wantsName whether it asks for a name: see {@link Decision.Named}
   */
  record Identify(Atom name, int creation, DistFlags offered, boolean wantsName) implements Step {}

  /**
   * The acceptor has a connection to this node already, perhaps one whose end it has not noticed.
   * Decide whether the new one shall replace it, and tell {@link Handshake.Initiator#takeOver}.
   */
  record Alive() implements Step {}

  /**
   * The nodes are connected. What follows on the wire are frames with a length of 32 bits: see
   * {@link io.weft.wire.frame}.
   *
   * @param ownName the name of this node towards the peer; differs from {@link LocalNode#name} only
   *     if the peer gave it
   * @param ownCreation the incarnation of this node; likewise
   * @param takesOver an acceptor that decided {@link Decision.Status#ALIVE} ends its old connection
   *     to the peer and uses this one
   */
  record Done(PeerInfo peer, Atom ownName, int ownCreation, boolean takesOver) implements Step {}

  /**
   * The handshake has failed: after sending what comes before this step, close the connection.
   *
   * @param reason for the log; names what was wrong
   */
  record Failed(Failure failure, String reason) implements Step {}

  /** Why a handshake fails. */
  enum Failure {
    /** The other side's own attempt to connect goes on: wait for it. */
    NOK,
    /** The acceptor refuses this node, or its driver refused the peer. */
    NOT_ALLOWED,
    /** There is a connection already, and it is kept. */
    ALIVE,
    /** A side lacks mandatory capabilities. */
    MISSING_FLAGS,
    /** A proof of the cookie is wrong, or the peer closed where it does on a wrong one. */
    COOKIE,
    /** The connection was closed by the peer. */
    CLOSED,
    /** The peer broke the protocol. */
    PROTOCOL
  }
}
