package io.weft.dist

import io.weft.dist.tls.TlsOptions
import io.weft.dist.transport.NioTransport
import io.weft.dist.transport.Transport
import io.weft.runtime.Seams

/**
 * How a node is on the network, beyond what [io.weft.node.NodeOptions] says: what only this module
 * understands. Given to a [DistNetworkProvider], which goes into the node's options. Immutable.
 *
 * ```
 * NodeOptions.builder("shop@10.0.0.7")
 *   .cookie("secret")
 *   .networkProvider(DistNetworkProvider(distOptions { tls(tlsOptions { trust(TlsTrust.pem(ca)) }) }))
 * ```
 */
public class DistOptions private constructor(from: Builder) {
  /** How connections with other nodes are protected; null, the default, for not at all. */
  public val tls: TlsOptions? = from.tls

  internal val newTransport: (Seams) -> Transport = from.newTransport

  override fun toString(): String = "DistOptions[${tls ?: "no TLS"}]"

  /** Collects options; each setter returns this. */
  public class Builder internal constructor() {
    internal var tls: TlsOptions? = null
    internal var newTransport: (Seams) -> Transport = { NioTransport(it.scheduler) }

    /** Default none. */
    public fun tls(tls: TlsOptions?): Builder = apply { this.tls = tls }

    /** What carries bytes; each node gets its own. Default TCP. */
    public fun transport(newTransport: (Seams) -> Transport): Builder = apply {
      this.newTransport = newTransport
    }

    public fun build(): DistOptions = DistOptions(this)
  }

  public companion object {
    /** All defaults. */
    @JvmField public val DEFAULT: DistOptions = Builder().build()

    @JvmStatic public fun builder(): Builder = Builder()
  }
}

/** Makes [DistOptions]. */
public fun distOptions(configure: DistOptions.Builder.() -> Unit): DistOptions =
  DistOptions.builder().apply(configure).build()
