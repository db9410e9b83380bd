package io.weft.kotlin

import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.NodeEvent
import io.weft.node.NodeKind
import io.weft.node.RemoteSpawn
import io.weft.node.SpawnException
import io.weft.node.Weft
import kotlin.reflect.KClass
import kotlinx.coroutines.flow.Flow

/**
 * Tells of each visible node that is connected or lost while the flow is collected. What is not
 * collected yet waits without bound.
 */
public fun Node.nodeEvents(): Flow<NodeEvent> = nodeEvents(NodeKind.VISIBLE)

/** As the other [nodeEvents], of nodes of a kind. */
public fun Node.nodeEvents(kind: NodeKind): Flow<NodeEvent> =
  listening<NodeEvent, NodeEvent>(
    "monitor of nodes",
    { self -> self.monitorNodes(kind) { event -> event } },
  ) { event ->
    trySend(event)
  }

/**
 * Asks another node for a process that speaks [P], and suspends until it is there.
 *
 * ```
 * val counter = node.spawnRemote<Counter>(RemoteSpawn.on("shop@host", "counter", "start"))
 * ```
 *
 * An OTP node calls the function in a new process; a Weft node starts what it provided under that
 * name, by [io.weft.node.Functions.provideProcess]. Prompt cancellation: the request is abandoned.
 *
 * @throws SpawnException if there is no process
 */
public suspend inline fun <reified P : Any> Node.spawnRemote(wish: RemoteSpawn): Address<P> =
  spawnRemote(wish, P::class)

/** As the other [spawnRemote], without reified types. */
public suspend fun <P : Any> Node.spawnRemote(wish: RemoteSpawn, protocol: KClass<P>): Address<P> =
  address(Weft.spawnAsync(this, wish).await(this), codecOf(protocol))
