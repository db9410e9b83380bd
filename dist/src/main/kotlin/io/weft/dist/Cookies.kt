package io.weft.dist

import io.weft.term.Atom
import io.weft.wire.handshake.Cookie
import java.util.concurrent.ConcurrentHashMap

/**
 * What this node and its peers have to know to connect: one secret for all, and others for single
 * peers.
 *
 * Source: OTP's `erlang:set_cookie/2`.
 */
internal class Cookies(private val default: (Atom) -> Cookie, peers: Map<String, String>) {
  constructor(default: Cookie, peers: Map<String, String>) : this({ default }, peers)

  private val ofPeers = ConcurrentHashMap<Atom, Cookie>()

  init {
    peers.forEach { (peer, cookie) -> set(Atom.of(peer), cookie) }
  }

  fun of(peer: Atom): Cookie = ofPeers[peer] ?: default(peer)

  fun set(peer: Atom, cookie: String) {
    require(cookie.isNotEmpty()) { "the cookie of $peer is empty" }
    ofPeers[peer] = Cookie.of(cookie)
  }
}
