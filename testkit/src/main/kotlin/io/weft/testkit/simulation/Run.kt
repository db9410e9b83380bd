package io.weft.testkit.simulation

import io.weft.dist.DistOptions
import io.weft.node.CallException
import io.weft.node.ExitException
import io.weft.node.NodeEvent
import io.weft.node.NodeKind
import io.weft.testkit.ClusterSimulation
import io.weft.testkit.SimulatedNode
import io.weft.testkit.history.NotDoneException
import java.time.Duration
import java.util.PriorityQueue
import java.util.random.RandomGenerator
import kotlinx.coroutines.CancellationException

/**
 * Why a run failed. [kind] tells failures apart: the name of the invariant that does not hold, or
 * the class of what was thrown.
 */
internal class Broken(
  val kind: String,
  message: String,
  cause: Throwable?,
  val isInvariant: Boolean = false,
) : Error(message, cause) {
  private companion object {
    const val serialVersionUID = 1L
  }
}

/** What came of a run. */
internal class Outcome(
  val cut: Cut,
  val broken: Broken?,
  val script: Script,
  val trace: List<String>,
  val digest: Long,
  val turns: Long,
  val lasted: Duration,
)

/** What a run consists of, besides chance. */
internal class Script(
  val nodes: Int,
  val leastNodes: Int,
  val faults: List<Pair<Int, Occurrence>>,
  val steps: Map<Int, List<Int>>,
  val lasting: Duration,
)

/** One run of a scenario. */
internal class Run(private val cut: Cut) {
  private val cluster = ClusterSimulation(splittable(cut.seed, cut.schedule).nextLong())
  private var start = Duration.ZERO
  val trace = Trace { now }

  /** The time since the cluster was started. */
  val now: Duration
    get() = cluster.now - start

  private lateinit var scenario: Scenario
  private lateinit var script: Script
  private lateinit var conditions: Conditions
  private val events = PriorityQueue<Event>(compareBy({ it.at }, { it.number }))
  private var numbered = 0
  private var broken: Broken? = null
  private val clients = ArrayList<ClientSteps>()
  private val checksOfTurns = ArrayList<Scenario.Check>()

  private class Event(val at: Duration, val number: Int, val action: () -> Unit)

  /** What an invariant sees. */
  private val view =
    object : ClusterView {
      override val members: List<Member>
        get() = hosts.mapNotNull { it.member.takeUnless { _ -> it.isDown } }

      override val now: Duration
        get() = this@Run.now
    }

  private lateinit var hosts: List<Host>

  /** A host, and the node on it. */
  inner class Host(private val number: Int, private val names: List<String>) {
    private val name = names[number - 1]
    private val disk = Disk(splittable(cut.seed, cut.schedule, number, DISK))
    private var lives = 0
    private var running = false
    var member: OneMember? = null
      private set

    val isDown: Boolean
      get() = !running

    /** The node in its present or last life. */
    val node: SimulatedNode
      get() = checkNotNull(member).simulated

    fun start() {
      val life = lives++
      trace.tell(label(number), if (life == 0) "starts" else "starts again")
      val node =
        cluster.start(name, DistOptions.builder()) { options ->
          options.tickTime(TICK_TIME)
          scenario.options.forEach { it.accept(options) }
        }
      disk.timers = node.node.seams().timers()
      running = true
      val random = splittable(cut.seed, cut.schedule, number, life)
      val started = OneMember(node, disk, number, life, names, random)
      member = started
      node.node.monitorNodes(NodeKind.CONNECTED) { noted(it) }
      scenario.starts.forEach { it.accept(started) }
      clients.filter { it.host == number }.forEach { it.startOn(started) }
    }

    private fun noted(event: NodeEvent) {
      when (event) {
        is NodeEvent.Up -> trace.tell(label(number), "is connected with ${event.peer()}")
        is NodeEvent.Down -> trace.tell(label(number), "lost ${event.peer()}: ${event.reason()}")
      }
    }

    fun crash(loss: Loss) {
      running = false
      if (loss == Loss.PROCESS) cluster.kill(node) else cluster.powerOff(node)
      when (loss) {
        Loss.PROCESS -> {}
        Loss.POWER -> disk.losePower()
        Loss.DISK -> disk.wipe()
      }
    }
  }

  inner class OneMember(
    override val simulated: SimulatedNode,
    override val disk: Disk,
    override val number: Int,
    override val life: Int,
    override val names: List<String>,
    override val random: RandomGenerator,
  ) : Member {
    override val node
      get() = simulated.node

    override fun trace(what: String) = this@Run.trace.tell(label(number), what)
  }

  private fun label(number: Int) = "n$number"

  // --- the run -----------------------------------------------------------------------------------

  fun run(describe: (Scenario) -> Unit): Outcome {
    scenario = Scenario(this).also(describe)
    val nodes = minOf(cut.nodes ?: scenario.nodes, scenario.nodes)
    script = script(nodes)
    val names = List(nodes) { "n${it + 1}@host${it + 1}" }
    hosts = List(nodes) { Host(it + 1, names) }
    conditions = Conditions(cluster, hosts, scenario.faults)
    try {
      begin()
      until(script.lasting)
      heal()
      until(script.lasting + scenario.settling)
      scenario.endChecks.forEach(::check)
    } catch (failure: Broken) {
      broken = failure
    } catch (failure: Throwable) {
      broken = Broken(failure.javaClass.name, "$failure", failure)
    }
    cluster.abandon()
    return Outcome(cut, broken, script, trace.lines(), trace.digest(), cluster.turns, now)
  }

  private fun script(nodes: Int): Script {
    val lasting = minOf(cut.until ?: scenario.lasting, scenario.lasting)
    val drawn = scenario.faults.draw(splittable(cut.seed, FAULTS), scenario.nodes, scenario.lasting)
    val faults =
      drawn.withIndex().mapNotNull { (i, occurrence) ->
        if (cut.faults != null && i !in cut.faults) return@mapNotNull null
        val at = maxOf(Duration.ZERO, occurrence.at - cut.earlier)
        val fault = occurrence.fault.within(nodes)?.takeIf { at < lasting }
        fault?.let { i to Occurrence(at, occurrence.lasting, it) }
      }
    val steps =
      (1..scenario.clients).associateWith { client ->
        cut.steps?.let { it[client].orEmpty() } ?: (1..scenario.steps).toList()
      }
    return Script(
      nodes,
      scenario.leastNodes,
      faults,
      steps.filterValues { it.isNotEmpty() },
      lasting,
    )
  }

  private fun begin() {
    cluster.maxTurns = MAX_TURNS
    val workload = scenario.workload
    if (workload != null) {
      for ((client, steps) in script.steps) {
        clients += ClientSteps(client, 1 + (client - 1) % hosts.size, steps, workload)
      }
    }
    hosts.forEach(Host::start)
    conditions.apply()
    start = cluster.now
    trace.tell("", "all are started")
    for ((_, occurrence) in script.faults) at(occurrence.at) { fault(occurrence) }
    for (check in scenario.checks) {
      val every = check.every
      if (every == null) checksOfTurns += check else again(check, every, every)
    }
    cluster.afterTurn = ::afterTurn
    afterTurn()
  }

  private fun afterTurn() {
    broken?.let { throw it }
    for (i in checksOfTurns.indices) check(checksOfTurns[i])
  }

  private fun check(invariant: Scenario.Check) {
    try {
      invariant.check.accept(view)
    } catch (broken: Broken) {
      throw broken
    } catch (failure: Throwable) {
      throw Broken(invariant.name, failure.message ?: "$failure", failure, isInvariant = true)
    }
  }

  private fun again(check: Scenario.Check, time: Duration, every: Duration) {
    at(time) {
      check(check)
      again(check, time + every, every)
    }
  }

  private fun at(time: Duration, action: () -> Unit) {
    events += Event(time, numbered++, action)
  }

  /** Lets time go by until [time], and does what is due meanwhile. */
  private fun until(time: Duration) {
    while (true) {
      val next = events.peek()
      if (next == null || next.at > time) break
      events.remove()
      if (next.at > now) cluster.advance(next.at - now)
      next.action()
    }
    if (time > now) cluster.advance(time - now)
  }

  // --- faults ------------------------------------------------------------------------------------

  private fun fault(occurrence: Occurrence) {
    val fault = occurrence.fault
    if (!fault.lasts) {
      trace.tell("fault", "$fault")
      conditions.strike(fault)
      return
    }
    trace.tell("fault", "$fault, for ${millis(occurrence.lasting)}")
    conditions.begin(fault)
    at(now + occurrence.lasting) {
      if (conditions.end(fault)) trace.tell("fault", "end of $fault")
      conditions.apply()
    }
  }

  private fun heal() {
    conditions.endAll()
    trace.tell("", "all is healed")
    conditions.apply()
  }

  // --- clients -----------------------------------------------------------------------------------

  /** What a client has still to do, whatever becomes of its node. */
  private inner class ClientSteps(
    private val client: Int,
    val host: Int,
    private val steps: List<Int>,
    private val workload: Workload,
  ) {
    private var done = 0

    fun startOn(member: OneMember) {
      if (done < steps.size) member.node.spawn(workload.client(Life(member)))
    }

    private inner class Life(override val member: OneMember) : Steps {
      override val number: Int
        get() = client

      override val isLive: Boolean
        get() = member.simulated.isThere

      override fun next(): Steps.Next? {
        val step = steps.getOrNull(done) ?: return null
        return Steps.Next(step, maxOf(Duration.ZERO, due(step) - now))
      }

      /**
       * Each step has a moment that is the same for all clients. Half of the time they come to it
       * together, so that they meet; else somewhat later.
       */
      private fun due(step: Int): Duration {
        val between = scenario.lasting.toNanos() / scenario.steps
        val moment = (step - 1) * between + splittable(cut.seed, step, MOMENT).nextLong(between)
        val random = splittable(cut.seed, client, step, MOMENT)
        return Duration.ofNanos(
          moment + random.nextLong(if (random.nextBoolean()) CLOSE else between)
        )
      }

      override fun begin(step: Int) {
        done++
      }

      override fun end(step: Int, failure: Throwable?) {
        when (failure) {
          null -> {}
          is CallException,
          is ExitException,
          is CancellationException,
          is NotDoneException -> trace("step $step ended: ${failure.message}")
          else ->
            if (broken == null) {
              val what = "client $client failed in its step $step: $failure"
              broken = failure as? Broken ?: Broken(failure.javaClass.name, what, failure)
            }
        }
      }

      override fun random(step: Int) = splittable(cut.seed, client, step)

      override fun trace(what: String) = this@Run.trace.tell("client $client", what)
    }
  }

  private companion object {
    val TICK_TIME: Duration = Duration.ofSeconds(8)
    const val MAX_TURNS = 5_000_000L
    const val FAULTS = -1
    const val DISK = -2
    const val MOMENT = -3
    const val CLOSE = 2_000_000L
  }
}
