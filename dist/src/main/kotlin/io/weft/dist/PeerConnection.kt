package io.weft.dist

import java.io.IOException

/** What is known of a connection that is up. */
public data class PeerConnection(
  /** `name@host` of the peer. */
  val peer: String,
  /** Address and port of its end, in digits. */
  val remote: String,
  /** The TLS protocol and cipher suite, or null if it is not protected. */
  val protection: String?,
  /** Whether it counts as hidden: this node or the peer is. */
  val hidden: Boolean,
)

/** A peer could not be connected with; the message tells why, and what to look at. */
public class NotConnectedException(public val peer: String, message: String) :
  IOException("no connection with $peer: $message")
