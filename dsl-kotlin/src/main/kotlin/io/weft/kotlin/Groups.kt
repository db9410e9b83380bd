package io.weft.kotlin

import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.Self
import io.weft.node.TermCodec
import io.weft.pg.GroupEvent
import io.weft.pg.ProcessGroups
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Term
import kotlin.reflect.KClass
import kotlinx.coroutines.channels.SendChannel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.runningFold

/**
 * A group of processes of a whole cluster that all speak one protocol: OTP's `pg`.
 *
 * ```
 * val tills = node.group<Till>("tills")
 * tills.join(till)
 * tills.members().forEach { it.cast(Till.Open) }
 * tills.memberFlow().collect { members -> println(members.size) }
 * ```
 *
 * A process joins as often as it likes and leaves as often; it is out of the group when it ends or
 * its node is lost. All nodes know the same in the end, and each may lag behind. Any thread.
 *
 * The cluster is that of the visible nodes that are connected. On a node without a network, or a
 * hidden one, it is that node alone: the group has local members only.
 *
 * @see ProcessGroups
 */
public class Group<P : Any>
internal constructor(
  private val node: Node,
  private val scope: ProcessGroups,
  private val name: Term,
  private val codec: TermCodec<P>,
) {
  /** Adds a process of this node, and suspends until this node knows. */
  public suspend fun join(process: Address<P>) {
    scope.join(name, processOf(process)).await(node)
  }

  /** Takes a process of this node out, once; false if it was not in the group. */
  public suspend fun leave(process: Address<P>): Boolean =
    scope.leave(name, processOf(process)).await(node)

  /** Returns the members of all nodes, one as often as it joined. */
  public fun members(): List<Address<P>> = scope.members(name, codec)

  /** Returns the members of this node. */
  public fun localMembers(): List<Address<P>> =
    scope.localMembers(name).map { node.address(it, codec) }

  /**
   * Tells of changes while it is collected: at first of those who are members already, as if they
   * had just joined, then of all who join and leave. What is not collected yet waits without bound.
   */
  public fun changes(): Flow<GroupEvent> = flow {
    val beginning = Beginning() // one for each collector
    emitAll(node.listening("monitor of $name", beginning::listen) { beginning.hear(it, this) })
  }

  /** Tells who the members are, at first and after each change. */
  public fun memberFlow(): Flow<List<Address<P>>> =
    changes()
      .runningFold(emptyList<Pid>()) { members, change ->
        when (change) {
          is GroupEvent.Join -> members + change.pids()
          is GroupEvent.Leave -> change.pids().fold(members) { left, pid -> left - pid }
        }
      }
      .map { pids -> pids.map { node.address(it, codec) } }

  /** What a monitor hears: a change, or who was a member before all changes. */
  private sealed interface Heard {
    class Before(val members: List<Pid>) : Heard

    class Change(val event: GroupEvent) : Heard
  }

  /** Changes may be told before it is known what they change: they wait for that. */
  private inner class Beginning {
    private val early = ArrayList<GroupEvent>()
    private var begun = false

    fun listen(self: Self<Heard>) {
      val me = self.address()
      scope
        .monitor(name, me) { event -> Heard.Change(event) }
        .thenAccept { monitor -> me.tell(Heard.Before(monitor.before().values.flatten())) }
    }

    fun hear(heard: Heard, onto: SendChannel<GroupEvent>) {
      when (heard) {
        is Heard.Before -> {
          begun = true
          if (heard.members.isNotEmpty()) onto.trySend(GroupEvent.Join(name, heard.members))
          early.forEach { onto.trySend(it) }
        }
        is Heard.Change -> if (begun) onto.trySend(heard.event) else early += heard.event
      }
    }
  }
}

/**
 * Returns a group of the default scope of this node's cluster.
 *
 * @throws IllegalArgumentException if the node is on a network, and the protocol is not
 *   serializable: members may live on other nodes
 */
public inline fun <reified P : Any> Node.group(name: String): Group<P> = group(name, P::class)

/** As the other [group], without reified types. */
public fun <P : Any> Node.group(name: String, protocol: KClass<P>): Group<P> =
  group(ProcessGroups.DEFAULT_SCOPE, name, protocol)

/** Returns a group of the scope called [scope], which starts on this node if it does not run. */
public fun <P : Any> Node.group(scope: String, name: String, protocol: KClass<P>): Group<P> =
  group(scope, name, sharedCodecOf(protocol, "the group $name"))

/** As the other [group], with a codec for the protocol: one of Java, or of an Etf of one's own. */
public fun <P : Any> Node.group(scope: String, name: String, codec: TermCodec<P>): Group<P> =
  Group(this, ProcessGroups.of(this, scope), Atom.of(name), codec)
