package io.weft.kotlin

import io.weft.global.ClashMethod
import io.weft.global.Global
import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Term
import kotlin.reflect.KClass

/**
 * The names of the processes of one node, this one: OTP's `register/2` and `whereis/1`. Those of
 * other nodes are not seen, and a protocol need not be serializable. Any thread.
 *
 * @see GlobalNames
 */
public class Registry internal constructor(private val node: Node) {
  /** All names that are registered. */
  public val names: Set<String>
    get() = node.registered().mapTo(LinkedHashSet()) { it.name() }

  /**
   * Gives a process of this node a name.
   *
   * @throws IllegalArgumentException if the name is taken, or the process has one or has ended
   */
  public fun register(name: String, process: Address<*>): Unit =
    node.register(Atom.of(name), processOf(process))

  /** Frees a name; false if nobody had it. */
  public fun unregister(name: String): Boolean = node.unregister(Atom.of(name))

  /** Returns the address of the process that has the name now, or null. */
  public inline fun <reified P : Any> whereis(name: String): Address<P>? = whereis(name, P::class)

  /** Returns the address of the process that has the name now, or null. */
  public fun <P : Any> whereis(name: String, protocol: KClass<P>): Address<P>? =
    node.whereis(Atom.of(name))?.let { node.address(it, codecOf(protocol)) }

  /** Returns the address of whoever has the name when a message arrives. */
  public inline fun <reified P : Any> address(name: String): Address<P> = address(name, P::class)

  /** Returns the address of whoever has the name when a message arrives. */
  public fun <P : Any> address(name: String, protocol: KClass<P>): Address<P> =
    node.address(name, node.name().name(), codecOf(protocol))
}

/** The names of this node's processes. */
public val Node.registry: Registry
  get() = Registry(this)

/**
 * The names and locks of a whole cluster: OTP's `global`. A name belongs to one process of all
 * nodes; it is free again when that has ended, or its node is lost.
 *
 * The cluster is that of the visible nodes that are connected. On a node without a network, or a
 * hidden one, it is that node alone.
 *
 * @see Global
 */
public class GlobalNames internal constructor(private val node: Node) {
  private val global = Global.of(node)

  /** All names, as far as this node knows. */
  public val names: Set<Term>
    get() = global.registeredNames()

  /**
   * Gives a process of any node a name, and suspends until all nodes know it; false if somebody has
   * the name, or the process has another one.
   */
  public suspend fun register(name: String, process: Address<*>): Boolean =
    register(name, process, ClashMethod.RANDOM_EXIT)

  /**
   * As the other [register]; [method] decides when two parts of a cluster meet that both have it.
   */
  public suspend fun register(name: String, process: Address<*>, method: ClashMethod): Boolean =
    global.registerName(Atom.of(name), processOf(process), method).await(node)

  /** Gives a process a name, whoever had it before. */
  public suspend fun reregister(name: String, process: Address<*>): Boolean =
    global.reRegisterName(Atom.of(name), processOf(process)).await(node)

  /** Frees a name, and suspends until all nodes know. */
  public suspend fun unregister(name: String) {
    global.unregisterName(Atom.of(name)).await(node)
  }

  /** Returns the address of the process that has the name now, or null. */
  public inline fun <reified P : Any> whereis(name: String): Address<P>? = whereis(name, P::class)

  /**
   * Returns the address of the process that has the name now, or null.
   *
   * @throws IllegalArgumentException if the node is on a network, and the protocol is not
   *   serializable: the process may be one of another node
   */
  public fun <P : Any> whereis(name: String, protocol: KClass<P>): Address<P>? =
    whereis(name, node.sharedCodecOf(protocol, "the global name $name"))

  /**
   * As the other [whereis], with a codec for the protocol: one of Java, or of an Etf of one's own.
   */
  public fun <P : Any> whereis(name: String, codec: TermCodec<P>): Address<P>? =
    global.whereisName(Atom.of(name), codec)

  /** Returns the lock on something that the whole cluster knows by this name. */
  public fun lock(resource: String): GlobalLock = lock(Atom.of(resource))

  /** Returns the lock on something that the whole cluster knows by this term. */
  public fun lock(resource: Term): GlobalLock = GlobalLock(node, global, resource, null)

  /** Suspends until this node agrees with all visible nodes it is connected with now. */
  public suspend fun sync() {
    global.sync().await(node)
  }
}

/** The names of the cluster that this node is a member of. */
public val Node.global: GlobalNames
  get() = GlobalNames(this)

internal fun processOf(address: Address<*>): Pid =
  requireNotNull(address.pid()) { "$address does not stand for a process at the moment" }

/** How [protocol] is spoken to by those of its own node: as objects if it is not serializable. */
internal fun <P : Any> codecOf(protocol: KClass<P>): TermCodec<P> =
  termsOrNull(protocol)
    ?: codecOrNull(protocol)
    ?: TermCodec.localOnly(protocol.simpleName ?: "a protocol")

/**
 * How [protocol] is spoken to where who speaks it may live on another node. On a node without a
 * network nobody does, so that it need not be serializable there.
 */
internal fun <P : Any> Node.sharedCodecOf(protocol: KClass<P>, what: String): TermCodec<P> {
  if (network() == null) return codecOf(protocol)
  val codec = termsOrNull(protocol) ?: codecOrNull(protocol)
  return requireNotNull(codec) {
    "$what may stand for processes of other nodes, which cannot be spoken to in " +
      "${protocol.simpleName}: mark the protocol @Serializable, and apply the serialization " +
      "plugin; or give its codec, such as TermMapping.codecOf for records of Java"
  }
}

/** What speaks terms needs no form. */
@Suppress("UNCHECKED_CAST") // P is Term
private fun <P : Any> termsOrNull(protocol: KClass<P>): TermCodec<P>? =
  if (protocol == Term::class) TermCodec.identity() as TermCodec<P> else null
