package io.weft.kotlin

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.testing.endOf
import io.weft.kotlin.testing.pid
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Received
import io.weft.node.Request
import io.weft.node.Target
import io.weft.term.Atom
import io.weft.term.Terms
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.ZERO
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import kotlinx.serialization.Serializable

@Serializable
private sealed interface Post {
  @Serializable data class Letter(val number: Int) : Post

  @Serializable data object Bell : Post

  @Serializable data class Count(val of: String) : Post, Request<Int>
}

private data class Gone(val why: ExitReason)

/** What an actor tells a test, in order. */
private class Told {
  private val lines = CopyOnWriteArrayList<Any?>()
  private val done = CompletableDeferred<List<Any?>>()

  operator fun plusAssign(what: Any?) {
    lines.add(what)
  }

  fun over() {
    done.complete(lines.toList())
  }

  suspend fun all(): List<Any?> = withTimeout(20.seconds) { done.await() }
}

/** An actor that a test watches. */
private class Watched(val address: Address<Post>, val told: Told, val end: Deferred<ExitReason>)

/** Starts an actor that tells the test what it does, and is over when its body is. */
private suspend fun Node.watch(body: suspend ActorScope<Post>.(Told) -> Unit): Watched {
  val told = Told()
  val ready = CompletableDeferred<Unit>()
  val watched =
    actor<Post>("watched") {
      ready.await() // the end of what ends at once is reported as well
      try {
        body(told)
      } finally {
        told.over()
      }
    }
  val address = spawn(watched)
  val end = endOf(address)
  ready.complete(Unit)
  return Watched(address, told, end)
}

private fun Address<Post>.letters(vararg numbers: Int) = numbers.forEach { tell(Post.Letter(it)) }

class ActorSpec :
  FunSpec({
    test("a body receives in order, and its process ends normally when it returns") {
      withNode { node ->
        val told = Told()
        val actor =
          node.spawn(
            actor<Post>("reader") {
              while (true) {
                when (val message = receive()) {
                  is Post.Letter -> told += message.number
                  Post.Bell -> break
                  is Post.Count -> error("a request is not a plain message")
                }
              }
              told.over()
            }
          )
        val end = node.endOf(actor)
        actor.letters(1, 2, 3)
        actor.tell(Post.Bell)
        told.all() shouldContainExactly listOf(1, 2, 3)
        end.await() shouldBe ExitReason.NORMAL
      }
    }

    test("a select takes the first message that a clause matches and leaves the others in order") {
      withNode { node ->
        val told = Told()
        val asked = AtomicInteger()
        val actor =
          node.spawn(
            actor<Post>("picky") {
              told += select {
                on<Post.Letter> {
                  asked.incrementAndGet()
                  it.number > 2
                } then { it.number }
              }
              repeat(3) { told += (receive() as Post.Letter).number }
              told.over()
            }
          )
        actor.letters(1, 2, 3, 4)
        told.all() shouldContainExactly listOf(3, 1, 2, 4)
        asked.get() shouldBe 3
      }
    }

    test("clauses are tried in their order for each message, and a clause may suspend") {
      withNode { node ->
        val told = Told()
        val actor =
          node.spawn(
            actor<Post>("orderly") {
              repeat(3) {
                told += select {
                  on<Post.Letter> { it.number == 2 } then
                    {
                      delay(1.milliseconds)
                      "two"
                    }
                  on<Post.Letter>() then { "letter ${it.number}" }
                  on<Post.Bell>() then { "bell" }
                }
              }
              told.over()
            }
          )
        actor.letters(1, 2)
        actor.tell(Post.Bell)
        told.all() shouldContainExactly listOf("letter 1", "two", "bell")
      }
    }

    test("a receive with a limit gives up when the time is over, and zero only looks") {
      withNode { node ->
        val told = Told()
        val actor =
          node.spawn(
            actor<Post>("patient") {
              told += receive(ZERO)
              told += receive(5.milliseconds)
              self.address().tell(Post.Letter(7))
              told +=
                select<String> {
                  on<Post.Bell>() then { "bell" }
                  after(5.milliseconds) { "no bell" }
                }
              told += receive(20.seconds)
              told.over()
            }
          )
        told.all() shouldContainExactly listOf(null, null, "no bell", Post.Letter(7))
        node.endOf(actor).await()
      }
    }

    test("a request is received with its reply, which may be sent later") {
      withNode { node ->
        val clerk =
          node.spawn(
            actor<Post>("clerk") {
              val late = select { onRequest { _: Post.Count, reply -> reply } }
              select { onRequest { q: Post.Count, reply -> reply.send(q.of.length) } }
              late.send(42)
            }
          )
        val answers = List(2) { async { clerk.call(Post.Count("abc"), 20.seconds) } }.awaitAll()
        answers.sorted() shouldContainExactly listOf(3, 42)
      }
    }

    test("while a body suspends elsewhere, messages wait and keep their order") {
      withNode { node ->
        val gate = CompletableDeferred<Unit>()
        val busy = node.watch { told ->
          gate.await()
          withContext(Dispatchers.IO) {}
          repeat(3) { told += (receive() as Post.Letter).number }
        }
        busy.address.letters(1, 2, 3)
        gate.complete(Unit)
        busy.told.all() shouldContainExactly listOf(1, 2, 3)
      }
    }

    test("a receive within a timeout is cancelled by it, and takes no message with it") {
      withNode { node ->
        val timed = node.watch { told ->
          told += withTimeoutOrNull(5.milliseconds) { receive() }
          self.address().tell(Post.Letter(1))
          told += withTimeoutOrNull(20.seconds) { receive() }
          told += coroutineScope {
            val waiting = async { receive() }
            yield()
            waiting.cancelAndJoin()
            waiting.isCancelled
          }
          self.address().tell(Post.Letter(2))
          told += receive()
        }
        timed.told.all() shouldContainExactly listOf(null, Post.Letter(1), true, Post.Letter(2))
      }
    }

    test("children run while the body receives, but do not receive beside it") {
      withNode { node ->
        val parent = node.watch { told ->
          launch {
            told += runCatching { receive() }.exceptionOrNull()?.message.orEmpty()
            self.address().tell(Post.Bell)
          }
          told += receive()
        }
        val (refused, bell) = parent.told.all()
        refused.toString() shouldContain "receives already"
        bell shouldBe Post.Bell
      }
    }

    test("an exit signal cancels the body, whose clean-up the end waits for") {
      withNode { node ->
        val tidy = node.watch { told ->
          try {
            receive()
          } finally {
            told += "cancelled"
            withContext(NonCancellable) { delay(5.milliseconds) }
            told += "clean"
          }
        }
        node.exit(tidy.address.pid, ExitReason.of(Atom.of("enough")))
        tidy.end.await() shouldBe ExitReason.of(Atom.of("enough"))
        tidy.told.all() shouldContainExactly listOf("cancelled", "clean")
      }
    }

    test("a kill ends an actor that receives at once") {
      withNode { node ->
        val victim = node.watch { receive() }
        node.exit(victim.address.pid, ExitReason.KILL)
        victim.end.await() shouldBe ExitReason.KILLED
      }
    }

    test("a failure of the body or of a child ends the process with it") {
      withNode { node ->
        val failing = node.watch {
          receive()
          error("no more")
        }
        val bereaved = node.watch {
          receive()
          launch { error("no more") }
          receive()
        }
        for (actor in listOf(failing, bereaved)) {
          actor.address.tell(Post.Bell)
          actor.end.await().toString() shouldContain "no more"
        }
      }
    }

    test("a guard that fails ends the process with its failure") {
      withNode { node ->
        val guarded = node.watch { select { on<Post.Bell> { error("bad guard") } then {} } }
        guarded.address.tell(Post.Bell)
        guarded.end.await().toString() shouldContain "bad guard"
      }
    }

    test("trapped exits come as messages, reports of monitors to the clause that waits for them") {
      withNode { node ->
        val told = Told()
        val actor =
          node.spawn(
            actor<Any>("guardian") {
              trapExits { Gone(it.reason()) }
              val child = self.spawnLink(actor<Post>("child") { receive() })
              val monitor = self.monitor(Target.ByPid(child.pid))
              child.tell(Post.Bell)
              told += select { onDown(monitor) { "down ${it.reason().isNormal}" } }
              told += receive()
              told.over()
            }
          )
        told.all() shouldContainExactly listOf("down true", Gone(ExitReason.NORMAL))
        node.endOf(actor).await()
      }
    }

    test("what a foreign node says is received as messages, requests and unknown terms") {
      withNode { node ->
        val told = Told()
        val actor =
          node.spawn(
            actor<Post>("foreign") {
              told += receive()
              select { onRequest { q: Post.Count, reply -> reply.send(q.of.length) } }
              told += select { onUnknown { it.term() } }
              told += receiveAny()
              told.over()
            }
          )
        val terms = node.address(actor.pid)
        terms.tell(Terms.tuple(Atom.of("letter"), Terms.integer(3)))
        val length = Terms.tuple(Atom.of("count"), Terms.binary("four"))
        terms.callTerm(length, 20.seconds) shouldBe Terms.integer(4)
        terms.tell(Atom.of("nonsense"))
        terms.tell(Atom.of("bell"))
        told.all() shouldContainExactly
          listOf(Post.Letter(3), Atom.of("nonsense"), Received.Message<Post>(Post.Bell))
      }
    }

    test("a clause without an action is refused with what is missing") {
      withNode { node ->
        val actor =
          node.spawn(
            actor<Post>("unfinished") {
              receive()
              select<Unit> { on<Post.Bell>() }
            }
          )
        val end = node.endOf(actor)
        actor.tell(Post.Bell)
        end.await().toString() shouldContain "add `then { .. }`"
      }
    }

    test("an actor that never stops receiving lets others have their turns") {
      withNode { node ->
        val greedy =
          actor<Post>("greedy") {
            while (true) {
              receive()
              self.address().tell(Post.Bell)
            }
          }
        repeat(4) { node.spawn(greedy).tell(Post.Bell) }
        val modest = node.spawn(actor<Post>("modest") { receive() })
        val end = node.endOf(modest)
        modest.tell(Post.Bell)
        withTimeout(20.seconds) { end.await() } shouldBe ExitReason.NORMAL
      }
    }
  })
