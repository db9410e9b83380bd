package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.node.ErrorException
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.RemoteSpawn
import io.weft.node.Request
import io.weft.node.Sys
import io.weft.node.ThrowException
import io.weft.rpc.Mfa
import io.weft.rpc.RpcException
import io.weft.rpc.RpcService
import io.weft.term.Atom
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Terms
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.yield
import kotlinx.serialization.Serializable

@Serializable
private sealed interface Bakery {
  @Serializable data class Price(val sku: String, val pieces: Int = 1) : Bakery, Request<Long>

  @Serializable data object Skus : Bakery, Request<List<String>>

  @Serializable data class Clerk(val name: String) : Bakery, Request<AddressOf<Baker>>
}

@Serializable
private sealed interface Baker {
  @Serializable data object Name : Baker, Request<String>
}

private fun desk(name: String) = server<Baker>("desk") { call { _: Baker.Name -> name } }

private val shop = moduleOf<Bakery>("shop")

class ModulesSpec :
  FunSpec({
    suspend fun withRpc(test: suspend (Node, String) -> Unit) = withNode { node ->
      RpcService().start(node, NodeOptions.local())
      test(node, node.name().name())
    }

    suspend fun Node.eval(module: String, function: String, vararg arguments: Term) =
      erpc(name().name(), Mfa.of(module, function, *arguments), 20.seconds)

    val tea = Term.parse("<<\"tea\">>")

    test("the requests of a protocol are functions of a module, on both sides") {
      withRpc { node, here ->
        node.provide(shop) {
          call { q: Bakery.Price ->
            yield() // it may suspend
            q.pieces * 250L
          }
          call { _: Bakery.Skus -> listOf("tea") }
          call { q: Bakery.Clerk -> this.node.awaitStart(desk(q.name)) }
        }
        node.erpc(here, shop, Bakery.Price("tea", 2), 20.seconds) shouldBe 500
        node.erpc(here, shop, Bakery.Skus, 20.seconds) shouldBe listOf("tea")
        node.erpc(here, shop, Bakery.Clerk("ann"), 20.seconds).call(Baker.Name) shouldBe "ann"
        node.eval("shop", "price", tea, Terms.integer(3)) shouldBe Terms.integer(750)
        node.eval("shop", "price", tea) shouldBe Terms.integer(250) // as the default says
        shouldThrow<RpcException> { node.eval("shop", "price", Atom.OK) }
          .reason()
          .toString()
          .contains("function_clause") shouldBe true
        node
          .functions()
          .names()
          .map { "$it" }
          .filter { it.startsWith("shop:") } shouldContainExactlyInAnyOrder
          listOf("shop:clerk/1", "shop:price/1", "shop:price/2", "shop:skus/0")
        node.withdraw("shop") shouldBe true
        node.withdraw("shop") shouldBe false
        shouldThrow<RpcException> { node.eval("shop", "skus") }
      }
    }

    test("a request without a function is named") {
      withNode { node ->
        shouldThrow<IllegalStateException> {
            node.provide(shop) { call { _: Bakery.Skus -> emptyList() } }
          }
          .message shouldBe "no function for Clerk, Price of the module shop"
        node.functions().names().none { it.module() == Atom.of("shop") } shouldBe true
        shouldThrow<IllegalArgumentException> {
            node.provide(shop) {
              call { _: Bakery.Skus -> emptyList() }
              call { _: Bakery.Skus -> emptyList() }
            }
          }
          .message shouldBe "Skus has two functions"
      }
    }

    test("functions of terms return, throw and fail as those of Erlang, and are given up") {
      withRpc { node, _ ->
        node.provide("calc") {
          function("twice", 1) { (it) -> Terms.tuple(it, it) }
          function("thrown", 1) { (it) -> throw ThrowException(it) }
          function("fails", 0) { throw IllegalStateException("broken") }
          function("badarg", 1) { throw ErrorException(Atom.of("badarg"), Terms.list()) }
          function("never", 0) { awaitCancellation() }
          process("desk", 1) { (name) -> desk((name as Atom).name) }
        }
        node.eval("calc", "twice", Atom.OK) shouldBe Term.parse("{ok,ok}")
        shouldThrow<RpcException> { node.eval("calc", "thrown", Atom.OK) }
          .let {
            it.kind() shouldBe RpcException.Kind.THROW
            it.term() shouldBe Atom.OK
          }
        shouldThrow<RpcException> { node.eval("calc", "fails") }.kind() shouldBe
          RpcException.Kind.ERROR
        shouldThrow<RpcException> { node.eval("calc", "badarg", Atom.OK) }.reason() shouldBe
          Atom.of("badarg")
        val desk: Address<Baker> =
          node.spawnRemote(RemoteSpawn.on(node.name().name(), "calc", "desk", Atom.of("eve")))
        desk.call(Baker.Name) shouldBe "eve"
      }
    }

    test("a function that is killed while it waits is cancelled") {
      withRpc { node, here ->
        val begun = CompletableDeferred<Unit>()
        val ended = CompletableDeferred<Unit>()
        node.provide("calc") {
          function("never", 0) {
            begun.complete(Unit)
            try {
              awaitCancellation()
            } finally {
              ended.complete(Unit)
            }
          }
        }
        val call = async { runCatching { node.erpc(here, Mfa.of("calc", "never"), 20.seconds) } }
        begun.await()
        node
          .processIds()
          .filter { node.labelOf(it) == "calc:never/0" }
          .forEach { node.exit(it, ExitReason.KILL) }
        ended.await()
        call.await().isFailure shouldBe true
      }
    }
  })

private fun Node.labelOf(pid: Pid): String = Sys.info(address(pid)).join().label()
