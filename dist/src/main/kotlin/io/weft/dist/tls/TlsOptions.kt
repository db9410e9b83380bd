package io.weft.dist.tls

import java.time.Duration

/**
 * How connections with other nodes are protected by TLS; given to a node with
 * [io.weft.dist.DistOptions.Builder.tls]. Immutable.
 *
 * All nodes of a cluster use TLS, or none: nothing in EPMD tells which. OTP's counterpart is `erl
 * -proto_dist inet_tls`, whose nodes offer only TLS 1.2 unless their option `versions` says
 * otherwise; both versions are spoken here.
 *
 * Cookies are asked for as ever, but they prove nothing to one who sits between two nodes; that
 * takes certificates which are checked: [trust].
 *
 * Source: OTP's `inet_tls_dist`; SSL User's Guide, "Erlang Distribution over TLS".
 */
public class TlsOptions private constructor(from: Builder) {
  /** The key and certificate that this node shows, to those who connect and where it connects. */
  public val identity: TlsIdentity = from.identity

  /** Which certificates of peers are good. */
  public val trust: TlsTrust = from.trust

  /** Whether those who connect must show a certificate. */
  public val clientCertificate: ClientCertificate = from.clientCertificate

  /** Whether the names in a peer's certificate must be those of its node. */
  public val nameCheck: NameCheck = from.nameCheck

  /** What is offered and accepted, in the JDK's words. */
  public val protocols: List<String> = from.protocols.toList()

  /**
   * Cipher suites in the order of preference, in the JDK's words; null for the JDK's own choice.
   */
  public val cipherSuites: List<String>? = from.cipherSuites?.toList()

  /** How often files are looked at for new keys and certificates; zero for never. */
  public val reloadInterval: Duration = from.reloadInterval

  /** Whether those who connect must show a certificate. */
  public enum class ClientCertificate {
    /** They are not asked for one. */
    NONE,

    /** One that is shown must be good; none is good too. OTP's `verify_peer`. */
    WANTED,

    /** Without a good one nobody connects. OTP's `verify_peer` with `fail_if_no_peer_cert`. */
    REQUIRED,
  }

  /**
   * What the names in a certificate mean: its alternative names of the kinds `dNSName` and
   * `iPAddress` are hosts, the common names in those of the kind `directoryName` are nodes (`name`,
   * or `name@host`). A node fits if its host is one of the hosts, or there are none, and its name
   * is one of the names, or there are none.
   */
  public enum class NameCheck {
    /** Whoever has a good certificate may call itself as it likes. */
    NONE,

    /** Names in a certificate bind its owner; one without such names fits every node. As in OTP. */
    IF_NAMED,

    /** A certificate without such names fits no node. */
    REQUIRED,
  }

  override fun toString(): String =
    "TlsOptions[$identity, $trust, client certificate $clientCertificate, names $nameCheck, $protocols]"

  /** Collects options; each setter returns this. */
  public class Builder internal constructor() {
    internal var identity: TlsIdentity = TlsIdentity.selfSigned()
    internal var trust: TlsTrust = TlsTrust.anyone()
    private var chosenClientCertificate: ClientCertificate? = null
    internal var nameCheck = NameCheck.IF_NAMED
    internal var protocols = listOf("TLSv1.3", "TLSv1.2")
    internal var cipherSuites: List<String>? = null
    internal var reloadInterval: Duration = Duration.ofMinutes(1)

    internal val clientCertificate: ClientCertificate
      get() =
        chosenClientCertificate
          ?: if (trust == TlsTrust.anyone()) ClientCertificate.NONE else ClientCertificate.REQUIRED

    /** Default [TlsIdentity.selfSigned]. */
    public fun identity(identity: TlsIdentity): Builder = apply { this.identity = identity }

    /**
     * Default [TlsTrust.anyone]: bytes are hidden from those who listen, nobody proves who he is.
     */
    public fun trust(trust: TlsTrust): Builder = apply { this.trust = trust }

    /** Default: required, unless anyone is trusted. */
    public fun clientCertificate(what: ClientCertificate): Builder = apply {
      chosenClientCertificate = what
    }

    /** Default [NameCheck.IF_NAMED]. */
    public fun nameCheck(check: NameCheck): Builder = apply { nameCheck = check }

    /** Default TLSv1.3 and TLSv1.2. */
    public fun protocols(vararg protocols: String): Builder = apply {
      require(protocols.isNotEmpty()) { "at least one protocol is needed" }
      this.protocols = protocols.asList()
    }

    /** Default: the JDK's choice. */
    public fun cipherSuites(vararg suites: String): Builder = apply {
      cipherSuites = suites.asList()
    }

    /** Default one minute. */
    public fun reloadInterval(interval: Duration): Builder = apply {
      require(!interval.isNegative) { "reloadInterval must not be negative, but is $interval" }
      reloadInterval = interval
    }

    public fun build(): TlsOptions = TlsOptions(this)
  }

  public companion object {
    @JvmStatic public fun builder(): Builder = Builder()
  }
}

/** Makes [TlsOptions]. */
public fun tlsOptions(configure: TlsOptions.Builder.() -> Unit): TlsOptions =
  TlsOptions.builder().apply(configure).build()
