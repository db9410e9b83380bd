package io.weft.testkit

import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.StartGate
import io.weft.term.Pid

/** Knows which processes were started, and by whom, and has starts fail that are to. */
internal class StartWatch : StartGate {
  /** A process that was started; without a starter if the test itself did it. */
  internal class Start(
    val label: String,
    val pid: Pid,
    val starter: Pid?,
    val isPartOfNode: Boolean,
  )

  private class Failure(var times: Int, val reason: ExitReason)

  private val starts = LinkedHashMap<Pid, Start>()
  private val failures = HashMap<String, Failure>()

  /** All that were started, the oldest first. */
  val all: List<Start>
    @Synchronized get() = starts.values.toList()

  /** Those that are part of their node: services that came up when somebody needed them. */
  val partsOfNodes: Set<Pid>
    get() = all.filter { it.isPartOfNode }.mapTo(HashSet()) { it.pid }

  @Synchronized
  fun fail(label: String, times: Int, reason: ExitReason) {
    require(times > 0) { "a start that fails $times times does not fail" }
    failures[label] = Failure(times, reason)
  }

  /** Returns how many starts are to fail that were not tried. */
  @Synchronized fun unused(): Map<String, Int> = failures.mapValues { it.value.times }

  @Synchronized fun labelOf(pid: Pid): String? = starts[pid]?.label

  @Synchronized
  override fun refusal(blueprint: Blueprint<*>, process: Pid, starter: Pid?): ExitReason? {
    val label = blueprint.label()
    starts[process] = Start(label, process, starter, blueprint.isPartOfNode())
    val failure = failures[label] ?: return null
    if (--failure.times == 0) failures.remove(label)
    return failure.reason
  }
}
