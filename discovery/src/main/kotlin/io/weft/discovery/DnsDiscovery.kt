package io.weft.discovery

import io.weft.dist.discovery.Discovery
import io.weft.dist.discovery.NodeLocation
import java.io.IOException
import java.net.InetSocketAddress
import kotlinx.coroutines.future.await
import org.xbill.DNS.AAAARecord
import org.xbill.DNS.ARecord
import org.xbill.DNS.Name
import org.xbill.DNS.Record
import org.xbill.DNS.Resolver
import org.xbill.DNS.SRVRecord
import org.xbill.DNS.SimpleResolver
import org.xbill.DNS.TextParseException
import org.xbill.DNS.Type
import org.xbill.DNS.lookup.LookupFailedException
import org.xbill.DNS.lookup.LookupSession
import org.xbill.DNS.lookup.NoSuchDomainException
import org.xbill.DNS.lookup.NoSuchRRSetException

/**
 * Nodes that DNS tells of. All of them have the same name before the @, each the host that its
 * record tells. DNS is asked each time anew.
 *
 * @see addresses
 * @see services
 */
public class DnsDiscovery
private constructor(
  private val domain: String,
  private val shortName: String,
  private val kind: Kind,
  resolver: Resolver,
) : Discovery {
  private sealed interface Kind {
    data class Addresses(val port: Int?) : Kind

    data object Services : Kind
  }

  private val session = LookupSession.defaultBuilder().resolver(resolver).clearCaches().build()
  private val name =
    try {
      Name.fromString(if (domain.endsWith('.')) domain else "$domain.")
    } catch (malformed: TextParseException) {
      throw IllegalArgumentException("$domain is no name of DNS", malformed)
    }

  override suspend fun nodes(): Set<String> = found().keys

  override suspend fun locate(node: String): NodeLocation? {
    if (node.substringBefore('@') != shortName) return null
    return found()[node]
  }

  /** Nodes with their places; null for one whose port EPMD knows. */
  private suspend fun found(): Map<String, NodeLocation?> =
    when (val kind = kind) {
      is Kind.Addresses ->
        (ask(Type.A) + ask(Type.AAAA)).associate { record ->
          val address =
            when (record) {
              is ARecord -> record.address.hostAddress
              is AAAARecord -> record.address.hostAddress
              else -> throw IOException("$this answered with $record")
            }
          "$shortName@$address" to kind.port?.let { NodeLocation(address, it) }
        }
      Kind.Services ->
        ask(Type.SRV)
          .filterIsInstance<SRVRecord>()
          .filter { it.port > 0 }
          .associate { record ->
            val host = record.target.toString(true)
            "$shortName@$host" to NodeLocation(host, record.port)
          }
    }

  private suspend fun ask(type: Int): List<Record> =
    try {
      session.lookupAsync(name, type).await().records
    } catch (_: NoSuchDomainException) {
      emptyList()
    } catch (_: NoSuchRRSetException) {
      emptyList()
    } catch (failure: IOException) {
      throw failed(failure)
    } catch (failure: LookupFailedException) {
      throw failed(failure)
    }

  private fun failed(failure: Exception) =
    IOException("DNS does not answer for $domain: ${failure.message ?: failure}", failure)

  override fun toString(): String = "DNS, $domain"

  public companion object {
    /**
     * Every address (A and AAAA) of [domain] is a node `shortName@address`: what a headless service
     * of Kubernetes gives. They listen at [port]; without one, EPMD of each host is asked.
     *
     * @param server the DNS server; null for that of the system
     */
    @JvmStatic
    @JvmOverloads
    public fun addresses(
      domain: String,
      shortName: String,
      port: Int? = null,
      server: InetSocketAddress? = null,
    ): DnsDiscovery = DnsDiscovery(domain, shortName, Kind.Addresses(port), resolver(server))

    /**
     * Every service (SRV) of [domain], as `_weft._tcp.example.org`, is a node `shortName@target`
     * that listens at the port of its record.
     *
     * @param server the DNS server; null for that of the system
     */
    @JvmStatic
    @JvmOverloads
    public fun services(
      domain: String,
      shortName: String,
      server: InetSocketAddress? = null,
    ): DnsDiscovery = DnsDiscovery(domain, shortName, Kind.Services, resolver(server))

    private fun resolver(server: InetSocketAddress?): Resolver =
      if (server == null) SimpleResolver() else SimpleResolver(server)
  }
}
