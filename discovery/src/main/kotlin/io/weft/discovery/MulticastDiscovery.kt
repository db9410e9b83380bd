package io.weft.discovery

import io.weft.dist.discovery.Discovery
import io.weft.dist.discovery.NodeLocation
import io.weft.dist.discovery.SelfNode
import java.io.IOException
import java.net.InetAddress
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import javax.jmdns.JmDNS
import javax.jmdns.ServiceEvent
import javax.jmdns.ServiceInfo
import javax.jmdns.ServiceListener
import kotlinx.coroutines.future.await

/**
 * Nodes of one network that tell of each other by multicast DNS: no server, no configuration.
 *
 * Each node is a service `name@host` of the type [type]. Who is told of is known a moment later
 * only, so this goes well with joining ([io.weft.dist.DistOptions.Builder.join]); a node that was
 * never heard of is left to EPMD.
 *
 * @param address of the network's interface on this machine; null for the first that is found
 * @param type one cluster's own, as `_shop._tcp.local.`
 */
public class MulticastDiscovery
@JvmOverloads
constructor(private val address: InetAddress? = null, private val type: String = TYPE) : Discovery {
  private val known = ConcurrentHashMap<String, NodeLocation>()
  private var jmdns: JmDNS? = null

  private inner class Listener : ServiceListener {
    override fun serviceAdded(event: ServiceEvent) = event.dns.requestServiceInfo(type, event.name)

    override fun serviceRemoved(event: ServiceEvent) {
      known.remove(event.name)
    }

    override fun serviceResolved(event: ServiceEvent) {
      val address = event.info.inetAddresses.firstOrNull() ?: return
      if (event.info.port > 0)
        known[event.name] = NodeLocation(address.hostAddress, event.info.port)
    }
  }

  override suspend fun open(self: SelfNode) {
    val opened = CompletableFuture<Unit>()
    // It waits for seconds whether others claim the same names.
    self.seams.strands.start("multicast DNS of ${self.name}") {
      try {
        val made = if (address == null) JmDNS.create() else JmDNS.create(address)
        synchronized(this) { jmdns = made }
        made.addServiceListener(type, Listener())
        made.registerService(ServiceInfo.create(type, self.name, self.port, ""))
        opened.complete(Unit)
      } catch (failure: IOException) {
        opened.completeExceptionally(failure)
      }
    }
    opened.await()
  }

  override suspend fun locate(node: String): NodeLocation? = known[node]

  override suspend fun nodes(): Set<String> = known.keys.toSet()

  override fun close() {
    synchronized(this) { jmdns.also { jmdns = null } }?.close()
  }

  override fun toString(): String = "multicast DNS, $type"

  public companion object {
    /** The type of service unless another is given. */
    public const val TYPE: String = "_weft._tcp.local."
  }
}
