package io.weft.dist

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.Pid
import io.weft.wire.control.Control
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

class OutboxSpec :
  FunSpec({
    val to = Pid(Atom.of("b@h"), 1, 0, 4)

    fun signal(sender: Int, number: Int) =
      Control.Send(Pid(Atom.of("a@h"), sender, 0, 4), to, IntTerm(number.toLong()))

    test("signals come out in the order in which one thread put them") {
      val outbox = Outbox(10)
      repeat(3) { outbox.put(signal(0, it), 10) }
      generateSequence(outbox::poll).toList() shouldContainExactly List(3) { signal(0, it) }
      outbox.poll().shouldBeNull()
    }

    test("a full outbox takes no more, and does again when something is taken") {
      val outbox = Outbox(2)
      List(3) { outbox.put(signal(0, it), 10) } shouldContainExactly listOf(true, true, false)
      outbox.poll()
      outbox.put(signal(0, 3), 10) shouldBe true
    }

    test("more bytes than its budget make it busy until half of the budget is written") {
      val outbox = Outbox(100, budget = 100)
      var told = 0
      repeat(11) { outbox.put(signal(0, it), 10) }
      outbox.isBusy shouldBe true
      outbox.whenRoom { told++ }
      repeat(11) { outbox.poll() }
      outbox.isBusy shouldBe true // taken, but not written
      outbox.written(59, all = false)
      told shouldBe 0
      outbox.written(1, all = false)
      told shouldBe 1
      outbox.whenRoom { told++ }
      told shouldBe 2
      outbox.written(1, all = true)
      outbox.bytes shouldBe 0
    }

    test("more bytes than it may hold are refused") {
      val outbox = Outbox(100, maxBytes = 100)
      outbox.put(signal(0, 1), 101) shouldBe true
      outbox.put(signal(0, 2), 1) shouldBe false
    }

    test("a tick, and the end, wake the writer") {
      val outbox = Outbox(1)
      for (wake in listOf(outbox::putTick, outbox::end)) {
        coroutineScope {
          val writer = launch(start = CoroutineStart.UNDISPATCHED) { outbox.await() }
          wake()
          writer.join()
        }
      }
      outbox.takeTick() shouldBe true
      outbox.takeTick() shouldBe false
      outbox.ending shouldBe true
    }

    test("nothing is left behind a sleeping writer, and each sender's order is kept") {
      val outbox = Outbox(Long.MAX_VALUE)
      val senders = 4
      val each = 50_000
      val lastOf = IntArray(senders) { -1 }
      withContext(Dispatchers.Default) {
        repeat(senders) { sender ->
          launch { repeat(each) { number -> outbox.put(signal(sender, number), 10) } }
        }
        var left = senders * each
        while (left > 0) {
          val next = outbox.poll() as Control.Send?
          if (next == null) {
            outbox.await()
          } else {
            left--
            val number = (next.message() as IntTerm).value().toInt()
            number shouldBe lastOf[next.from()!!.id()] + 1
            lastOf[next.from()!!.id()] = number
          }
        }
      }
    }
  })
