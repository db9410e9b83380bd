package io.weft.dist.epmd

import io.weft.runtime.Entropy
import io.weft.wire.epmd.EpmdAnswer
import io.weft.wire.epmd.NodeEntry

/** Which nodes are registered, in the order in which they came. Callable from any thread. */
internal class NameTable(entropy: Entropy) {
  private val entries = LinkedHashMap<String, NodeEntry>()

  /**
   * Begins anywhere, so that an EPMD that was started anew does not repeat what the former one gave
   * out.
   */
  private var registrations = entropy.nextInt() and Int.MAX_VALUE

  /** Enters a node and returns its creation; null if the name is taken, or there are too many. */
  @Synchronized
  fun enter(node: NodeEntry): Int? {
    if (entries.size >= MAX_ENTRIES || entries.putIfAbsent(node.name, node) != null) return null
    registrations = (registrations + 1) and Int.MAX_VALUE
    return if (node.highest >= NodeEntry.HIGHEST_VERSION)
      registrations.coerceAtLeast(FIRST_LARGE_CREATION)
    else 1 + registrations % LARGEST_SMALL_CREATION
  }

  @Synchronized fun leave(node: NodeEntry): Boolean = entries.remove(node.name, node)

  @Synchronized fun find(name: String): NodeEntry? = entries[name]

  @Synchronized
  fun list(): List<EpmdAnswer.Names.Entry> =
    entries.values.map { EpmdAnswer.Names.Entry(it.name, it.port) }

  private companion object {
    const val MAX_ENTRIES = 10_000

    /** Nodes that know no large creations take 1 to 3. */
    const val LARGEST_SMALL_CREATION = 3
    const val FIRST_LARGE_CREATION = 4
  }
}
