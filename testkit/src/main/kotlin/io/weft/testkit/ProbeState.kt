package io.weft.testkit

import io.weft.node.Address
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.From
import io.weft.node.Info
import io.weft.node.Node
import io.weft.node.Received
import io.weft.node.Self
import io.weft.node.Target
import io.weft.term.Pid
import java.time.Duration

/** What a probe has received, and what is said when that is not what was expected. */
internal class ProbeState<P : Any>(val cluster: TestCluster, val label: String) {
  /** Something that came, and when. */
  class Arrival<P : Any>(val received: Received<P>, val at: Duration) {
    override fun toString(): String = "at ${at.shown()}: ${ProbeText.of(received)}"
  }

  lateinit var address: Address<P>
    private set

  private lateinit var self: Self<P>
  private val waiting = ArrayDeque<Arrival<P>>()
  private val taken = ArrayList<Arrival<P>>()
  private val answers = ArrayList<(P, From) -> Boolean>()

  /** Told when something has come. */
  var onArrival: () -> Unit = {}

  fun start(node: Node, blueprint: Blueprint<P>) {
    val probe = Blueprint.of(label) { Recorder() }.codec(blueprint.codec()).trapExit()
    address = node.start(blueprint.name()?.let { probe.named(it.name()) } ?: probe)
  }

  // --- what came ---------------------------------------------------------------------------------

  val hasNext: Boolean
    get() = waiting.isNotEmpty()

  fun next(): Arrival<P>? = waiting.removeFirstOrNull()?.also(taken::add)

  /** Answers requests by itself, for which [answer] is true: it has replied. */
  fun answering(answer: (P, From) -> Boolean) {
    answers.add(0, answer)
  }

  /** Runs [action] in the name of the probe, and returns when all who hear of it know. */
  fun act(action: (Self<P>) -> Unit) {
    self.post { action(self) }
    cluster.settle()
  }

  fun watch(process: Address<*>) = act { it.monitor(process.target() ?: noTarget(process)) }

  fun link(process: Address<*>) = act { it.link(TestCluster.pidOf(process)) }

  private fun noTarget(process: Address<*>): Target =
    throw AssertionError("$process cannot be watched: it is nobody's address now, or an alias")

  private inner class Recorder : Behavior<P> {
    override fun start(self: Self<P>) {
      this@ProbeState.self = self
    }

    override fun message(self: Self<P>, message: P) = came(Received.Message(message))

    override fun call(self: Self<P>, request: P, from: From) {
      if (answers.any { it(request, from) }) {
        taken.add(Arrival(Received.Call(request, from), cluster.now))
      } else {
        came(Received.Call(request, from))
      }
    }

    override fun info(self: Self<P>, info: Info) = came(Received.Report(info))

    private fun came(received: Received<P>) {
      waiting.add(Arrival(received, cluster.now))
      onArrival()
    }
  }

  // --- what is wrong -----------------------------------------------------------------------------

  fun nothingCame(wanted: String, within: Duration, skipped: List<Arrival<P>>): AssertionError {
    val came =
      if (skipped.isEmpty()) "nothing came"
      else "only this came:\n${skipped.joinToString("\n") { "    $it" }}"
    return failure(
      "expected $wanted within ${within.shown()}, but $came",
      null,
      if (skipped.isEmpty())
        "see that somebody tells $this, and not another address; give it more time: within = ..; " +
          "of what takes place on threads of its own nothing is waited for"
      else "change the condition, or give it more time: within = ..",
    )
  }

  fun otherCame(wanted: String, got: Arrival<P>): AssertionError =
    failure(
      "expected $wanted, but this came first\n    $got",
      got,
      "expect that before, or skip what comes before: fish<..> { .. }" +
        if (got.received is Received.Call) "; a request is received by expectCall" else "",
    )

  fun somethingCame(within: Duration, got: Arrival<P>): AssertionError =
    failure(
      "expected nothing within ${within.shown()}, but this came\n    $got",
      got,
      "expect it before, or ask for a shorter time",
    )

  private fun failure(what: String, got: Arrival<P>?, hint: String) =
    AssertionError(
      buildString {
        appendLine("${this@ProbeState} $what")
        appendList("  received before", taken.filter { it !== got }.takeLast(MAX_SHOWN))
        appendList("  still in its mailbox", waiting.take(MAX_SHOWN))
        appendLine("  what to do: $hint")
        append(cluster.surroundings())
      }
    )

  private fun StringBuilder.appendList(title: String, arrivals: List<Arrival<P>>) {
    if (arrivals.isEmpty()) appendLine("$title: nothing")
    else {
      appendLine("$title:")
      arrivals.forEach { appendLine("    $it") }
    }
  }

  /** The probe as failures and reports show it. */
  override fun toString(): String = "probe \"$label\" ${pid.shown()}"

  val pid: Pid
    get() = TestCluster.pidOf(address)

  companion object {
    const val MAX_SHOWN = 20

    fun <P : Any> blueprint(label: String, protocol: Class<P>): Blueprint<P> =
      Blueprint.of<P>(label) { Behavior { _, _ -> } }.protocol(protocol)
  }
}

/** How what is received reads. */
internal object ProbeText {
  fun of(received: Received<*>): String =
    when (received) {
      is Received.Message -> received.content().toString()
      is Received.Call -> "the request ${received.request()} of ${received.from().client().shown()}"
      is Received.Report -> of(received.info())
    }

  private fun of(info: Info): String =
    when (info) {
      is Info.Down -> "the report that ${info.item().shown()} ended: ${info.reason().brief()}"
      is Info.Exit -> "the exit of ${info.from().shown()}: ${info.reason().brief()}"
      is Info.Unknown -> "the term ${info.term()}, no message of the protocol: ${info.why()}"
    }
}
