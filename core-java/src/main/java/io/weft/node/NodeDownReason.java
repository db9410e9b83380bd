package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.Locale;

/** Why a connection ended: what OTP calls {@code nodedown_reason}. */
public sealed interface NodeDownReason {
  /** It was never made: told only to those who asked for that one node. */
  NodeDownReason CONNECTION_SETUP_FAILED = Plain.CONNECTION_SETUP_FAILED;

  /** It broke, or the peer closed it. */
  NodeDownReason CONNECTION_CLOSED = Plain.CONNECTION_CLOSED;

  /** This node was told to disconnect. */
  NodeDownReason DISCONNECT = Plain.DISCONNECT;

  /** Nothing was heard from the peer for the tick time. */
  NodeDownReason NET_TICK_TIMEOUT = Plain.NET_TICK_TIMEOUT;

  /** This node stops. */
  NodeDownReason SHUTDOWN = Plain.SHUTDOWN;

  /** Returns OTP's word for it. */
  Term term();

  /** The reasons that are one word. */
  enum Plain implements NodeDownReason {
    /** {@link NodeDownReason#CONNECTION_SETUP_FAILED}. */
    CONNECTION_SETUP_FAILED,
    /** {@link NodeDownReason#CONNECTION_CLOSED}. */
    CONNECTION_CLOSED,
    /** {@link NodeDownReason#DISCONNECT}. */
    DISCONNECT,
    /** {@link NodeDownReason#NET_TICK_TIMEOUT}. */
    NET_TICK_TIMEOUT,
    /** {@link NodeDownReason#SHUTDOWN}. */
    SHUTDOWN;

    @Override
    public Term term() {
      return Atom.of(name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * The connection went through other nodes, and one of them was lost, or carries it no more:
   * {@code {proxy_down, Hop}}, which OTP does not know.
   *
   * @param hop that node, as those before it say
   */
  record ProxyDown(Atom hop) implements NodeDownReason {
    @Override
    public Term term() {
      return Tuple.of(Atom.of("proxy_down"), hop);
    }
  }
}
