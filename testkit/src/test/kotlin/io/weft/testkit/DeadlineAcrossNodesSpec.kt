package io.weft.testkit

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.weft.kotlin.Deadline
import io.weft.kotlin.call
import io.weft.kotlin.codecOf
import io.weft.kotlin.pool
import io.weft.kotlin.server
import io.weft.node.Address
import io.weft.node.Blueprint
import io.weft.node.CallException
import io.weft.node.Node
import io.weft.node.Request
import io.weft.node.Weft
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration
import kotlin.time.Duration.Companion.ZERO
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.serialization.Serializable

/** Asks a desk, which works for a while, asks the next one, and tells how much time was left. */
@Serializable private data class Ask(val steps: List<Step>, val within: Long) : Request<List<Long>>

@Serializable private data class Step(val desk: String, val work: Long)

private suspend fun left(): Duration =
  currentCoroutineContext()[Deadline]?.remaining() ?: Duration.INFINITE

private fun Node.desk(name: String): Address<Ask> {
  val (desk, host) = name.split('@')
  return address(desk, "n@$host", codecOf<Ask>())
}

/** A clerk of the node that [home] gives; [failures] gets why the next one did not answer. */
private fun clerk(home: () -> Node, failures: MutableList<String>): Blueprint<Ask> =
  server<Ask>("clerk") {
    call { q: Ask ->
      val here = left().inWholeMilliseconds
      val step = q.steps.first()
      delay(step.work.milliseconds)
      val rest = q.steps.drop(1)
      try {
        val further =
          if (rest.isEmpty()) emptyList()
          else home().desk(rest.first().desk).call(Ask(rest, q.within), q.within.milliseconds)
        listOf(here) + further
      } catch (failure: CallException) {
        failures += "${failure.message}"
        throw failure
      }
    }
  }

private class World(val cluster: ClusterSimulation) {
  val failures = ArrayList<String>()
  private val nodes = HashMap<String, SimulatedNode>()

  fun open(vararg names: String, blueprint: (Blueprint<Ask>) -> Blueprint<Ask> = { it }) {
    for (name in names) {
      val (desk, host) = name.split('@')
      val node = nodes.getOrPut(host) { cluster.start("n@$host") }
      node.node.spawn(blueprint(clerk({ node.node }, failures)).named(desk))
    }
  }

  /** Has the nodes connected, which takes time as everything does. */
  fun connect(vararg hosts: String) {
    for ((one, other) in hosts.toList().zipWithNext()) node(one).network.connect("n@$other")
    cluster.advance(1.seconds.toJavaDuration())
  }

  fun node(host: String): SimulatedNode = nodes.getValue(host)

  fun ask(within: Duration, nested: Duration, vararg steps: Step): CompletableFuture<List<Long>> {
    val node = node("one").node
    val ask = Ask(steps.toList(), nested.inWholeMilliseconds)
    return Weft.callAsync(node.desk(steps.first().desk), ask, within.toJavaDuration())
  }

  fun <T> await(future: CompletableFuture<T>): T? {
    cluster.advanceUntil(1.hours.toJavaDuration()) { future.isDone }
    return if (future.isCompletedExceptionally) null else future.join()
  }
}

private fun simulated(test: World.() -> Unit) {
  for (seed in 1L..3L) ClusterSimulation(seed).use { World(it).test() }
}

/** Deadlines through nested calls, from node to node and through pools, in virtual time. */
class DeadlineAcrossNodesSpec :
  FunSpec({
    val second = 1.seconds.inWholeMilliseconds

    test("a handler on another node knows how long its caller waits, and so do those it calls") {
      simulated {
        open("a@one", "b@two", "c@three")
        connect("one", "two", "three")
        val told =
          await(
            ask(10.seconds, 1.hours, Step("a@one", 0), Step("b@two", second), Step("c@three", 0))
          )
        told.shouldNotBeNull() shouldHaveSize 3
        told[0] shouldBe 10 * second
        told[1] shouldBe 10 * second // the way to another node is not counted
        told[2] shouldBe 9 * second
      }
    }

    test("a pool passes the deadline of its callers on to its workers, from any node") {
      simulated {
        open("a@one")
        open("b@two") { worker -> pool("pool", worker) { workers(2) } }
        connect("one", "two")
        await(ask(10.seconds, 4.seconds, Step("a@one", 0), Step("b@two", 0)))
          .shouldNotBeNull() shouldBe listOf(10 * second, 4 * second)
      }
    }

    test("no call of a chain across nodes waits longer than the first caller does") {
      simulated {
        open("a@one", "b@two", "c@three")
        val asked =
          ask(
            3.seconds,
            1.hours,
            Step("a@one", second),
            Step("b@two", second),
            Step("c@three", 60 * second),
          )
        val began = cluster.now
        await(asked) shouldBe null
        cluster.advance(1.seconds.toJavaDuration())
        failures shouldHaveSize 2
        (cluster.now - began) shouldBe 4.seconds.toJavaDuration()
      }
    }

    test("what is called when the deadline has passed fails at once, and says so") {
      simulated {
        open("a@one", "b@two", "c@two")
        val asked =
          ask(2.seconds, 1.hours, Step("a@one", 0), Step("b@two", 5 * second), Step("c@two", 0))
        await(asked) shouldBe null
        cluster.advance(4.seconds.toJavaDuration())
        failures.any { "was not made: the deadline of its caller has passed" in it } shouldBe true
      }
    }

    test("what waited while its connection was made is not waited for any longer") {
      simulated {
        open("a@one", "b@two")
        cluster.latency(node("one"), node("two"), ZERO.toJavaDuration(), ZERO.toJavaDuration())
        cluster.part(node("one"), node("two"))
        val asked = ask(5.seconds, 1.hours, Step("a@one", 0), Step("b@two", 0))
        cluster.advance(2.seconds.toJavaDuration())
        cluster.heal(node("one"), node("two"))
        val told = await(asked).shouldNotBeNull()
        (told[1] <= 3 * second) shouldBe true
      }
    }
  })
