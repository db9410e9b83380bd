package io.weft.dist.discovery

/**
 * Nodes that are known beforehand.
 *
 * ```
 * StaticDiscovery.of(mapOf("a@one" to NodeLocation("10.0.0.1", 4711), "b@two" to NodeLocation("10.0.0.2", 4711)))
 * ```
 */
public class StaticDiscovery private constructor(private val locations: Map<String, NodeLocation>) :
  Discovery {
  override suspend fun locate(node: String): NodeLocation? = locations[node]

  override suspend fun nodes(): Set<String> = locations.keys

  override fun toString(): String = "static list of ${locations.size} nodes"

  public companion object {
    /** Nodes by their full names. */
    @JvmStatic
    public fun of(locations: Map<String, NodeLocation>): StaticDiscovery =
      StaticDiscovery(locations.toMap())
  }
}

/**
 * Every node listens at the same port of the host that its name tells: one node a host, no EPMD.
 * What OTP's nodes do with `-start_epmd false -erl_epmd_port PORT`.
 *
 * @param members the nodes that are known to be there, for those who join them
 */
public class FixedPortDiscovery
@JvmOverloads
constructor(private val port: Int, private val members: Set<String> = emptySet()) : Discovery {
  override suspend fun locate(node: String): NodeLocation =
    NodeLocation(node.substringAfter('@'), port)

  override suspend fun nodes(): Set<String> = members

  override fun toString(): String = "port $port of every host"
}
