package io.weft.testkit

import io.weft.node.ExitReason
import io.weft.node.ProcessInfo
import io.weft.term.Pid
import java.time.Duration
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job

/** Looks for what a test leaves behind. */
internal class LeakCheck(private val cluster: TestCluster) {
  private val findings = ArrayList<String>()

  fun check(coroutines: List<Job>) {
    cluster.settle()
    processes().forEach(::monitors)
    val stubborn = endWhatTheTestStarted()
    endProbes()
    cluster.settle()
    val left = processes()
    left.forEach { findings += process(it, it.pid() in stubborn) }
    coroutines.filter { it.isActive }.forEach { findings += coroutine(it) }
    cluster.abandoned.forEach(::abandoned)
    timers(left.map { it.pid() }.toSet())
    cluster.members.forEach { names(it, left) }
    cluster.starts.unused().forEach { (label, times) ->
      findings +=
        "$times of the failing starts of \"$label\": nobody started it so often\n" +
          "      do not ask for them, or see that the label is that of the blueprint"
    }
    if (findings.isNotEmpty()) {
      throw AssertionError(
        findings.joinToString("\n", "the test leaves behind:\n") { "    $it" } +
          "\n  (seed ${cluster.seed}; what the test itself had started was ended before)"
      )
    }
  }

  private fun processes() =
    Surroundings(cluster).processes().filter { it.label() !in cluster.allowed }

  /** Returns those that did not end. */
  private fun endWhatTheTestStarted(): Set<Pid> {
    val probes = cluster.probes.map { it.pid }.toSet()
    val roots =
      cluster.starts.all.filter { it.starter == null && !it.isPartOfNode && it.pid !in probes }
    return roots
      .asReversed()
      .filter { start ->
        val node = cluster.members.firstOrNull { it.node.isHere(start.pid) && start.pid !in it.own }
        node != null && start.label !in cluster.allowed && !ends(node, start.pid)
      }
      .map { it.pid }
      .toSet()
  }

  private fun ends(member: TestCluster.Member, pid: Pid): Boolean {
    if (!member.node.isAlive(pid)) return true
    member.node.exit(pid, ExitReason.SHUTDOWN)
    return cluster.await(SHUTDOWN_TIME) { !member.node.isAlive(pid) }
  }

  private fun endProbes() {
    cluster.probes.forEach { it.address.node().exit(it.pid, ExitReason.KILL) }
  }

  // --- what is said ------------------------------------------------------------------------------

  private fun process(info: ProcessInfo, stubborn: Boolean): String {
    val starter = cluster.starts.all.firstOrNull { it.pid == info.pid() }?.starter
    val by =
      starter?.let { ", started by ${cluster.starts.labelOf(it) ?: "process"} ${it.shown()}" } ?: ""
    val ties =
      listOfNotNull(
        info
          .links()
          .takeIf { it.isNotEmpty() }
          ?.let { "linked with ${it.joinToString { other -> other.shown() }}" },
        info
          .monitors()
          .takeIf { it.isNotEmpty() }
          ?.let { "monitors ${it.joinToString { other -> other.item().shown() }}" },
        info.name()?.let { "holds the name $it" },
      )
    val tied = if (ties.isEmpty()) "" else "; ${ties.joinToString("; ")}"
    val end =
      if (stubborn)
        "it did not end within ${SHUTDOWN_TIME.shown()} of the exit signal `shutdown`: " +
          "see that it lets itself be ended, or end it in the test (kill)"
      else "link it with who needs it (spawnLink), supervise it, or end it in the test (kill)"
    return "the process ${Surroundings.named(info)}$by$tied\n" +
      "      $end; or allow it: allowLeak(\"${info.label()}\")"
  }

  private fun coroutine(job: Job): String {
    val name = (job as? CoroutineScope)?.coroutineContext?.get(CoroutineName)?.name
    return "a coroutine of the test${name?.let { " called \"$it\"" } ?: ""}: $job\n" +
      "      join or cancel it before the block ends; CoroutineName(..) gives it a name"
  }

  private fun abandoned(by: TestCluster.Abandoned) {
    if (!by.areOver.asBoolean && by.label !in cluster.allowed) {
      findings +=
        "coroutines of ${by.actor}, which has ended without them\n" +
          "      let them be cancelled (no NonCancellable without a limit), or give them the time: " +
          "grace(..); or allow it: allowLeak(\"${by.label}\")"
    }
  }

  private fun timers(left: Set<Pid>) {
    cluster.timers.pending
      .filter { it.owner == null || it.owner in left }
      .forEach { timer ->
        val owner = timer.owner
        val by =
          if (owner == null) "set outside of processes by ${timer.setBy}"
          else "set by ${cluster.starts.labelOf(owner) ?: "process"} ${owner.shown()}"
        findings += "a timer due at ${timer.due.shown()}, $by\n      cancel it"
      }
  }

  /** Who watches the same process again and again, forgets to end its monitors. */
  private fun monitors(info: ProcessInfo) {
    info
      .monitors()
      .groupingBy { it.item() }
      .eachCount()
      .filterValues { it >= MONITORS_TOO_MANY }
      .forEach { (item, times) ->
        findings +=
          "$times monitors of ${item.shown()} by the process ${Surroundings.named(info)}\n" +
            "      end each when it is no longer needed: self.demonitor(reference, true); " +
            "or allow it: allowLeak(\"${info.label()}\")"
      }
  }

  private fun names(member: TestCluster.Member, left: List<ProcessInfo>) {
    val known = left.mapNotNull { it.name() }.toSet()
    val allowed =
      Surroundings(cluster)
        .processes()
        .filter { it.label() in cluster.allowed }
        .mapNotNull { it.name() }
        .toSet()
    val services = cluster.starts.partsOfNodes
    val own = member.node.registered().filter { member.node.whereis(it) in services }.toSet()
    (member.node.registered() - member.names - known - allowed - own).forEach { name ->
      findings +=
        "the name $name of ${member.node.name()}, held by ${member.node.whereis(name)?.shown()}\n" +
          "      unregister it: node.unregister(name)"
    }
  }

  private companion object {
    const val MONITORS_TOO_MANY = 3
    val SHUTDOWN_TIME: Duration = Duration.ofMinutes(1)
  }
}
