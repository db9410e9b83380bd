package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.testing.endOf
import io.weft.kotlin.testing.pid
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.node.Request
import io.weft.node.Slot
import io.weft.node.StartException
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.Terms
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import kotlinx.serialization.Serializable

@Serializable
private sealed interface Stall {
  @Serializable data class Add(val sku: String, val n: Int) : Stall

  @Serializable data class Stock(val sku: String) : Stall, Request<Int>

  @Serializable data class Slow(val sku: String) : Stall, Request<Int>

  @Serializable data object Mute : Stall, Request<Int>

  @Serializable data object Close : Stall

  @Serializable data class Gone(val why: String) : Stall
}

/** Without any trace of a node: what it can do of itself is a context parameter. */
private class StallServer(
  private val gate: CompletableDeferred<Unit> = CompletableDeferred(Unit),
  private val supplier: Address<*>? = null,
) : Server<Stall> {
  val stock = HashMap<String, Int>()
  val goodbyes = ArrayList<String>()

  context(turn: Turn<Stall>)
  override suspend fun start() {
    supplier?.let { turn.monitor(it) { down -> Stall.Gone("${down.reason()}") } }
  }

  context(turn: Turn<Stall>)
  override suspend fun handle(message: Stall): Handled =
    when (message) {
      is Stall.Add -> done { stock.merge(message.sku, message.n, Int::plus) }
      is Stall.Stock -> message.answer(stock[message.sku] ?: 0)
      is Stall.Slow ->
        message.later { reply ->
          turn.launch {
            gate.await()
            reply.send(stock[message.sku] ?: 0)
          }
        }
      Stall.Mute -> Handled.DONE
      Stall.Close -> close()
      is Stall.Gone -> done { stock.clear() }
    }

  context(turn: Turn<Stall>)
  private suspend fun close(): Handled {
    yield()
    return done { turn.stop(ExitReason.SHUTDOWN) }
  }

  context(turn: Turn<Stall>)
  override suspend fun terminate(reason: ExitReason) {
    goodbyes += "$reason"
  }
}

class HandlingSpec :
  FunSpec({
    context("a class with context parameters, without a runtime") {
      test("is tested by calling it: what it answers, and what it asks of its turn, are values") {
        val till = StallServer()
        val turn = RecordingTurn<Stall>(this)
        context(turn) {
          till.handle(Stall.Add("tea", 2)) shouldBe Handled.DONE
          till.handle(Stall.Stock("tea")) shouldBe Stall.Stock("tea").answer(2)
          till.handle(Stall.Close)
        }
        turn.stopped shouldBe ExitReason.SHUTDOWN
      }

      test("notes whom it watches, and what would be made of their end") {
        withNode { node ->
          val supplier = node.address(io.weft.term.Atom.of("nobody").name(), "nonode@nohost")
          val turn = RecordingTurn<Stall>(this)
          context(turn) { StallServer(supplier = supplier).start() }
          turn.watched.keys shouldContainExactly setOf(supplier)
        }
      }

      test("that needs a process is told so") {
        shouldThrow<UnsupportedOperationException> { RecordingTurn<Stall>(this).self }
          .message shouldContain "run what needs `self` as an actor of a node"
      }
    }

    context("a class as a server") {
      test("handles messages, answers requests, now and later, also after it was suspended") {
        withNode { node ->
          val gate = CompletableDeferred<Unit>()
          val till = node.awaitStart(serverOf<Stall>("till") { StallServer(gate) })
          till.tell(Stall.Add("tea", 2))
          till.call(Stall.Stock("tea")) shouldBe 2
          val slow = async { till.call(Stall.Slow("tea"), 20.seconds) }
          while (node.processCount() < 2) yield()
          till.tell(Stall.Add("tea", 5))
          till.call(Stall.Stock("tea")) shouldBe 7
          gate.complete(Unit)
          slow.await() shouldBe 7
          val end = node.endOf(till)
          till.tell(Stall.Close)
          end.await() shouldBe ExitReason.SHUTDOWN
        }
      }

      test("tells the caller of a request that it did not answer") {
        withNode { node ->
          val till = node.awaitStart(serverOf<Stall>("till") { StallServer() })
          shouldThrow<CallException> { till.call(Stall.Mute) }.message shouldContain
            "till did not answer Mute"
        }
      }

      test("is spoken to by foreign nodes") {
        withNode { node ->
          val till = node.address(node.awaitStart(serverOf<Stall>("till") { StallServer() }).pid)
          till.tell(Terms.tuple(Atom.of("add"), Terms.binary("tea"), Terms.integer(3)))
          till.callTerm(Terms.tuple(Atom.of("stock"), Terms.binary("tea")), 20.seconds) shouldBe
            Terms.integer(3)
        }
      }

      test("is made anew for each life, and says goodbye") {
        withNode { node ->
          val lives = ArrayList<StallServer>()
          val blueprint = serverOf<Stall>("till") { StallServer().also(lives::add) }
          repeat(2) {
            val till = node.awaitStart(blueprint)
            till.call(Stall.Stock("tea")) shouldBe 0
            val end = node.endOf(till)
            till.tell(Stall.Add("tea", 1))
            till.tell(Stall.Close)
            end.await()
          }
          lives.map { it.goodbyes } shouldContainExactly List(2) { listOf("shutdown") }
        }
      }

      test("that fails in its start fails the start") {
        withNode { node ->
          val broken =
            serverOf<Stall>("broken") {
              object : Server<Stall> {
                context(turn: Turn<Stall>)
                override suspend fun start(): Unit = error("no database")

                context(turn: Turn<Stall>)
                override suspend fun handle(message: Stall): Handled = Handled.DONE
              }
            }
          shouldThrow<StartException> { node.awaitStart(broken) }.message shouldContain
            "no database"
        }
      }
    }

    context("ends of others as messages of the protocol") {
      test("of a monitored process, in all shapes") {
        withNode { node ->
          suspend fun <P : Any> told(
            watcher: suspend (Address<*>, CompletableDeferred<String>) -> P
          ) {
            val other = node.spawn(actor<Unit>("other") { receive() })
            val told = CompletableDeferred<String>()
            watcher(other, told)
            node.exit(other.pid, ExitReason.SHUTDOWN)
            told.await() shouldBe "shutdown"
          }
          told { other, told ->
            node.awaitStart(
              server<String>("server") {
                cast { why: String -> told.complete(why) }
                monitor(other) { it.reason().toString() }
              }
            )
          }
          told { other, told ->
            val ready = CompletableDeferred<Unit>()
            node.spawn(
              actor<String>("actor") {
                monitor(other) { it.reason().toString() }
                ready.complete(Unit)
                told.complete(receive())
              }
            )
            ready.await()
          }
          told { other, told ->
            node.awaitStart(
              serverOf<Stall>("class") {
                object : Server<Stall> {
                  context(turn: Turn<Stall>)
                  override suspend fun start() {
                    turn.monitor(other) { Stall.Gone("${it.reason()}") }
                  }

                  context(turn: Turn<Stall>)
                  override suspend fun handle(message: Stall): Handled = done {
                    told.complete((message as Stall.Gone).why)
                  }
                }
              }
            )
          }
        }
      }

      test("of a slot that is empty, at once") {
        withNode { node ->
          val told = CompletableDeferred<String>()
          val nobody = Slot<Unit>(node, TermCodec.localOnly("nobody"))
          node.awaitStart(
            server<String>("server") {
              cast { why: String -> told.complete(why) }
              monitor(nobody) { it.reason().toString() }
            }
          )
          told.await() shouldBe "noproc"
        }
      }

      test("of a linked process, to a server that traps exits") {
        withNode { node ->
          val told = CompletableDeferred<String>()
          val other = node.spawn(actor<Unit>("other") { receive() })
          node.awaitStart(
            server<String>("server") {
              cast { why: String -> told.complete(why) }
              trapExits { it.reason().toString() }
              link(other)
            }
          )
          node.exit(other.pid, ExitReason.SHUTDOWN)
          told.await() shouldBe "shutdown"
        }
      }

      test("without trapping exits a linked process ends with the other") {
        withNode { node ->
          val other = node.spawn(actor<Unit>("other") { receive() })
          val end =
            node.endOf(
              node.awaitStart(
                server<String>("server") {
                  cast { _: String -> }
                  link(other)
                }
              )
            )
          node.exit(other.pid, ExitReason.of(Atom.of("enough")))
          end.await() shouldBe ExitReason.of(Atom.of("enough"))
        }
      }
    }
  })
