package io.weft.testkit

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.actor
import io.weft.kotlin.cast
import io.weft.kotlin.global
import io.weft.kotlin.group
import io.weft.kotlin.localNode
import io.weft.kotlin.registry
import io.weft.kotlin.server
import io.weft.mapping.TermMapping
import io.weft.node.Node
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.Term
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** Two nodes of one cluster. */
private suspend fun WeftTestScope.pair(): Pair<Node, Node> {
  val here = node("a@test") { hidden(false) }
  val there = node("b@test") { hidden(false) }
  there.address("nobody", "a@test").tell(Atom.of("hello")) // connects
  settle()
  here.global.sync()
  return here to there
}

/** OTP semantics, 5.5, in the words of the DSL. */
class GlobalLocksSpec :
  FunSpec({
    test("5.5: who has the lock keeps all others out, on whatever node") {
      weftTest(seeds = 1L..10L) {
        val (here, there) = pair()
        val seen = ArrayList<String>()
        val clients =
          listOf(here, there, here, there).mapIndexed { i, node ->
            launch {
              node.global.lock("ledger").withLock {
                seen += "begin $i"
                delay(1.seconds)
                seen += "end $i"
              }
            }
          }
        clients.forEach { it.join() }
        seen.chunked(2).forEach { (begin, end) -> begin.drop(6) shouldBe end.drop(4) }
        seen.size shouldBe 8
      }
    }

    test("5.5: who does not want to wait is told, and a lock of other things or nodes is another") {
      weftTest {
        val (here, there) = pair()
        here.global.lock("ledger").withLock {
          there.global.lock("ledger").withLockOrNull(retries = 0) { "mine" } shouldBe null
          here.global.lock("ledger").withLockOrNull(retries = 0) { "mine" } shouldBe null
          there.global.lock("other").withLockOrNull(retries = 0) { "mine" } shouldBe "mine"
          there.global.lock(Term.parse("{ledger, 2}")).withLockOrNull(0) { "mine" } shouldBe "mine"
        }
        here.global.lock("ledger").on(listOf("a@test")).withLock {
          there.global.lock("ledger").on(listOf("b@test")).withLockOrNull(0) { 1 } shouldBe 1
        }
        there.global.lock("ledger").withLockOrNull(retries = 0) { "mine" } shouldBe "mine"
      }
    }

    test("5.5: a lock is free when its block fails or is cancelled") {
      weftTest {
        val (here, there) = pair()
        val lock = here.global.lock("ledger")
        shouldThrow<IllegalStateException> { lock.withLock { error("broken") } }
        there.global.lock("ledger").withLockOrNull(0) { 1 } shouldBe 1

        val held = CompletableDeferred<Unit>()
        val cancelled = launch {
          lock.withLock {
            held.complete(Unit)
            awaitCancellation()
          }
        }
        held.await()
        val waiting = launch { there.global.lock("ledger").withLock {} }
        delay(1.seconds)
        waiting.cancel() // while it waits for the lock: it never has it
        cancelled.cancel()
        cancelled.join()
        waiting.join()
        eventually(1.minutes) { there.global.lock("ledger").withLockOrNull(0) { 1 } shouldBe 1 }
      }
    }

    test("5.5: an actor's lock ends with the actor") {
      weftTest {
        val (here, there) = pair()
        val taken = CompletableDeferred<Unit>()
        val holder =
          here.start(
            actor<Unit>("holder") {
              here.global.lock("ledger").withLock {
                taken.complete(Unit)
                awaitCancellation()
              }
            }
          )
        taken.await()
        there.global.lock("ledger").withLockOrNull(0) { 1 } shouldBe null
        kill(holder)
        eventually(1.minutes) { there.global.lock("ledger").withLockOrNull(0) { 1 } shouldBe 1 }
      }
    }
  })

private sealed interface Local {
  data class Say(val text: String) : Local
}

/** Groups and names where a protocol cannot leave its node. */
class SharedNamesSpec :
  FunSpec({
    val local = server<Local>("local") { cast { _: Local.Say -> } }

    test("on a network, a group of a protocol that is not serializable is refused, with the fix") {
      weftTest {
        val (here, _) = pair()
        shouldThrow<IllegalArgumentException> { here.group<Local>("locals") }.message shouldContain
          "the group locals may stand for processes of other nodes, which cannot be spoken to in " +
            "Local: mark the protocol @Serializable"
        val process = here.start(local)
        here.global.register("local", process) shouldBe true
        shouldThrow<IllegalArgumentException> { here.global.whereis<Local>("local") }
          .message shouldContain "the global name local may stand for processes of other nodes"
        here.global.unregister("local")
      }
    }

    test("on a network, the names of the own node and those with a codec are not refused") {
      weftTest {
        val (here, there) = pair()
        val process = here.start(local)
        here.registry.register("local", process)
        here.registry.whereis<Local>("local")?.pid() shouldBe process.pid()
        there.registry.whereis<Local>("local") shouldBe null // the names of one node
        here.group("pg", "locals", TermCodec.localOnly<Local>("Local")).join(process)
        val seen = there.group("pg", "locals", TermMapping.codecOf(Stock::class.java))
        eventually(1.minutes) { seen.members().size shouldBe 1 }
        there.group<Term>("locals").members().map { it.pid() } shouldContainExactly
          listOf(process.pid())
      }
    }

    test("on a node without a network the cluster is that node, and needs no form as terms") {
      localNode().use { node ->
        val process = node.start(local)
        val group = node.group<Local>("locals")
        group.join(process)
        group.members().map { it.pid() } shouldContainExactly listOf(process.pid())
        group.members().first().tell(Local.Say("hello"))
        node.global.register("local", process) shouldBe true
        node.global.whereis<Local>("local")?.pid() shouldBe process.pid()
        node.global.lock("ledger").withLockOrNull(0) { 1 } shouldBe 1
      }
    }
  })

internal sealed interface Stock {
  @JvmRecord data class Add(val sku: String) : Stock
}
