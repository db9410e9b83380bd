package io.weft.testkit

import io.weft.node.Address
import io.weft.node.Effect
import io.weft.term.Pid
import io.weft.term.Term

/** How effects read, with the labels of those outside. */
internal class EffectText(private val labels: Map<Pid, String>) {
  fun of(effect: Effect): String =
    when (effect) {
      is Effect.Told -> "told ${of(effect.to())}: ${effect.message()}"
      is Effect.Called -> called(effect)
      is Effect.Spawned ->
        "spawned ${of(effect.process())}${if (effect.linked()) ", linked with it" else ""}"
      is Effect.SpawnRequested -> "asked ${effect.node()} for a process: ${effect.function()}"
      is Effect.Linked -> "linked itself with ${of(effect.other())}"
      is Effect.Unlinked -> "took back its link with ${of(effect.other())}"
      is Effect.Monitored -> "began to monitor ${of(effect.target().item())}"
      is Effect.Demonitored -> "ended its monitor of ${of(effect.target().item())}"
      is Effect.SentExit -> "sent ${of(effect.to())} the exit signal ${effect.reason().brief()}"
      is Effect.TimerSet -> timer(effect)
      is Effect.Registered -> "registered itself as ${effect.name()}"
      is Effect.NodeMonitored -> "began to monitor the node ${effect.node()}"
      is Effect.Ended -> "ended: ${effect.reason().brief()}"
    }

  private fun called(call: Effect.Called): String {
    val within = call.within()?.let { ", within ${it.shown()}" } ?: ""
    val answered = if (call.isAnswered) " (answered)" else " (waits for an answer)"
    return "called ${of(call.server())}: ${call.request()}$within$answered"
  }

  private fun timer(timer: Effect.TimerSet): String {
    val to = timer.to()
    val what = if (to == null) "" else " that tells ${of(to)}: ${timer.message()}"
    return "set a timer to ${timer.delay().shown()}$what"
  }

  private fun of(address: Address<*>): String = address.item()?.let(::of) ?: "$address"

  private fun of(item: Term): String =
    if (item is Pid) labels[item]?.let { "$it ${item.shown()}" } ?: item.shown() else "$item"
}
