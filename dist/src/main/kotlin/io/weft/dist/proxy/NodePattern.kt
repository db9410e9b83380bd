package io.weft.dist.proxy

import io.weft.term.Atom

/**
 * Nodes by their names: `name@host` is one node, `*@host` or `host` all of a host, `name@*` all of
 * a name. A host `*.zone.example` stands for all hosts whose names end so, `*` for all there are.
 */
internal class NodePattern private constructor(private val name: String, private val host: String) {
  fun fits(node: Atom): Boolean {
    val text = node.name()
    val at = text.indexOf('@')
    return at > 0 &&
      (name == ANY || text.substring(0, at) == name) &&
      fitsHost(text.substring(at + 1))
  }

  private fun fitsHost(other: String): Boolean =
    when {
      host == ANY || host == other -> true
      host.startsWith(DOMAIN) -> other.length >= host.length && other.endsWith(host.substring(1))
      else -> false
    }

  override fun toString() = if (name == ANY) host else "$name@$host"

  companion object {
    private const val ANY = "*"
    private const val DOMAIN = "*."

    /** @throws IllegalArgumentException if it is no pattern */
    fun of(text: String): NodePattern {
      val name = if ('@' in text) text.substringBefore('@') else ANY
      val host = text.substringAfter('@')
      val right =
        (name == ANY || name.isNotEmpty() && ANY !in name) &&
          '@' !in host &&
          host.isNotEmpty() &&
          (host == ANY || ANY !in host.removePrefix(DOMAIN)) &&
          host != DOMAIN
      require(right) {
        "$text stands for no nodes: name@host, host, *@*.domain and * do, for example"
      }
      return NodePattern(name, host)
    }
  }
}
