package io.weft.config

import io.weft.dist.DistOptions
import io.weft.dist.compression.CompressionOptions
import io.weft.dist.proxy.ProxyOptions
import io.weft.dist.tls.TlsIdentity
import io.weft.dist.tls.TlsOptions
import io.weft.dist.tls.TlsTrust
import io.weft.wire.frame.CompressionAlgorithm

/** What `weft.dist` says; null if there is nothing. */
internal fun readDist(weft: Section): DistOptions? {
  if (!weft.has("dist")) return null
  val section = weft.section("dist")
  val options = DistOptions.builder()
  section.use("epmd", Kinds.flag) { options.epmd(it) }
  section.use("nearby", Kinds.flag) { options.nearby(it) }
  section.use("allow", Kinds.texts) { options.allow(*it.toTypedArray()) }
  section.use("listen", Kinds.places) { it.forEach { (host, port) -> options.listen(host, port) } }
  section.section("routes").each(Kinds.place) { peer, (host, port) ->
    options.route(peer, host, port)
  }
  section.section("cookies").each(Kinds.secret) { peer, cookie -> options.cookie(peer, cookie) }
  section.use("join-every", Kinds.duration) { options.join(it) }
  if (section.has("tls")) options.tls(readTls(section.section("tls")))
  if (section.has("compression")) {
    options.compression(readCompression(section.section("compression")))
  }
  if (section.has("proxy")) options.proxy(readProxy(section.section("proxy")))
  if (section.has("discovery")) readDiscovery(section.section("discovery"), options)
  section.done()
  return options.build()
}

private fun readTls(section: Section): TlsOptions? {
  if (section.value("enabled", Kinds.flag) == false) return null
  val options = TlsOptions.builder()
  readIdentity(section.section("identity"))?.let(options::identity)
  readTrust(section.section("trust"))?.let(options::trust)
  section.use("client-certificate", Kinds.word<TlsOptions.ClientCertificate>()) {
    options.clientCertificate(it)
  }
  section.use("name-check", Kinds.word<TlsOptions.NameCheck>()) { options.nameCheck(it) }
  section.use("protocols", Kinds.texts) { options.protocols(*it.toTypedArray()) }
  section.use("cipher-suites", Kinds.texts) { options.cipherSuites(*it.toTypedArray()) }
  section.use("reload-interval", Kinds.duration) { options.reloadInterval(it) }
  section.done()
  return options.build()
}

private fun readIdentity(section: Section): TlsIdentity? {
  val certificate = section.value("certificate", Kinds.path)
  val key = section.value("key", Kinds.path)
  val keyStore = section.value("key-store", Kinds.path)
  val alias = section.value("alias", Kinds.text)
  val password = section.value("password", Kinds.secret)
  section.done()
  return when {
    certificate != null -> TlsIdentity.pem(certificate, key ?: certificate, password)
    keyStore != null -> TlsIdentity.keyStore(keyStore, password.orEmpty(), alias)
    else -> null
  }
}

private fun readTrust(section: Section): TlsTrust? {
  val authorities = section.value("authorities", Kinds.path)
  val keyStore = section.value("key-store", Kinds.path)
  val password = section.value("password", Kinds.secret)
  val system = section.value("system", Kinds.flag) ?: false
  section.done()
  return when {
    authorities != null -> TlsTrust.pem(authorities)
    keyStore != null -> TlsTrust.keyStore(keyStore, password.orEmpty())
    system -> TlsTrust.system()
    else -> null
  }
}

private fun readCompression(section: Section): CompressionOptions? {
  if (section.value("enabled", Kinds.flag) == false) return null
  val options = CompressionOptions.builder()
  val algorithms = Kinds.word<CompressionAlgorithm>()
  section.use("algorithms", Kinds.list(algorithms)) { options.algorithms(*it.toTypedArray()) }
  val levels = section.section("levels")
  for (algorithm in CompressionAlgorithm.entries) {
    levels.use(algorithm.name.lowercase(), Kinds.int(-100..100)) { options.level(algorithm, it) }
  }
  levels.done()
  section.use("threshold", Kinds.bytes) {
    options.thresholdBytes(it.coerceAtMost(Int.MAX_VALUE.toLong()).toInt())
  }
  section.done()
  return options.build()
}

private fun readProxy(section: Section): ProxyOptions {
  val options = ProxyOptions.builder()
  section.section("routes").each(Kinds.texts) { to, via -> options.route(to, *via.toTypedArray()) }
  section.section("cookies").each(Kinds.secret) { peer, cookie -> options.cookie(peer, cookie) }
  for (passage in section.sections("transit")) {
    passage.pair("from", "to") { from, to -> options.transit(from, to) }
  }
  for (passage in section.sections("accept")) {
    passage.pair("from", "through") { from, through -> options.accept(from, through) }
  }
  val count = Kinds.int(1..Int.MAX_VALUE)
  section.use("max-hops", count) { options.maxHops(it) }
  section.use("max-tunnels", count) { options.maxTunnels(it) }
  section.use("max-tunnels-per-connection", count) { options.maxTunnelsPerConnection(it) }
  section.use("window", Kinds.bytes) { options.windowBytes(Math.toIntExact(it)) }
  section.done()
  return options.build()
}

private fun Section.pair(first: String, second: String, set: (String, String) -> Unit) {
  val from = value(first, Kinds.text)
  val to = value(second, Kinds.text)
  if (from == null) missing(first, "a node or a pattern")
  if (to == null) missing(second, "a node or a pattern")
  if (from != null && to != null) {
    use(first, Kinds.text) { set(from, to) }
  }
  done()
}
