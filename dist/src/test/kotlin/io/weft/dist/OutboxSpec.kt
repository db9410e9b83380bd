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
      repeat(3) { outbox.put(signal(0, it)) }
      generateSequence(outbox::poll).toList() shouldContainExactly List(3) { signal(0, it) }
      outbox.poll().shouldBeNull()
    }

    test("a full outbox takes no more, and does again when something is taken") {
      val outbox = Outbox(2)
      List(3) { outbox.put(signal(0, it)) } shouldContainExactly listOf(true, true, false)
      outbox.poll()
      outbox.put(signal(0, 3)) shouldBe true
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
      val outbox = Outbox(Int.MAX_VALUE)
      val senders = 4
      val each = 50_000
      val lastOf = IntArray(senders) { -1 }
      withContext(Dispatchers.Default) {
        repeat(senders) { sender ->
          launch { repeat(each) { number -> outbox.put(signal(sender, number)) } }
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
