package io.weft.bench.soak

import io.weft.dist.DistNetwork
import io.weft.kotlin.supervisor
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Weft
import io.weft.term.Atom
import java.io.PrintWriter
import java.time.Duration
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.LockSupport
import kotlin.random.Random
import kotlin.time.Duration.Companion.seconds

/**
 * One run of stages on two nodes over loopback: consumers that are fast, slow and fitful, come, go
 * and are killed; so are producers, and connections are cut.
 */
internal class StageRun(
  private val seed: Long,
  private val out: PrintWriter,
  private val post: ItemPost,
) {
  constructor(seed: Long, out: PrintWriter) : this(seed, out, ItemPost.RELIABLE)

  private val books = StageBooks()
  private val heap = HeapTrend()
  private val faults = Faults()
  private val random = Random(seed)
  private val takers = Takers(books, seed)
  private val wells = HashMap<WellKind, Address<Well>>() // slots: whichever life it is
  private lateinit var nodes: List<Node>
  private var kills = 0L
  private var cuts = 0L

  /** Returns what went wrong. */
  fun run(time: Duration): List<String> {
    start("mapper", 0).use { mapper ->
      val port = (mapper.network() as DistNetwork).epmdPort
      nodes = NAMES.map { start(it, port) }
      try {
        val names = nodes.map { it.name().name() }
        val processes = nodes.mapIndexed { i, node -> open(node, i, names) }
        strike(time)
        if (books.violations().isEmpty()) settle(processes)
      } finally {
        nodes.forEach(Node::close)
      }
    }
    faults.require("no thread of the runtime is left") { SupervisorRun.runtimeThreads().isEmpty() }
    if (books.dropped.sum() == 0L) faults.add("no buffer has overflown")
    faults.add(heap.fault())
    faults.addAll(books.violations())
    return faults.found()
  }

  private fun start(name: String, epmdPort: Int): Node =
    Node.start(NodeOptions.builder("$name@127.0.0.1").cookie("soak").epmdPort(epmdPort).build())

  /** Starts the stages of a node; returns how many processes it has then. */
  private fun open(node: Node, number: Int, names: List<String>): Int {
    val blueprints = Wells(books, seed, post)
    node.start(
      supervisor("stages") {
        intensity(max = Int.MAX_VALUE, within = 1.seconds)
        for (kind in WellKind.entries.filter { it.home == number }) {
          wells[kind] = child(blueprints.blueprint(kind, node, names))
        }
        for (place in takers.places.filter { it.home == number }) {
          child(takers.blueprint(place, node, names))
        }
      }
    )
    return node.processCount()
  }

  // --- faults ------------------------------------------------------------------------------------

  private fun strike(time: Duration) {
    val begin = System.nanoTime()
    val every = maxOf(time.toNanos() / SAMPLES, TimeUnit.MILLISECONDS.toNanos(200))
    var sample = begin + every
    var tell = begin + TELL_EVERY
    while (System.nanoTime() - begin < time.toNanos() && books.violations().isEmpty()) {
      when (random.nextInt(100)) {
        0 -> cut()
        in 1..3 -> kill(nodes, WellKind.entries.random(random).let { it.home to it.label })
        else -> kill(nodes, takers.places.random(random).let { it.home to it.label })
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(2, 60)))
      val now = System.nanoTime()
      if (now >= sample) {
        sample = now + every
        heap.sample()
      }
      if (now >= tell) {
        tell = now + TELL_EVERY
        tell(now - begin)
      }
    }
    tell(System.nanoTime() - begin)
  }

  private fun kill(nodes: List<Node>, whom: Pair<Int, String>) {
    val node = nodes[whom.first]
    val pid = node.whereis(Atom.of(whom.second)) ?: return
    kills++
    node.exit(pid, if (random.nextBoolean()) ExitReason.KILL else BOOM)
  }

  private fun cut() {
    if (nodes[0].network()!!.disconnect(nodes[1].name())) cuts++
  }

  private fun tell(elapsed: Long) {
    out.printf(
      "%4d s: %d kills, %d cuts, %d subscriptions; %d events taken, %d dropped and told in %d" +
        " reports; %d MB%n",
      TimeUnit.NANOSECONDS.toSeconds(elapsed),
      kills,
      cuts,
      books.subscriptions.sum(),
      books.taken.sum(),
      books.dropped.sum(),
      books.drops.sum(),
      HeapTrend.weigh() shr 20,
    )
    out.flush()
  }

  // --- at the end --------------------------------------------------------------------------------

  /** Nothing goes wrong any more: everybody is subscribed, once, and gets events. */
  private fun settle(processes: List<Int>) {
    faults.require("every consumer is subscribed") { takers.places.all { it.isOn } }
    for (kind in WellKind.entries) {
      val expected = takers.places.count { it.of == kind } + if (kind == WellKind.NUMBERS) 1 else 0
      faults.require("${kind.label} has the $expected consumers that want it") {
        books.consumers[kind.label] == expected
      }
    }
    // Who of those that want them gets numbers is for their dispatcher to decide.
    for (kind in WellKind.entries) {
      val places = takers.places.filter { it.of == kind }
      val before = places.map { it.taken }
      val all = kind == WellKind.NEWS || kind == WellKind.PARTS
      faults.require("events of ${kind.label} are taken") {
        val goOn = places.indices.map { places[it].taken > before[it] }
        if (all) goOn.all { it } else goOn.any { it }
      }
    }
    nodes.forEachIndexed { i, node ->
      faults.require("$node has the ${processes[i]} processes it began with") {
        node.processCount() == processes[i]
      }
    }
    for ((kind, well) in wells) {
      val stock = Weft.call<Stock, Well.Count>(well, Well.Count, PATIENCE)
      if (!stock.isWhole) faults.add("events of ${kind.label} are not accounted for: $stock")
    }
  }

  private companion object {
    val NAMES = listOf("spring", "basin")
    val BOOM: ExitReason = ExitReason.of(Atom.of("boom"))
    val PATIENCE: Duration = Duration.ofSeconds(30)
    val TELL_EVERY = TimeUnit.SECONDS.toNanos(10)
    const val SAMPLES = 60
  }
}
