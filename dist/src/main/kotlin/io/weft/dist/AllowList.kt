package io.weft.dist

import io.weft.term.Atom
import java.util.concurrent.ConcurrentHashMap

/**
 * Which nodes this one may be connected with, whoever begins: every one until the first is listed;
 * then the listed nodes, and all nodes of the listed hosts.
 *
 * Source: OTP's `net_kernel:allow/1`.
 */
internal class AllowList(nodes: Collection<String>) {
  private val listed: MutableSet<String> = ConcurrentHashMap.newKeySet()

  @Volatile private var limited = false

  init {
    if (nodes.isNotEmpty()) add(nodes)
  }

  fun add(nodes: Collection<String>) {
    listed.addAll(nodes)
    limited = true
  }

  /** [node] is `name@host`, or only the host of a node that has no name yet. */
  fun allows(node: Atom): Boolean =
    !limited || node.name() in listed || node.name().substringAfter('@') in listed
}
