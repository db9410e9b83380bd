package io.weft.wire.handshake;

import io.weft.term.Atom;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What an acceptor answers to a node that wants to connect: the answer to {@link Step.Identify}.
 */
public sealed interface Decision {

  /** A decision without further parts. */
  enum Status implements Decision {

    /** The connection is welcome. */
    OK,

    /** Welcome, and this node has given up its own attempt to connect to the peer. */
    OK_SIMULTANEOUS,

    /** Not welcome because this node's own attempt to connect to the peer goes on. */
    NOK,

    /** The peer is not allowed to connect. */
    NOT_ALLOWED,

    /**
     * There is a connection to a node of this name. The peer decides: if it wants the new one, the
     * handshake goes on and {@link Step.Done#takesOver} is set.
     */
    ALIVE
  }

  /**
   * Welcome, under a name given here: only for a peer that {@linkplain Step.Identify#wantsName
   * asked for one}.
   *
   * @param name {@code name@host}
   * @param creation the incarnation that the peer shall use, unsigned 32 bits, not 0
   */
  record Named(Atom name, int creation) implements Decision {
    /**
     * Checks the name and the creation.
     *
     * @throws IllegalArgumentException if the name is not {@code name@host} or the creation is 0
     */
    public Named {
      if (!NodeName.isFull(name) || creation == 0) {
        throw new IllegalArgumentException(
            "%s with creation %d cannot be given to a node".formatted(name, creation));
      }
    }
  }

  /**
   * The decision if both nodes try to connect to each other at once: one of the two attempts goes
   * on, the one of the node with the greater name.
   */
  static Decision simultaneous(Atom own, Atom peer) {
    byte[] a = own.name().getBytes(StandardCharsets.UTF_8);
    byte[] b = peer.name().getBytes(StandardCharsets.UTF_8);
    return Arrays.compareUnsigned(a, b) > 0 ? Status.NOK : Status.OK_SIMULTANEOUS;
  }
}
