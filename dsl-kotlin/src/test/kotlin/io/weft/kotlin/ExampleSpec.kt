package io.weft.kotlin

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.gen.Restart
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Request
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.readText
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import kotlinx.serialization.Serializable

object Example {
  // README: begin
  @Serializable
  sealed interface Till {
    @Serializable data class Sell(val sku: String, val pieces: Int) : Till

    @Serializable data object Takings : Till, Request<Long>
  }

  @Serializable
  sealed interface Prices {
    @Serializable data class PriceOf(val sku: String) : Prices, Request<Long>
  }

  val prices =
    server<Prices>("prices") { call { q: Prices.PriceOf -> if (q.sku == "tea") 250L else 400L } }

  fun till(prices: Address<Prices>) =
    server<Till>("till") {
      var takings = 0L // what the body declares is the state of one life of the actor
      cast { m: Till.Sell ->
        val price = prices.call(Prices.PriceOf(m.sku)) // suspends; no other message is handled
        takings += price * m.pieces
      }
      call { _: Till.Takings -> takings } // only a Long compiles here
      launch { // runs in the turns of the actor, and ends with it
        while (true) {
          delay(1.hours)
          takings = 0
        }
      }
    }

  suspend fun sell(node: Node): Long {
    lateinit var till: Address<Till>
    val shop =
      supervisor("shop") {
        intensity(max = 3, within = 5.seconds)
        val prices = child(prices) // a slot: one address for all the lives of a child
        till = child(till(prices), restart = Restart.PERMANENT, shutdown = 10.seconds)
      }
    node.awaitStart(shop)
    till.tell(Till.Sell("tea", 2))
    till.cast(Till.Sell("coffee", 1))
    return till.call(Till.Takings, within = 2.seconds)
  }

  // README: end

  // README, straight line: begin
  sealed interface Lift {
    data class Call(val floor: Int) : Lift

    data object Arrived : Lift

    data object Floor : Lift, Request<Int>
  }

  val lift =
    actor<Lift>("lift") {
      var floor = 0
      while (true) {
        val target = select {
          on<Lift.Call> { it.floor != floor } then { it.floor }
          onRequest { _: Lift.Floor, reply ->
            reply.send(floor)
            null
          }
          after(10.minutes) { 0 } // nobody came: down
        }
        if (target != null && target != floor) { // on its way it takes no further calls; they wait
          val arrived = select {
            on<Lift.Arrived>() then { true }
            after(30.seconds) { false }
          }
          check(arrived) { "stuck between $floor and $target" }
          floor = target
        }
      }
    }

  // README, straight line: end

  // README, class: begin
  sealed interface Cart {
    data class Add(val sku: String, val pieces: Int) : Cart

    data object Size : Cart, Request<Int>

    data object CheckOut : Cart
  }

  class CartServer : Server<Cart> {
    private val pieces = HashMap<String, Int>()

    context(turn: Turn<Cart>)
    override suspend fun handle(message: Cart): Handled =
      when (message) { // all of them: the compiler counts
        is Cart.Add -> done { pieces.merge(message.sku, message.pieces, Int::plus) }
        is Cart.Size -> message.answer(pieces.values.sum()) // only an Int compiles here
        is Cart.CheckOut -> done { turn.stop(ExitReason.NORMAL) }
      }
  }

  val cart = serverOf<Cart>("cart") { CartServer() }

  suspend fun CoroutineScope.withoutANode() {
    val turn = RecordingTurn<Cart>(this)
    val cart = CartServer()
    context(turn) {
      check(cart.handle(Cart.Add("tea", 2)) == Handled.DONE)
      check(cart.handle(Cart.Size) == Cart.Size.answer(2))
      cart.handle(Cart.CheckOut)
    }
    check(turn.stopped == ExitReason.NORMAL)
  }

  // README, class: end

  // README, machine: begin
  enum class DoorState {
    LOCKED,
    OPEN,
  }

  sealed interface Door {
    data class Code(val digits: String) : Door, Request<Boolean>

    data object Push : Door
  }

  fun door(locks: suspend (String) -> Boolean, pushed: () -> Unit) =
    stateMachine<DoorState, Door>("door") {
      start(DoorState.LOCKED)
      state(DoorState.LOCKED) {
        callDeferred { code: Door.Code, reply ->
          val fits = locks(code.digits) // may suspend; other events wait
          if (fits) goTo(DoorState.OPEN).reply(reply, true) else keep().reply(reply, false)
        }
        postpone<Door.Push>() // until the state has changed
      }
      state(DoorState.OPEN) {
        enter { keep().stateTimeout(10.seconds) }
        onStateTimeout { goTo(DoorState.LOCKED) }
        call { _: Door.Code -> true }
        cast { _: Door.Push ->
          pushed()
          keep()
        }
      }
    }

  // README, machine: end

  // README, streams: begin
  @Serializable data class Sale(val sku: String, val pieces: Int)

  @Serializable
  sealed interface Ledger {
    @Serializable data class SalesOf(val sku: String) : Ledger, Request<Source<Sale>>

    @Serializable data object Count : Ledger, Request<Int>
  }

  fun ledger(sales: List<Sale>) =
    server<Ledger>("ledger") {
      call { q: Ledger.SalesOf -> streaming(sales.asFlow().filter { it.sku == q.sku }) }
      call { _: Ledger.Count -> sales.size }
    }

  suspend fun read(node: Node, ledger: Address<Ledger>, others: List<Address<Ledger>>): Int {
    // the server is never further ahead than the window, on this or another node
    val pieces = ledger.stream(Ledger.SalesOf("tea"), window = 16).toList().sumOf { it.pieces }
    // all calls together take two seconds at most, and so do those that their servers make for them
    return node.withDeadline(2.seconds) {
      val counts = others.callAll(Ledger.Count).map { it.valueOrNull() ?: 0 }
      pieces + counts.sum() + others.first(Ledger.Count)
    }
  }

  // README, streams: end

  // README, parts: begin
  @Serializable data class Alarm(val text: String)

  val alarms = event<Alarm>("alarms")

  val watchman =
    server<Alarm>("watchman") {
      val news = produce(alarms) { buffer(1) }
      cast { m: Alarm -> news.publish(m) }
    }

  val security =
    application("security") {
      env("watchmen", 2)
      start {
        supervisor("security") {
          child(watchman.named("watchman"))
          child(pool("carts", cart) { workers(env<Int>("watchmen") ?: 1) })
        }
      }
    }

  suspend fun watch(node: Node): String {
    node.startApplication(security)
    val watchman = node.registry.address<Alarm>("watchman")
    val watchmen = node.group<Alarm>("watchmen")
    watchmen.join(checkNotNull(node.registry.whereis<Alarm>("watchman")))
    node.global.register("security", checkNotNull(node.registry.whereis<Alarm>("watchman")))
    watchman.tell(Alarm("fire"))
    watchmen.members().forEach { it.tell(Alarm("fire")) }
    return node.events(alarms).first().text
  }
  // README, parts: end
}

class ExampleSpec :
  FunSpec({
    test("the example of the README does what it says") {
      withNode { node -> Example.sell(node) shouldBe 900 }
    }

    test("the straight-line example goes where it is called, one call after the other") {
      withNode { node ->
        val lift = node.spawn(Example.lift)
        lift.tell(Example.Lift.Call(3))
        lift.tell(Example.Lift.Call(5))
        lift.tell(Example.Lift.Arrived)
        lift.tell(Example.Lift.Arrived)
        lift.call(Example.Lift.Floor, within = 20.seconds) shouldBe 5
      }
    }

    test("the class is tested without a node, and serves on one") {
      with(Example) { withoutANode() }
      withNode { node ->
        val cart = node.awaitStart(Example.cart)
        cart.tell(Example.Cart.Add("tea", 2))
        cart.call(Example.Cart.Size) shouldBe 2
      }
    }

    test("the door opens to its code, and to those who pushed before") {
      withNode { node ->
        val pushed = CompletableDeferred<Unit>()
        val locks: suspend (String) -> Boolean = { digits ->
          yield()
          digits == "1234"
        }
        val door = node.awaitStart(Example.door(locks) { pushed.complete(Unit) })
        door.tell(Example.Door.Push)
        door.call(Example.Door.Code("0")) shouldBe false
        door.call(Example.Door.Code("1234")) shouldBe true
        pushed.await()
      }
    }

    test("the ledgers are read, and counted in time") {
      withNode { node ->
        val sales = listOf(Example.Sale("tea", 2), Example.Sale("milk", 1), Example.Sale("tea", 3))
        val ledgers = List(2) { node.awaitStart(Example.ledger(sales)) }
        Example.read(node, ledgers[0], ledgers) shouldBe 5 + 6 + 3
      }
    }

    test("the parts of a system find each other") {
      withNode { node -> Example.watch(node) shouldBe "fire" }
    }

    test("the README shows the examples as they are compiled here") {
      val source = fileAbove("dsl-kotlin/src/test/kotlin/io/weft/kotlin/ExampleSpec.kt").readText()
      for (name in listOf("", ", straight line", ", class", ", machine", ", streams", ", parts")) {
        val (begin, end) = listOf("begin", "end").map { "  // README$name: $it\n" }
        val example = source.substringAfter(begin).substringBefore(end)
        fileAbove("README.md").readText() shouldContain example.trimIndent()
      }
    }
  })

/** A file of the project, whose root is the working directory or above it. */
private fun fileAbove(path: String): Path =
  generateSequence(Path.of("").toAbsolutePath()) { it.parent }
    .map { it.resolve(path) }
    .first { it.exists() }
