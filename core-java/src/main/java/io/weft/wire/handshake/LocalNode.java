package io.weft.wire.handshake;

import io.weft.term.Atom;
import java.util.Objects;

/**
 * What a node tells and asks of its peers in a handshake.
 *
 * @param name {@code name@host}; only {@code host} if {@code offered} has {@link
 *     DistFlags#NAME_ME}: then an acceptor is asked for a name
 * @param creation the incarnation of the node, unsigned 32 bits, not 0; 0 if it has no name yet
 * @param offered the capabilities
 * @param required what a peer must offer, with {@link DistFlags#MANDATORY_25_DIGEST} expanded
 * @param cookie the secret shared with the peer
 */
public record LocalNode(
    Atom name, int creation, DistFlags offered, DistFlags required, Cookie cookie) {

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if the name is not of the form that {@code offered} asks for
   */
  public LocalNode {
    Objects.requireNonNull(cookie, "cookie");
    Objects.requireNonNull(required, "required");
    boolean wellFormed =
        offered.has(DistFlags.NAME_ME) ? NodeName.isHost(name) : NodeName.isFull(name);
    if (!wellFormed) {
      throw new IllegalArgumentException(name + " is not a name of the form name@host");
    }
  }

  /** Returns the same node towards a peer with which it shares another secret. */
  public LocalNode with(Cookie other) {
    return new LocalNode(name, creation, offered, required, other);
  }

  /** Returns the same node with other capabilities. */
  public LocalNode offering(DistFlags capabilities) {
    return new LocalNode(name, creation, capabilities, required, cookie);
  }

  /** A node with a name that requires {@link DistFlags#MANDATORY_25} of its peers. */
  public static LocalNode of(Atom name, int creation, DistFlags offered, Cookie cookie) {
    return new LocalNode(name, creation, offered, DistFlags.MANDATORY_25, cookie);
  }

  /**
   * A node without name that asks the first peer that it connects to for one. It is hidden, as
   * OTP's nodes with dynamic names are.
   *
   * @param host the host part of the name to be
   */
  public static LocalNode unnamed(String host, DistFlags offered, Cookie cookie) {
    DistFlags asking = offered.without(DistFlags.PUBLISHED).or(DistFlags.NAME_ME);
    return new LocalNode(Atom.of(host), 0, asking, DistFlags.MANDATORY_25, cookie);
  }
}
