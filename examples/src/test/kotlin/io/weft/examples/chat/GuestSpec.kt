package io.weft.examples.chat

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.weft.term.Atom
import io.weft.testkit.weftTest
import kotlin.time.Duration.Companion.seconds

class GuestSpec :
  FunSpec({
    test("guests of a room hear each other, on whatever node, and how many they are") {
      weftTest {
        val ann = ArrayList<String>()
        val bob = ArrayList<String>()
        val here = node("a@test") { hidden(false) }
        val there = node("b@test") { hidden(false) }
        val annsGuest = here.spawn(guest("ann", "lobby", ann::add))
        settle()
        there.address("nobody", here.name().name()).tell(Atom.of("hello")) // connects
        val bobsGuest = there.spawn(guest("bob", "lobby", bob::add))
        eventually(10.seconds) { ann shouldContain "2 in lobby" }
        eventually(10.seconds) { bob shouldContain "2 in lobby" }
        annsGuest.tell(Chat.Say("hello"))
        annsGuest.tell(Chat.Say("who is there?"))
        eventually(10.seconds) {
          bob.takeLast(2) shouldBe listOf("ann: hello", "ann: who is there?")
        }
        there.spawn(guest("eve", "attic") {}).tell(Chat.Say("psst"))
        bobsGuest.tell(Chat.Say("it is me"))
        eventually(10.seconds) { ann.last() shouldBe "bob: it is me" }
        stop(there)
        eventually(10.seconds) { ann.last() shouldBe "1 in lobby" }
      }
    }
  })
