package io.weft.node;

import io.weft.term.Atom;
import java.util.Locale;

/** Why a connection ended: what OTP calls {@code nodedown_reason}. */
public enum NodeDownReason {
  /** It was never made: told only to those who asked for that one node. */
  CONNECTION_SETUP_FAILED,
  /** It broke, or the peer closed it. */
  CONNECTION_CLOSED,
  /** This node was told to disconnect. */
  DISCONNECT,
  /** Nothing was heard from the peer for the tick time. */
  NET_TICK_TIMEOUT,
  /** This node stops. */
  SHUTDOWN;

  /** Returns OTP's word for it. */
  public Atom atom() {
    return Atom.of(name().toLowerCase(Locale.ROOT));
  }
}
