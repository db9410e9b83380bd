package io.weft.dist.testing

import io.weft.dist.tls.TlsOptions
import io.weft.dist.tls.TlsSecurity
import io.weft.dist.transport.Duplex
import io.weft.dist.transport.Listener
import io.weft.dist.transport.Transport
import io.weft.runtime.LogLimiter
import io.weft.runtime.Seams
import io.weft.term.Atom

/** A transport whose every connection is inside TLS. */
class TlsTransport(
  private val below: Transport,
  options: TlsOptions = TlsOptions.builder().build(),
) : Transport {
  private val seams = Seams.system()
  private val security =
    TlsSecurity(options, "here@127.0.0.1", seams, LogLimiter(RecordingLog(), seams.clock)).also {
      it.contexts.load()
    }

  override suspend fun listen(host: String?, port: Int): Listener {
    val listener = below.listen(host, port)
    return object : Listener by listener {
      override suspend fun accept(): Duplex = security.accept(listener.accept()).duplex
    }
  }

  override suspend fun connect(host: String, port: Int): Duplex =
    security.connect(below.connect(host, port), Atom.of("there@$host"), port).duplex

  override fun close() {
    below.close()
    seams.close()
  }
}
