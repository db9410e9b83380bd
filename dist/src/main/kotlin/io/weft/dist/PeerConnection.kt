package io.weft.dist

import java.io.IOException

/** What is known of a connection that is up. */
public data class PeerConnection(
  /** `name@host` of the peer. */
  val peer: String,
  /**
   * Address and port of its end, in digits; or the socket on this machine; or the nodes between.
   */
  val remote: String,
  /** The protocol and cipher suite that protect it, or null if it is not protected. */
  val protection: String?,
  /** Whether it counts as hidden: this node or the peer is. */
  val hidden: Boolean,
  /**
   * The nodes that carry it, that next to this one first; none if it is a connection of its own.
   */
  val via: List<String> = emptyList(),
)

/** A peer could not be connected with; the message tells why, and what to look at. */
public class NotConnectedException(public val peer: String, message: String) :
  IOException("no connection with $peer: $message")
