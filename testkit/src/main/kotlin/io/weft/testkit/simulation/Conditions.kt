package io.weft.testkit.simulation

import io.weft.testkit.ClusterSimulation
import io.weft.testkit.SimulatedNode

/** The faults that last at present, and what they make of hosts and links. */
internal class Conditions(
  private val cluster: ClusterSimulation,
  private val hosts: List<Run.Host>,
  private val usual: Faults,
) {
  private val active = ArrayList<Fault>()
  private val numbers = 1..hosts.size

  private fun node(number: Int): SimulatedNode = hosts[number - 1].node

  /** Does what happens at one moment. */
  fun strike(fault: Fault) {
    when (fault) {
      is Fault.Reset -> cluster.reset(node(fault.one), node(fault.other))
      is Fault.ClockJump -> node(fault.node).jump(fault.by)
      is Fault.TimeOfDay -> node(fault.node).setTimeOfDay(fault.by)
      else -> error("$fault lasts")
    }
  }

  fun begin(fault: Fault) {
    active += fault
    if (fault is Fault.Crash) {
      val host = hosts[fault.node - 1]
      if (!host.isDown) host.crash(fault.loss)
    }
    apply()
  }

  /** False if it has ended already. */
  fun end(fault: Fault): Boolean {
    val place = active.indexOfFirst { it === fault }
    if (place < 0) return false
    active.removeAt(place)
    return true
  }

  fun endAll() = active.clear()

  /** Makes everything as the active faults have it. */
  fun apply() {
    for (number in numbers) {
      val host = hosts[number - 1]
      if (active.none { it is Fault.Crash && it.node == number } && host.isDown) {
        cluster.refuse(host.node, false) // it needs its own EPMD
        host.start()
      }
    }
    for (from in numbers) for (to in numbers) if (from != to) applyTo(from, to)
    for (number in numbers) if (!hosts[number - 1].isDown) applyTo(number)
  }

  private fun applyTo(number: Int) {
    val node = node(number)
    val stall = active.filterIsInstance<Fault.Stall>().lastOrNull { it.node == number }
    if (stall == null) node.steady() else node.stall(stall.oneIn, stall.most)
    if (active.any { it is Fault.Pause && it.node == number }) node.pause() else node.resume()
    cluster.refuse(node, active.any { it is Fault.Refusal && it.node == number })
  }

  private fun applyTo(from: Int, to: Int) {
    cluster.setSilent(node(from), node(to), active.any { it.silences(from, to) })
    if (from > to) return
    val slow =
      active.filterIsInstance<Fault.SlowLink>().filter { from in it.nodes && to in it.nodes }
    val slowest = slow.maxByOrNull { it.latency }
    val least = slowest?.latency ?: usual.least
    val most = slowest?.latency?.multipliedBy(2) ?: usual.most
    cluster.latency(node(from), node(to), least, most)
    cluster.bandwidth(node(from), node(to), slow.minOfOrNull { it.bytesPerSecond } ?: USUAL_BYTES)
  }

  private fun Fault.silences(from: Int, to: Int): Boolean =
    when (this) {
      is Fault.Partition -> (from in group) != (to in group)
      is Fault.OneWay -> from in group && to !in group
      is Fault.HalfOpen -> from == this.from && to == this.to
      is Fault.Crash -> loss != Loss.PROCESS && (from == node || to == node)
      else -> false
    }

  private companion object {
    /** As fast as a link is if it was not told otherwise. */
    const val USUAL_BYTES = 1L shl 30
  }
}
