package io.weft.dist

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.weft.dist.Rendezvous.Present
import io.weft.term.Atom
import io.weft.wire.handshake.Decision

private val LESSER = Atom.of("a@host")
private val GREATER = Atom.of("b@host")

/**
 * Two nodes that connect to each other, in every order in which their steps can come: what one says
 * arrives at the other at any later time, in the order of each connection.
 */
class RendezvousSpec :
  FunSpec({
    test(
      "5.2: whatever comes when, both choose the same connection, and none that was up is lost"
    ) {
      val ends = HashMap<Int, Int>()
      val orders = everyOrder { choose ->
        val world = TwoNodes(choose)
        world.run()
        withClue(world.story.joinToString("\n")) {
          world.lost shouldBe emptyList()
          world.nodes.map { it.up }.toSet().size shouldBe 1
          (world.nodes.first().up ?: -1) shouldBeGreaterThan -1
          world.nodes.all { it.meeting.isOver } shouldBe true
        }
        ends.merge(world.nodes.first().up!! % 2, 1, Int::plus)
      }
      orders shouldBeGreaterThan 2_000
      ends.keys shouldBe setOf(0, 1)
    }

    test("a stranger with a borrowed name takes nothing from our own handshake") {
      val ours = Any()
      val meeting = Rendezvous(LESSER, GREATER)
      meeting.speak(ours)
      meeting.decide("stranger", Present.PENDING) shouldBe Decision.Status.OK_SIMULTANEOUS
      meeting.isSpeaking(ours) shouldBe true
    }

    test("a stranger holds ours back for as long as we are patient, one who is proven for good") {
      val meeting = Rendezvous(LESSER, GREATER)
      meeting.decide("claim", Present.PENDING) shouldBe Decision.Status.OK
      meeting.ahead(patient = true) shouldBe listOf("claim")
      meeting.ahead(patient = false) shouldBe emptyList()
      meeting.prove("claim", Present.PENDING) shouldBe true
      meeting.ahead(patient = false) shouldBe listOf("claim")
    }

    test("an earlier handshake of the peer does not replace a later one") {
      val meeting = Rendezvous(LESSER, GREATER)
      meeting.decide("earlier", Present.NONE)
      meeting.decide("later", Present.NONE)
      meeting.prove("later", Present.NONE) shouldBe true
      meeting.arrive("later")
      meeting.prove("earlier", Present.UP) shouldBe false
    }
  })

/** Runs [body] once for every sequence of answers that its choices can get; returns how often. */
private fun everyOrder(body: (choose: (Int) -> Int) -> Unit): Int {
  val path = ArrayList<IntArray>() // the answer, and of how many
  var runs = 0
  while (true) {
    var depth = 0
    body { of ->
      if (depth == path.size) path.add(intArrayOf(0, of))
      path[depth++][0]
    }
    runs++
    while (path.isNotEmpty() && path.last()[0] == path.last()[1] - 1) path.removeLast()
    path.lastOrNull()?.let { it[0]++ } ?: return runs
  }
}

/** Of each node: more would be more of the same. */
private const val MOST_HANDSHAKES = 2

private enum class Said {
  NAME,
  OK,
  NOK,
  ALIVE,
  TRUE,
  FALSE,
  REPLY,
  ACK,
  END,
}

/** The steps of two nodes, each of which wants a connection, in an order that [choose] draws. */
private class TwoNodes(private val choose: (Int) -> Int) {
  val story = ArrayList<String>()

  /** Connections that one node held for up, and the other had ended. */
  val lost = ArrayList<String>()
  val nodes = listOf(Node(LESSER, 0), Node(GREATER, 1))

  inner class Node(val name: Atom, val index: Int) {
    val meeting = Rendezvous(name, if (index == 0) GREATER else LESSER)
    val inputs = LinkedHashMap<Int, ArrayDeque<Said>>()
    var up: Int? = null
    private var handshakes = 0
    private var impatience = 1
    private var ours: Int? = null
    private val proving = ArrayList<Int>()
    private val arriving = ArrayList<Int>()
    private val closed = HashSet<Int>()
    private val other
      get() = nodes[1 - index]

    private fun present() = if (up != null) Present.UP else Present.PENDING

    private fun say(connection: Int, said: Said) {
      other.inputs.getOrPut(connection, ::ArrayDeque).add(said)
    }

    private fun close(connection: Int) {
      closed += connection
      say(connection, Said.END)
    }

    /** Everything that may happen here next. */
    fun steps(): List<Pair<String, () -> Unit>> = buildList {
      if (up == null && ours == null && handshakes < MOST_HANDSHAKES) {
        if (meeting.ahead(patient = true).isEmpty()) add("speaks" to ::speak)
        else if (impatience > 0 && meeting.ahead(patient = false).isEmpty())
          add("loses patience" to { impatience--.also { speak() } })
      }
      val heard = inputs.filter { (connection, said) ->
        said.isNotEmpty() && connection !in arriving && connection !in proving
      }
      heard.forEach { (connection, said) ->
        add("hears ${said.first()} of $connection" to { hear(connection, said.removeFirst()) })
      }
      proving
        .filterNot { meeting.waits(it, present()) }
        .forEach { add("believes $it" to { prove(it) }) }
      arriving.forEach { add("takes $it" to { arrive(it) }) }
    }

    /** Ours have even numbers at the lesser node, odd ones at the greater. */
    private fun speak() {
      val connection = 2 * handshakes++ + index
      ours = connection
      meeting.speak(this)
      say(connection, Said.NAME)
    }

    private fun hear(connection: Int, said: Said) {
      if (connection in closed) return
      when (said) {
        Said.NAME -> decide(connection)
        Said.OK -> if (ours == connection) say(connection, Said.REPLY)
        Said.ALIVE -> {
          val takeOver = ours == connection && meeting.isSpeaking(this)
          say(connection, if (takeOver) Said.TRUE else Said.FALSE)
          if (takeOver) say(connection, Said.REPLY) else giveUp(connection)
        }
        Said.NOK -> giveUp(connection)
        Said.TRUE -> {}
        Said.FALSE -> meeting.leave(connection)
        Said.REPLY -> proving += connection
        Said.ACK -> succeed(connection)
        Said.END -> end(connection)
      }
    }

    private fun decide(connection: Int) {
      when (val decision = meeting.decide(connection, present())) {
        Decision.Status.NOK -> say(connection, Said.NOK)
        Decision.Status.ALIVE -> say(connection, Said.ALIVE)
        else -> say(connection, Said.OK).also { check(decision is Decision.Status) }
      }
    }

    private fun prove(connection: Int) {
      proving -= connection
      if (meeting.prove(connection, present())) {
        say(connection, Said.ACK)
        arriving += connection
      } else {
        meeting.leave(connection)
        close(connection)
      }
    }

    private fun arrive(connection: Int) {
      arriving -= connection
      meeting.arrive(connection)
      meeting.leave(connection)
      replace(connection)
    }

    private fun replace(connection: Int) {
      up?.let {
        lost += "$name replaced $it"
        close(it)
      }
      up = connection
      ours?.let { close(it) } // whoever tries is told to stop
      ours = null
    }

    private fun succeed(connection: Int) {
      if (ours != connection) return
      ours = null
      if (meeting.succeed(this)) up = connection else close(connection)
    }

    private fun giveUp(connection: Int) {
      if (ours != connection) return
      ours = null
      meeting.hush(this)
    }

    private fun end(connection: Int) {
      if (connection == up) {
        lost += "$name lost $connection"
        up = null
      }
      meeting.leave(connection)
      giveUp(connection)
    }
  }

  fun run() {
    while (true) {
      val steps = nodes.flatMap { node ->
        node.steps().map { (what, act) -> "${node.name} $what" to act }
      }
      if (steps.isEmpty()) return
      val (what, act) = steps[choose(steps.size)]
      story += what
      check(story.size < 200) { "no end of it: $story" }
      act()
    }
  }
}
