package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.weft.gen.HandlerId
import io.weft.gen.Notice
import io.weft.gen.Pool
import io.weft.gen.Producer
import io.weft.kotlin.testing.endOf
import io.weft.kotlin.testing.pid
import io.weft.kotlin.testing.withNode
import io.weft.node.Address
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.node.NodeOptions
import io.weft.node.RemoteSpawn
import io.weft.node.Request
import io.weft.node.SpawnException
import io.weft.node.StartException
import io.weft.pg.GroupEvent
import io.weft.rpc.Mfa
import io.weft.rpc.RpcService
import io.weft.term.Terms
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import kotlinx.serialization.Serializable

@Serializable
private sealed interface Squares {
  @Serializable data class Of(val n: Int) : Squares, Request<Int>

  @Serializable data class Note(val n: Int) : Squares
}

private fun worker(noted: (Int) -> Unit = {}, square: suspend (Int) -> Int = { it * it }) =
  server<Squares>("worker") {
    call { q: Squares.Of -> square(q.n) }
    cast { m: Squares.Note -> noted(m.n) }
  }

@Serializable private data class Price(val sku: String, val pence: Int)

private sealed interface Market {
  data class Publish(val price: Price) : Market

  data object Close : Market

  data class Heard(val notice: Notice<Price>) : Market
}

private sealed interface Count : Request<Int> {
  data object Total : Count
}

class BuildersSpec :
  FunSpec({
    context("a pool") {
      test("shares work, tells how it is, and grows") {
        withNode { node ->
          val gate = CompletableDeferred<Unit>()
          val squares =
            node.awaitStart(
              pool(
                "squares",
                worker {
                  gate.await()
                  it * it
                },
              ) {
                workers(2)
                leastLoaded()
                limitPerWorker(1)
              }
            )
          val asked = List(2) { n -> async { squares.call(Squares.Of(n + 1), 20.seconds) } }
          while (squares.poolStatus().outstanding() < 2) yield()
          shouldThrow<CallException> { squares.call(Squares.Of(9)) }.reason() shouldBe Pool.OVERLOAD
          squares.resizePool(3).workers() shouldBe 3
          gate.complete(Unit)
          asked.map { it.await() } shouldContainExactly listOf(1, 4)
          squares.call(Squares.Of(3)) shouldBe 9
        }
      }

      test("gives the same key to the same worker, and what overloads it to the handler") {
        withNode { node ->
          val noted = ConcurrentLinkedQueue<Int>()
          val refused = ConcurrentLinkedQueue<Squares>()
          val gate = CompletableDeferred<Unit>()
          val squares =
            node.awaitStart(
              pool(
                "squares",
                worker(noted::add) {
                  gate.await()
                  it
                },
              ) {
                workers(4)
                byKey { if (it is Squares.Of) it.n else 0 }
                limit(1)
                onOverload(refused::add)
              }
            )
          val asked = async { squares.call(Squares.Of(1), 20.seconds) }
          while (squares.poolStatus().outstanding() < 1) yield()
          squares.tell(Squares.Note(5))
          while (refused.isEmpty()) yield()
          gate.complete(Unit)
          asked.await() shouldBe 1
          noted.size shouldBe 0
        }
      }
    }

    context("an application") {
      test("starts what it depends on, then its top process and phases, and stops in order") {
        withNode { node ->
          val story = ConcurrentLinkedQueue<String>()
          val database = application("database") { description("where things are kept") }
          val shop =
            application("shop") {
              version("1.0")
              dependsOn(database)
              env("workers", 2)
              start {
                supervisor("shop") {
                  child(pool("squares", worker()) { workers(env<Int>("workers") ?: 1) })
                }
              }
              startPhase("open") { story += "open ${env<Int>("workers")}" }
              prepStop { story += "closing" }
              stop { story += "closed" }
            }
          node.startApplication(shop) shouldContainExactly listOf("database", "shop")
          story.toList() shouldContainExactly listOf("open 2")
          node.stopApplication("shop")
          story.toList() shouldContainExactly listOf("open 2", "closing", "closed")
          shouldThrow<StartException> { node.stopApplication("shop") }
        }
      }
    }

    context("events") {
      fun market(event: io.weft.gen.Event<Price>, interest: ConcurrentLinkedQueue<String>) =
        server<Market>("market") {
          val producer: Producer<Price> =
            produce(event) {
              buffer(1)
              onFirstSubscriber { interest += "first" }
              onLastSubscriber { interest += "last" }
            }
          cast { m: Market.Publish -> producer.publish(m.price) }
          cast { _: Market.Close -> producer.unregister() }
          cast { _: Market.Heard -> }
        }

      test("are a flow, with what was buffered, until the event is unregistered") {
        withNode { node ->
          val prices = event<Price>("prices")
          val interest = ConcurrentLinkedQueue<String>()
          val market = node.awaitStart(market(prices, interest))
          market.tell(Market.Publish(Price("tea", 1)))
          market.tell(Market.Publish(Price("tea", 2)))
          val heard = Channel<Price>(Channel.UNLIMITED)
          val all = async { node.events(prices).onEach { heard.send(it) }.toList() }
          heard.receive().pence shouldBe 2
          market.tell(Market.Publish(Price("tea", 3)))
          heard.receive().pence shouldBe 3
          market.tell(Market.Close)
          all.await().map { it.pence } shouldContainExactly listOf(2, 3)
          interest.first() shouldBe "first"
        }
      }

      test(
        "a flow ends its subscription when it is not collected any more, and fails with its producer"
      ) {
        withNode { node ->
          val prices = event<Price>("prices")
          val interest = ConcurrentLinkedQueue<String>()
          val market = node.awaitStart(market(prices, interest))
          market.tell(Market.Publish(Price("tea", 1)))
          node.events(prices).take(1).toList()
          while ("last" !in interest) yield()
          val failure = async { runCatching { node.events(prices).toList() }.exceptionOrNull() }
          while (interest.count { it == "first" } < 2) yield()
          node.exit(market.pid, ExitReason.KILL)
          (failure.await() as EventLostException).reason() shouldBe ExitReason.KILLED
          shouldThrow<EventLostException> { node.events(prices).toList() }.reason() shouldBe
            ExitReason.NOPROC
        }
      }

      test("come to an actor as messages of its protocol") {
        withNode { node ->
          val prices = event<Price>("prices")
          val market = node.awaitStart(market(prices, ConcurrentLinkedQueue()))
          val told = CompletableDeferred<List<Notice<Price>>>()
          val ready = CompletableDeferred<Unit>()
          node.spawn(
            actor<Market>("customer") {
              subscribe(prices, Market::Heard)
              market.tell(Market.Publish(Price("tea", 1)))
              val first = (receive() as Market.Heard).notice
              ready.complete(Unit)
              told.complete(listOf(first, (receive() as Market.Heard).notice))
            }
          )
          ready.await()
          market.tell(Market.Close)
          told.await() shouldContainExactly
            listOf(Notice.Published(Price("tea", 1)), Notice.Ended(ExitReason.NORMAL))
        }
      }
    }

    context("an event manager") {
      test("has handlers that come, are asked, are swapped, and go") {
        withNode { node ->
          val count = HandlerId.of("count", Count::class.java)
          val double = HandlerId.of("double", Count::class.java)
          val alarms = node.awaitStart(eventManager<Int>("alarms"))
          alarms.addHandler(count) {
            var total = 0
            onEvent { total += it }
            onTerminate { total }
            call { _: Count.Total -> total }
          }
          alarms.notify(2)
          alarms.syncNotify(3)
          val five: Int = alarms.ask(count, Count.Total)
          five shouldBe 5
          alarms.swapHandler(count, double) {
            var total = inherited as Int
            onEvent { total += 2 * it }
            call { _: Count.Total -> total }
          }
          alarms.notify(1)
          val seven: Int = alarms.ask(double, Count.Total)
          seven shouldBe 7
          alarms.handlers().map { it.module() } shouldContainExactly listOf("double")
          alarms.deleteHandler(double)
          shouldThrow<IllegalStateException> { alarms.deleteHandler(double) }
        }
      }
    }

    context("names and groups") {
      test("a registered name is found until its process ends") {
        withNode { node ->
          val squares = node.awaitStart(worker())
          node.registry.register("squares", squares)
          node.registry.whereis<Squares>("squares")?.call(Squares.Of(3)) shouldBe 9
          node.registry.address<Squares>("squares").call(Squares.Of(4)) shouldBe 16
          ("squares" in node.registry.names) shouldBe true
          shouldThrow<IllegalArgumentException> { node.registry.register("squares", squares) }
          node.registry.unregister("squares") shouldBe true
          node.registry.whereis<Squares>("squares") shouldBe null
        }
      }

      test("a global name belongs to one process") {
        withNode { node ->
          val (first, second) = List(2) { node.awaitStart(worker()) }
          node.global.register("squares", first) shouldBe true
          node.global.register("squares", second) shouldBe false
          node.global.whereis<Squares>("squares")?.call(Squares.Of(3)) shouldBe 9
          node.global.reregister("squares", second) shouldBe true
          node.global.whereis<Squares>("squares")?.pid shouldBe second.pid
          node.global.unregister("squares")
          node.global.whereis<Squares>("squares") shouldBe null
          node.global.sync()
        }
      }

      test("a group tells who is a member, and of changes") {
        withNode { node ->
          val group = node.group<Squares>("squares")
          val (first, second) = List(2) { node.awaitStart(worker()) }
          group.join(first)
          val changes = Channel<GroupEvent>(Channel.UNLIMITED)
          val sizes = async { group.memberFlow().take(4).toList().map { it.size } }
          val watching = launch { group.changes().collect { changes.send(it) } }
          (changes.receive() as GroupEvent.Join).pids() shouldContainExactly listOf(first.pid)
          group.join(second)
          changes.receive().pids() shouldContainExactly listOf(second.pid)
          group.members().map { it.call(Squares.Of(2)) } shouldContainExactly listOf(4, 4)
          group.localMembers().size shouldBe 2
          node.exit(first.pid, ExitReason.SHUTDOWN)
          (changes.receive() as GroupEvent.Leave).pids() shouldContainExactly listOf(first.pid)
          group.leave(second) shouldBe true
          group.leave(second) shouldBe false
          changes.receive()
          sizes.await().first() shouldBe 0
          watching.cancel()
        }
      }
    }

    context("functions and processes of nodes") {
      test("a process is spawned by the name of a function, in the types of its protocol") {
        withNode { node ->
          node.functions().provideProcess("squares", "start", 0) { worker() }
          val squares: Address<Squares> =
            node.spawnRemote(RemoteSpawn.on(node.name().name(), "squares", "start"))
          squares.call(Squares.Of(5)) shouldBe 25
          val end = node.endOf(squares)
          node.exit(squares.pid, ExitReason.SHUTDOWN)
          end.await()
          shouldThrow<SpawnException> {
              node.spawnRemote<Squares>(RemoteSpawn.on("nobody@nowhere", "squares", "start"))
            }
            .reason() shouldBe ExitReason.NOCONNECTION
        }
      }

      test("a multicall has a result for each node") {
        withNode { node ->
          RpcService().start(node, NodeOptions.local())
          node.functions().provide("squares", "of", 1) { call -> call.argument(0) }
          val here = node.name().name()
          val results =
            node.multicall(
              listOf(here, "nobody@nowhere"),
              Mfa.of("squares", "of", Terms.integer(7)),
              20.seconds,
            )
          results.keys.toList() shouldContainExactly listOf(here, "nobody@nowhere")
          results.getValue(here).orThrow() shouldBe Terms.integer(7)
          runCatching { results.getValue("nobody@nowhere").orThrow() }.isFailure shouldBe true
        }
      }

      test("events of nodes are a flow that leaves nothing behind") {
        withNode { node ->
          val watching = launch { node.nodeEvents().first() }
          while (node.processCount() < 1) yield()
          watching.cancel()
          while (node.processCount() > 0) yield()
        }
      }
    }
  })
