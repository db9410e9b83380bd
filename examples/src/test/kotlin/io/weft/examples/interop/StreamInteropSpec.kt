package io.weft.examples.interop

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.awaited
import io.weft.kotlin.ReplyTo
import io.weft.kotlin.Source
import io.weft.kotlin.StreamException
import io.weft.kotlin.ask
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.cast
import io.weft.kotlin.codecOf
import io.weft.kotlin.server
import io.weft.kotlin.stream
import io.weft.node.Address
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Request
import io.weft.term.Atom
import io.weft.term.Term
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onCompletion
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.Serializable

@Serializable
private sealed interface Shop {
  @Serializable data class Rows(val n: Int) : Shop, Request<Source<Row>>

  @Serializable data class Watch(val reply: ReplyTo<Row>) : Shop
}

@Serializable private data class Row(val sku: String, val pieces: Int)

private fun row(n: Int) = Row("sku-$n", n)

private suspend fun Node.shop(rows: (Int) -> Flow<Row>) =
  awaitStart(
    server<Shop>("shop") {
        call { q: Shop.Rows -> streaming(rows(q.n)) }
        cast { m: Shop.Watch -> m.reply.send(row(1)) }
      }
      .named("shop")
  )

/** Streams, and replies that messages carry, between nodes. */
class StreamInteropSpec :
  FunSpec({
    suspend fun between(
      rows: (Int) -> Flow<Row>,
      test: suspend (server: Node, reader: Node, shop: Address<Shop>) -> Unit,
    ) {
      TcpWorld().use { world ->
        val (server, reader) = listOf("a", "b").map { world.start(it) { hidden(false) } }
        server.shop(rows)
        test(server, reader, reader.address("shop", server.name().name(), codecOf<Shop>()))
      }
    }

    test("a stream crosses nodes in order, with a window, and leaves nothing behind") {
      val emitted = AtomicInteger()
      between({ n ->
        flow {
          repeat(n) {
            emit(row(it))
            emitted.incrementAndGet()
          }
        }
      }) { server, reader, shop ->
        val processes = server.processCount()
        shop.stream(Shop.Rows(1000)).toList() shouldBe List(1000, ::row)
        var taken = 0
        emitted.set(0)
        shop.stream(Shop.Rows(50), window = 4).collect {
          emitted.get() - taken shouldBeLessThanOrEqual 4
          taken++
        }
        taken shouldBe 50
        awaited { server.processCount() == processes }
        awaited { reader.processIds().none { it.toString().contains("reader") } }
      }
    }

    test("a reader that has enough cancels the flow on the other node") {
      val ended = CompletableDeferred<Throwable?>()
      between({ n -> flow { while (true) emit(row(n)) }.onCompletion { ended.complete(it) } }) {
        _,
        _,
        shop ->
        shop.stream(Shop.Rows(3)).take(5).toList().size shouldBe 5
        ended.await()
      }
    }

    test("a server that ends, and a node that is lost, end the stream with their reasons") {
      between({
        flow {
          emit(row(1))
          awaitCancellation()
        }
      }) { server, _, shop ->
        suspend fun reasonAfter(action: suspend () -> Unit): ExitReason {
          val first = CompletableDeferred<Row>()
          return kotlinx.coroutines.coroutineScope {
            val reading = async {
              shouldThrow<StreamException> {
                shop.stream(Shop.Rows(1)).collect { first.complete(it) }
              }
            }
            first.await()
            action()
            reading.await().reason()
          }
        }
        val pid = checkNotNull(server.whereis(Atom.of("shop")))
        reasonAfter { server.exit(pid, ExitReason.SHUTDOWN) } shouldBe ExitReason.SHUTDOWN
        awaited { server.whereis(Atom.of("shop")) == null }
        server.shop {
          flow {
            emit(row(1))
            awaitCancellation()
          }
        }
        reasonAfter {
          checkNotNull(server.network()).disconnect(shop.node().name())
        } shouldBe ExitReason.NOCONNECTION
      }
    }

    test("the loss of the reader's node cancels the flow") {
      val started = CompletableDeferred<Unit>()
      val ended = CompletableDeferred<Throwable?>()
      between({
        flow<Row> {
            started.complete(Unit)
            awaitCancellation()
          }
          .onCompletion { ended.complete(it) }
      }) { _, reader, shop ->
        val reading = async { runCatching { shop.stream(Shop.Rows(1)).toList() } }
        started.await()
        reader.stop()
        reading.await().isFailure shouldBe true
        ended.await()
      }
    }

    test("a reply that a message carries comes back from another node") {
      between({ n -> (1..n).asFlow().map(::row) }) { _, _, shop ->
        val row: Row = shop.ask { Shop.Watch(it) }
        row shouldBe row(1)
      }
    }
  })

/** The same for a real Erlang node. */
@EnabledIf(ErlangInstalled::class)
class StreamErlangSpec :
  FunSpec({
    test("an Erlang process reads a stream, and answers what it is asked") {
      TcpWorld().use { world ->
        val node = world.start("w") { hidden(false) }
        node.shop { n -> (1..n).asFlow().map(::row) }
        ErlangNode.start("e@127.0.0.1", COOKIE, world.epmdPort).use { erlang ->
          erlang.eval(
            """
            Source = gen_server:call({shop, 'w@127.0.0.1'}, {rows, 3}),
            Source ! {attach, self(), 2},
            Next = fun() -> receive {item, V} -> V; Other -> Other after 5000 -> none end end,
            A = Next(), B = Next(), receive X -> X after 100 -> Source ! {more, 5} end,
            [maps:get(pieces, V) || V <- [A, B, Next()]] ++ [Next()]
            """
          ) shouldBe Term.parse("[1,2,3,completed]")
          erlang.eval(
            "register(asked, spawn(fun F() -> receive {watch, From} -> " +
              "gen_server:reply(From, #{sku => <<\"tea\">>, pieces => 4}), F() end end)), ok"
          )
          val asked = node.address("asked", "e@127.0.0.1", codecOf<Shop>())
          val row: Row = asked.ask { Shop.Watch(it) }
          row shouldBe Row("tea", 4)
          listOf(row) shouldContainExactly listOf(Row("tea", 4))
        }
      }
    }
  })
