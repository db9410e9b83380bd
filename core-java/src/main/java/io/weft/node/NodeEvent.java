package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;

/**
 * A peer was connected, or is so no more.
 *
 * <p>A process gets {@link Up} before any signal of the new connection, and {@link Down} after all
 * signals of the old one, the ends of links and monitors with {@code noconnection} included.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/net_kernel.html#monitor_nodes/2">OTP, module
 *     net_kernel</a>
 */
public sealed interface NodeEvent {
  /** Returns the name of the peer. */
  Atom peer();

  /** Tells whether the connection counts as hidden: this node or the peer is. */
  boolean hidden();

  /** Returns what {@code net_kernel:monitor_nodes/2} would send. */
  Term toTerm();

  /**
   * The peer is connected: {@code {nodeup, Node, Info}}.
   *
   * @param creation tells this life of the peer's name from others; unsigned
   */
  record Up(Atom peer, boolean hidden, int creation) implements NodeEvent {
    private static final Atom NODEUP = Atom.of("nodeup");

    @Override
    public Term toTerm() {
      return Tuple.of(NODEUP, peer, ListTerm.of(typeOf(hidden)));
    }
  }

  /**
   * The peer is not connected any more: {@code {nodedown, Node, Info}}.
   *
   * @param detail the reason in words, for people
   */
  record Down(Atom peer, boolean hidden, NodeDownReason reason, String detail)
      implements NodeEvent {
    private static final Atom NODEDOWN = Atom.of("nodedown");
    private static final Atom REASON = Atom.of("nodedown_reason");

    @Override
    public Term toTerm() {
      return Tuple.of(NODEDOWN, peer, ListTerm.of(typeOf(hidden), Tuple.of(REASON, reason.term())));
    }
  }

  private static Term typeOf(boolean hidden) {
    return Tuple.of(Atom.of("node_type"), Atom.of(hidden ? "hidden" : "visible"));
  }
}
