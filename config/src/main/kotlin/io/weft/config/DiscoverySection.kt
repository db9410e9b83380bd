package io.weft.config

import io.weft.discovery.DnsDiscovery
import io.weft.discovery.EtcdDiscovery
import io.weft.discovery.MulticastDiscovery
import io.weft.dist.DistOptions
import java.net.InetSocketAddress
import java.time.Duration

/** What `weft.dist.discovery` says; takes `io.weft:weft-discovery` on the class path. */
internal fun readDiscovery(section: Section, options: DistOptions.Builder) {
  val present = runCatching { Class.forName("io.weft.discovery.DnsDiscovery") }.isSuccess
  if (!present) {
    section.problem("dns", null, "and its neighbours take io.weft:weft-discovery on the class path")
    return
  }
  if (section.has("dns")) Dns.read(section.section("dns"), options)
  if (section.has("multicast")) Multicast.read(section.section("multicast"), options)
  if (section.has("etcd")) Etcd.read(section.section("etcd"), options)
  section.done()
}

/** Each apart, so that its library is looked for only where it is used. */
private object Dns {
  fun read(section: Section, options: DistOptions.Builder) {
    val addresses = section.value("addresses", Kinds.text)
    val services = section.value("services", Kinds.text)
    val shortName = section.value("short-name", Kinds.text)
    val port = section.value("port", Kinds.int(1..65_535))
    val server =
      section.value("server", Kinds.place)?.let { InetSocketAddress(it.first, it.second) }
    section.done()
    if (shortName == null) section.missing("short-name", "what nodes are called before the @")
    else if (services != null) {
      options.discovery { DnsDiscovery.services(services, shortName, server) }
    } else if (addresses != null) {
      options.discovery { DnsDiscovery.addresses(addresses, shortName, port, server) }
    } else section.missing("addresses", "a domain; or services")
  }
}

private object Multicast {
  fun read(section: Section, options: DistOptions.Builder) {
    val type = section.value("type", Kinds.text) ?: MulticastDiscovery.TYPE
    val address = section.value("address", Kinds.address)
    section.done()
    options.discovery { MulticastDiscovery(address, type) }
  }
}

private object Etcd {
  fun read(section: Section, options: DistOptions.Builder) {
    val endpoint = section.value("endpoint", Kinds.text)
    val prefix = section.value("prefix", Kinds.text) ?: "/weft/nodes/"
    val host = section.value("host", Kinds.text)
    var lease = Duration.ofSeconds(15)
    section.use("lease", Kinds.duration) { lease = it }
    section.done()
    if (endpoint == null) section.missing("endpoint", "a URL, such as http://127.0.0.1:2379")
    else
      section.use("endpoint", Kinds.text) {
        EtcdDiscovery(endpoint, prefix, lease, host).close() // tells what is wrong with it
        options.discovery { EtcdDiscovery(endpoint, prefix, lease, host) }
      }
  }
}
