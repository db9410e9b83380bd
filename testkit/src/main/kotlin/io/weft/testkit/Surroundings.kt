package io.weft.testkit

import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.ProcessInfo
import io.weft.node.Sys
import io.weft.term.Pid

/** What there is around a failure: the processes of the test, and what waits in their mailboxes. */
internal class Surroundings(private val cluster: TestCluster) {
  private val probes = cluster.probes.map { it.pid }.toSet()

  /** Returns the processes that are there, but for those of nodes and the probes. */
  fun processes(): List<ProcessInfo> {
    val services = cluster.starts.partsOfNodes
    return cluster.members.flatMap { member ->
      member.node
        .processIds()
        .filter { it !in member.own && it !in probes && it !in services }
        .sortedBy { it.id() }
        .mapNotNull { info(member.node, it) }
    }
  }

  private fun info(node: Node, pid: Pid): ProcessInfo? {
    val asked = Sys.info(node.address(pid))
    return if (
      cluster.await(TestCluster.NO_TIME) { asked.isDone } && !asked.isCompletedExceptionally
    )
      asked.join()
    else null
  }

  private fun messages(process: Address<*>): List<String> {
    val asked = Sys.messages(process)
    val told =
      cluster.await(TestCluster.NO_TIME) { asked.isDone } && !asked.isCompletedExceptionally
    return if (told) asked.join().map { it.abbreviate(MAX_CHARS) } else emptyList()
  }

  override fun toString(): String = buildString {
    append("  the test: seed ${cluster.seed}, at ${cluster.now.shown()} of virtual time")
    val all = processes()
    if (all.isEmpty()) append(", no process lives")
    all.take(MAX_SHOWN).forEach { append("\n    ${named(it)}${mailbox(it)}") }
    if (all.size > MAX_SHOWN) append("\n    and ${all.size - MAX_SHOWN} more")
    val ended = cluster.starts.all.filter { start -> isOver(start.pid) && start.label != "caller" }
    if (ended.isNotEmpty()) {
      append(
        "\n  ended: ${ended.takeLast(MAX_SHOWN).joinToString { "${it.label} ${it.pid.shown()}" }}"
      )
    }
  }

  private fun isOver(pid: Pid) =
    cluster.members.none { it.node.isHere(pid) && it.node.isAlive(pid) }

  private fun mailbox(info: ProcessInfo): String {
    if (info.mailbox() == 0) return ""
    val node = cluster.members.firstOrNull { it.node.isHere(info.pid()) }?.node
    val waiting = node?.let { messages(it.address(info.pid())) }.orEmpty().take(MAX_SHOWN)
    return ": ${info.mailbox()} in its mailbox: ${waiting.joinToString()}"
  }

  companion object {
    private const val MAX_SHOWN = 20
    private const val MAX_CHARS = 200

    /** Returns a process by label, pid and name. */
    fun named(info: ProcessInfo): String {
      val name = info.name()?.name()
      val suffix = if (name == null || name == info.label()) "" else " registered as $name"
      return "${info.label()} ${info.pid().shown()}$suffix"
    }
  }
}
