package io.weft.testkit

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.weft.gen.Restart
import io.weft.kotlin.DEFAULT_CALL_TIMEOUT
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.supervisor
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.node.StartException
import io.weft.node.TermCodec
import io.weft.node.Weft
import io.weft.term.Atom
import io.weft.term.Term
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

class WeftTestSpec :
  FunSpec({
    test("calls, casts and starts work in the block as they do everywhere") {
      weftTest {
        val counter = start(counter())
        counter.tell(Counter.Add(2))
        counter.cast(Counter.Add(3))
        counter.call(Counter.Get) shouldBe 5
        val other = node.awaitStart(counter())
        other.call(Counter.Get) shouldBe 0
      }
    }

    test("what blocks a thread elsewhere lets the processes go on") {
      weftTest {
        val counter = node.start(counter())
        counter.tell(Counter.Add(4))
        Weft.call(counter, Counter.Get, java.time.Duration.ofSeconds(1)) shouldBe 4
      }
    }

    test("a body that blocks calls as threads do, and the others go on") {
      weftTest {
        val counter = start(counter())
        val ear = probe<Long>("ear")
        counter.tell(Counter.Add(4))
        node.start(
          Blueprint.straightLine<Unit>("blocking") {
            val total: Long = Weft.call(counter, Counter.Get, java.time.Duration.ofSeconds(1))
            ear.tell(total)
          }
        )
        ear.expect<Long>() shouldBe 4
      }
    }

    test("a probe stands in for a process with a name, also for those on other nodes") {
      weftTest {
        val there = node("there@weft")
        val echo = Blueprint.of<Term>("echo") { Behavior { _, _ -> } }.codec(TermCodec.identity())
        val probe = probe(there, echo.named("echo"))
        node.address("echo", "there@weft").tell(Atom.of("hello"))
        probe.expectMessage(Atom.of("hello"))
      }
    }

    test("a probe compares messages by what they are, not by their classes") {
      weftTest {
        val probe = probe<List<Int>>("ear")
        probe.tell(ArrayList(listOf(1, 2, 3)).subList(0, 2))
        probe.expectMessage(listOf(1, 2))
      }
    }

    test("time goes by when nobody has anything to do, and takes none") {
      weftTest {
        delay(5.hours)
        now shouldBe 5.hours
        advance(30.minutes)
        now shouldBe 5.hours + 30.minutes
      }
    }

    test("advance runs everything that is due until then, and nothing later") {
      weftTest {
        val ear = probe<Stroke>("ear")
        val bell = start(bell(ear))
        advance(3.seconds)
        ear.expectSequence(Stroke, Stroke, Stroke)
        ear.expectNone(999.milliseconds)
        ear.expect<Stroke>()
        kill(bell)
      }
    }

    test("a call to nobody ends by itself, in virtual time") {
      weftTest {
        val silent = probe<Billing>("silent")
        shouldThrow<CallException> { silent.call(Billing.Charge(1)) }
        now shouldBe DEFAULT_CALL_TIMEOUT
      }
    }

    test("coroutines of the block take turns with the processes") {
      weftTest {
        val billing = probe<Billing>("billing")
        val orders = start(orders(billing))
        val placed = async { orders.call(Orders.Place(7)) }
        val charge = billing.expectCall<Billing.Charge, _>()
        charge.request shouldBe Billing.Charge(7)
        charge.reply("r1")
        placed.await() shouldBe "r1"
        billing.expectMessage(Billing.Note("r1 for 7"))
      }
    }

    test("several nodes reach each other, and can be cut and parted") {
      weftTest {
        val there = node("there@weft")
        there.awaitStart(counter().named("counter"))
        val watcher = probe<Unit>("watcher")
        val remote = node.address("counter", "there@weft", TermCodec.identity())
        watcher.watch(remote)
        node.nodes(io.weft.node.NodeKind.CONNECTED) shouldContainExactly
          listOf(Atom.of("there@weft"))
        part(node, there)
        watcher.expectDown().reason() shouldBe ExitReason.NOCONNECTION
        heal(node, there)
        watcher.watch(remote)
        stop(there)
        watcher.expectDown().reason() shouldNotBe ExitReason.NORMAL
      }
    }

    test("eventually tries each time something was due") {
      weftTest {
        val counter = start(counter())
        val grows = launch {
          repeat(10) {
            delay(1.minutes)
            counter.tell(Counter.Add(1))
          }
        }
        eventually(1.hours) { counter.call(Counter.Get) shouldBe 6 }
        now shouldBe 6.minutes
        grows.join()
      }
    }

    test("eventually tells what did not hold") {
      val failure =
        shouldThrow<AssertionError> {
          weftTest {
            val counter = start(counter())
            eventually(3.seconds) { counter.call(Counter.Get) shouldBe 1 }
          }
        }
      failure.message shouldContain "did not come to hold within 3s of virtual time"
      failure.message shouldContain "expected:<1L> but was:<0L>"
      failure.message shouldContain "counter <"
      failure.suppressed.first().toString() shouldContain "weftTest(seed = 0)"
    }

    test("a process crashes for a reason, and its watchers hear it") {
      weftTest {
        val counter = start(counter())
        val watcher = probe<Unit>("watcher")
        watcher.watch(counter)
        val reason = ExitReason.of(Atom.of("injected"))
        crash(counter, reason)
        watcher.expectDown(counter).reason() shouldBe reason
      }
    }

    test("a killed process ends at once; a linked probe gets the exit") {
      weftTest {
        val counter = start(counter())
        val friend = probe<Unit>("friend")
        friend.link(counter)
        kill(counter)
        friend.expectExit().reason() shouldBe ExitReason.KILLED
      }
    }

    test("a supervised child that is crashed comes again, also when its start fails a few times") {
      weftTest {
        val shop =
          start(
            supervisor("shop") {
              intensity(max = 5, within = 10.seconds)
              child(counter().named("counter"))
            }
          )
        val first = child(shop, "counter")
        failStarts("counter", 2, ExitReason.of(Atom.of("no_disk")))
        crash(first, IllegalStateException("disk full"))
        eventually(1.seconds) { child(shop, "counter").pid() shouldNotBe first.pid() }
      }
    }

    test("a start that is to fail, fails with the reason") {
      weftTest {
        failStarts("counter", 1, ExitReason.of(Atom.of("no_disk")))
        shouldThrow<StartException> { start(counter()) }.message shouldContain "no_disk"
        start(counter()).call(Counter.Get) shouldBe 0
      }
    }

    test("a child whose start fails too often takes its supervisor with it") {
      weftTest {
        val shop = start(supervisor("shop") { child(counter(), Restart.PERMANENT) })
        val watcher = probe<Unit>("watcher")
        watcher.watch(shop)
        failStarts("counter", 1, ExitReason.of(Atom.of("no_disk")))
        crash(child(shop, "counter"), ExitReason.of(Atom.of("boom")))
        watcher.expectDown(shop).reason() shouldBe ExitReason.SHUTDOWN
      }
    }

    test("a test that waits for what never comes is told so") {
      val failure =
        shouldThrow<AssertionError> {
          weftTest {
            start(counter())
            CompletableDeferred<Unit>().await()
          }
        }
      failure.message shouldContain "waits for what never comes"
      failure.message shouldContain "counter <"
    }

    test("a test that waits without a limit, while a clock ticks on, is given up") {
      val failure =
        shouldThrow<AssertionError> {
          weftTest {
            start(bell(probe<Stroke>("ear")))
            CompletableDeferred<Unit>().await()
          }
        }
      failure.message shouldContain "waits, without a limit"
    }

    test("a failure of a launched coroutine fails the test") {
      shouldThrow<IllegalStateException> {
          weftTest {
            launch { error("of a child") }
            delay(1.seconds)
          }
        }
        .message shouldBe "of a child"
    }

    test("a run follows from its seed alone") {
      fun run(seed: Long): List<Int> {
        val order = ArrayList<Int>()
        weftTest(seed) {
          val probes = List(5) { probe<Int>("p$it") }
          val all = probes.map { p -> launch { order += p.expect<Int>() } }
          probes.forEachIndexed { i, p -> p.tell(i) }
          all.forEach { it.join() }
        }
        return order
      }
      run(3) shouldBe run(3)
      (0L..20L).map { run(it) }.distinct().size shouldNotBe 1
    }

    test("each of many seeds runs the block") {
      var runs = 0L
      weftTest(1L..20L) { runs += seed }
      runs shouldBe (1..20L).sum()
      runs shouldBeLessThan 1000
    }
  })
