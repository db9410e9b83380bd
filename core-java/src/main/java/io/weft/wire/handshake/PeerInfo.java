package io.weft.wire.handshake;

import io.weft.term.Atom;

/**
 * What is known of a peer after the handshake.
 *
 * @param name {@code name@host}
 * @param creation its incarnation, unsigned 32 bits; 0 if it did not tell (version 5)
 * @param offered its capabilities, with {@link DistFlags#MANDATORY_25_DIGEST} expanded
 * @param flags what may be used on this connection: the intersection of what both sides offered
 */
public record PeerInfo(Atom name, int creation, DistFlags offered, DistFlags flags) {

  /**
   * Whether one of the two nodes is hidden: the connection then counts as hidden at both of them,
   * as in OTP.
   */
  public boolean hidden() {
    return !flags.has(DistFlags.PUBLISHED);
  }
}
