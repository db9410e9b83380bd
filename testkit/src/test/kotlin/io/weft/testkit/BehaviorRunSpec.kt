package io.weft.testkit

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.weft.gen.GenServer
import io.weft.gen.GenStateMachine
import io.weft.kotlin.actor
import io.weft.kotlin.call
import io.weft.kotlin.cast
import io.weft.kotlin.server
import io.weft.kotlin.supervisor
import io.weft.node.Address
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.CallException
import io.weft.node.Effect
import io.weft.node.ExitReason
import io.weft.node.Info
import io.weft.node.Self
import io.weft.node.Started
import io.weft.node.Target
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.Term
import java.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

class BehaviorRunSpec :
  FunSpec({
    test("a server: message, reply, and nothing else") {
      val run = runAlone(counter())
      run.tell(Counter.Add(2))
      run.tell(Counter.Add(3))
      run.call(Counter.Get) shouldBe 5
      run.expectNoEffects()
    }

    test("a server with a neighbour: its call waits for the answer that the test gives") {
      val outside = Outside()
      val billing = outside.standIn<Billing>("billing")
      val orders = outside.run(orders(billing))
      val placed = orders.ask(Orders.Place(7))
      placed.isAnswered shouldBe false
      orders.nextCall().request() shouldBe Billing.Charge(7)
      orders.isAlive shouldBe true
    }

    test("the answer of the neighbour lets it go on") {
      val outside = Outside()
      val billing = outside.standIn<Billing>("billing")
      val orders = outside.run(orders(billing))
      val placed = orders.ask(Orders.Place(7))
      orders.answer("r1")
      placed.reply() shouldBe "r1"
      orders.toldTo(billing) shouldBe listOf(Billing.Note("r1 for 7"))
    }

    test("a call that fails, is refused or takes too long, does what it does in production") {
      fun placing(happens: BehaviorRun<Orders>.(Effect.Called) -> Unit): Throwable? {
        val outside = Outside()
        val orders = outside.run(orders(outside.standIn("billing")))
        val placed = orders.ask(Orders.Place(7))
        orders.happens(orders.nextCall())
        orders.stopReason?.cause().shouldBeInstanceOf<CallException>()
        return shouldThrow<CallException> { placed.reply() }
      }
      placing { fail(it, ExitReason.SHUTDOWN) }?.message shouldContain "shutdown"
      placing { refuse(it, "closed") }?.message shouldContain "closed"
      placing { advance(Duration.ofSeconds(5)) }?.message shouldContain
        "was not answered within 5000 ms"
    }

    test("what it did is a list of effects, in order") {
      val outside = Outside()
      val ear = outside.standIn<Stroke>("ear")
      val run =
        outside.run(
          server<Counter>("busy") {
            cast { _: Counter.Fail -> stop(ExitReason.SHUTDOWN) }
            call { _: Counter.Get -> 0L }
            cast { add: Counter.Add ->
              ear.tell(Stroke)
              self.monitor(Target.ByPid(ear.pid()!!))
              self.link(ear.pid()!!)
              self.sendAfter(Duration.ofSeconds(add.n), ear, Stroke)
              self.exit(ear.pid()!!, ExitReason.SHUTDOWN)
              self.spawnLink(counter())
            }
          }
        )
      run.tell(Counter.Add(3))
      val effects = run.takeEffects()
      effects[0] shouldBe Effect.Told(ear, Stroke)
      (effects[1] as Effect.Monitored).target() shouldBe Target.ByPid(ear.pid()!!)
      effects[2] shouldBe Effect.Linked(ear.pid()!!)
      effects[3] shouldBe Effect.TimerSet(Duration.ofSeconds(3), ear, Stroke)
      effects[4] shouldBe Effect.SentExit(ear.pid()!!, ExitReason.SHUTDOWN)
      (effects[5] as Effect.Spawned).blueprint().label() shouldBe "counter"
      (effects[5] as Effect.Spawned).linked() shouldBe true
      effects.size shouldBe 6
      run.advance(Duration.ofSeconds(3))
      run.takeEffects() shouldBe listOf(Effect.Told(ear, Stroke))
      run.tell(Counter.Fail)
      run.takeEffects() shouldBe listOf(Effect.Ended(ExitReason.SHUTDOWN))
      run.stopReason shouldBe ExitReason.SHUTDOWN
    }

    test("a crash ends it as in production, with its cause") {
      val run = runAlone(counter())
      run.tell(Counter.Fail)
      run.isAlive shouldBe false
      run.stopReason?.cause()?.message shouldBe "asked to fail"
      shouldThrow<AssertionError> { run.tell(Counter.Fail) }.message shouldContain
        "counter has ended"
    }

    test("a start that fails is told") {
      val run = runAlone(server<Unit>("unable") { error("no disk") })
      run.start.shouldBeInstanceOf<Started.Failed<*>>()
      run.stopReason?.cause()?.message shouldBe "no disk"
    }

    test("a straight-line actor receives, and is told of ends") {
      val outside = Outside()
      val ear = outside.standIn<Stroke>("ear")
      val run =
        outside.run(
          actor<Unit>("watcher") {
            receive()
            val monitor = self.monitor(Target.ByPid(ear.pid()!!))
            val why = select { onDown(monitor) { it.reason() } }
            ear.tell(Stroke)
            delay(2.seconds)
            self.stop(why)
          }
        )
      run.tell(Unit)
      run.expect<Effect.Monitored>()
      run.down(ear, ExitReason.of(Atom.of("gone")))
      run.expect<Effect.Told>()
      run.isAlive shouldBe true
      run.advance(2.seconds)
      run.stopReason shouldBe ExitReason.of(Atom.of("gone"))
    }

    test("the end of who is linked ends it, unless it traps exits") {
      for (traps in listOf(false, true)) {
        val outside = Outside()
        val ear = outside.standIn<Stroke>("ear")
        var told: Info.Exit? = null
        val run =
          outside.run(
            server<Unit>("linked") {
              handleCast(Unit::class) {}
              if (traps) onExit { told = it }
              self.link(ear.pid()!!)
            }
          )
        run.exit(ear, ExitReason.KILLED)
        run.isAlive shouldBe traps
        told?.reason() shouldBe if (traps) ExitReason.KILLED else null
      }
    }

    test("a core GenServer shows its state") {
      val run =
        runAlone(
          GenServer.define("core", Counter::class.java) { on, _ ->
            var total = 0L
            on.cast(Counter.Add::class.java) { total += it.n }
            on.cast(Counter.Fail::class.java) { error("x") }
            on.call(Counter.Get::class.java) { total }
            on.state(Long::class.javaObjectType, { total }, { total = it })
          }
        )
      run.tell(Counter.Add(4))
      run.state<Long>() shouldBe 4
      shouldThrow<AssertionError> { run.state<String>() }.message shouldContain
        "shows the state 4, which is no String"
      shouldThrow<AssertionError> { runAlone(counter()).state<Long>() }.message shouldContain
        "shows no state: have its handlers show it"
    }

    test("a state machine changes its state, and its timeouts go by") {
      val run =
        runAlone(
          GenStateMachine.define("door", DoorState::class.java, Counter::class.java) { on, _ ->
            on.start(DoorState.LOCKED)
            on
              .`in`(DoorState.LOCKED)
              .call(Counter.Get::class.java) { _, reply -> on.to(DoorState.OPEN).reply(reply, 1L) }
              .cast(Counter.Add::class.java) { on.keep() }
              .cast(Counter.Fail::class.java) { on.keep() }
            on
              .`in`(DoorState.OPEN)
              .enter { on.keep().stateTimeout(Duration.ofSeconds(10)) }
              .stateTimeout { on.to(DoorState.LOCKED) }
              .call(Counter.Get::class.java) { _, reply -> on.keep().reply(reply, 2L) }
              .cast(Counter.Add::class.java) { on.keep() }
              .cast(Counter.Fail::class.java) { on.keep() }
          }
        )
      run.state<DoorState>() shouldBe DoorState.LOCKED
      run.call(Counter.Get) shouldBe 1
      run.state<DoorState>() shouldBe DoorState.OPEN
      run.expect<Effect.TimerSet> { it.delay() == Duration.ofSeconds(10) }
      run.advance(Duration.ofSeconds(10))
      run.state<DoorState>() shouldBe DoorState.LOCKED
    }

    test("a plain class that is a behaviour") {
      class Echo(private val ear: Address<String>) : Behavior<String> {
        override fun message(self: Self<String>, message: String) = ear.tell("$message!")
      }
      val outside = Outside()
      val ear = outside.standIn<String>("ear")
      val run = outside.run(Blueprint.of("echo") { Echo(ear) })
      run.tell("hey")
      run.toldTo(ear) shouldBe listOf("hey!")
    }

    test("a straight-line body of Java, which blocks") {
      val outside = Outside()
      val billing = outside.standIn<Billing>("billing")
      val run =
        outside.run(
          Blueprint.straightLine<Orders>("blocking") { self ->
            val order = self.receive() as Orders.Place
            val receipt: String =
              self.call(billing, Billing.Charge(order.amount), Duration.ofSeconds(1))
            billing.tell(Billing.Note(receipt))
          }
        )
      run.tell(Orders.Place(3))
      run.answer("r3")
      run.toldTo(billing) shouldBe listOf(Billing.Note("r3"))
      run.stopReason shouldBe ExitReason.NORMAL
    }

    test("a supervisor alone: its children are stand-ins, and one may fail to start") {
      val shop = supervisor("shop") { child(counter()) }
      val run = runAlone(shop)
      run.start.shouldBeInstanceOf<Started.Ok<*>>()
      val child = run.expect<Effect.Spawned>().process()
      run.exit(child, ExitReason.of(Atom.of("boom")))
      run.expect<Effect.Spawned>().blueprint().label() shouldBe "counter"

      val outside = Outside()
      outside.failStart("counter", ExitReason.of(Atom.of("no_disk")))
      outside.run(shop).stopReason.toString() shouldContain "no_disk"
    }

    test("who has a name is found and called by it; so is who lives elsewhere") {
      val outside = Outside()
      outside.standInNamed<Billing>("billing")
      val run =
        outside.run(
          server<Unit>("caller") {
            handleCast(Unit::class) {
              val here: Address<Billing> =
                self.node().address("billing", self.node().name().name(), TermCodec.localOnly("x"))
              here.call(Billing.Charge(1))
              val there: Address<Term> = self.node().address("far", "away@host")
              there.tell(Atom.of("hello"))
              self.monitor(there.target()!!)
            }
          }
        )
      run.tell(Unit)
      run.answer("ok")
      run.expect<Effect.Told>().message() shouldBe Atom.of("hello")
      val far = Target.ByName(Atom.of("far"), Atom.of("away@host"))
      run.expect<Effect.Monitored>().target() shouldBe far
      run.down(far, ExitReason.NOCONNECTION)
      run.expectNoEffects()
    }

    test("children of a handler run in its turns, and their failure ends it") {
      val run =
        runAlone(
          server<Unit>("parent") {
            handleCast(Unit::class) {
              launch {
                delay(1.seconds)
                error("of a child")
              }
            }
          }
        )
      run.tell(Unit)
      run.isAlive shouldBe true
      run.advance(Duration.ofSeconds(1))
      run.stopReason?.cause()?.message shouldBe "of a child"
    }

    test("failures tell what it did") {
      val outside = Outside()
      val ear = outside.standIn<String>("ear")
      val run = outside.run(server<Unit>("teller") { handleCast(Unit::class) { ear.tell("one") } })
      run.tell(Unit)
      val failure = shouldThrow<AssertionError> { run.expect<Effect.Spawned>() }
      failure.message shouldContain "expected teller to have Spawned something that fits"
      failure.message shouldContain "what it did and was not taken:"
      failure.message shouldContain
        "    told ear <nonode@nohost.${ear.pid()?.id()}.0>: one\n  it lives"
      shouldThrow<AssertionError> { run.expectNoEffects() }
      shouldThrow<AssertionError> { run.down(ear, ExitReason.NORMAL) }.message shouldContain
        "teller does not watch"
    }
  })

internal enum class DoorState {
  LOCKED,
  OPEN,
}
