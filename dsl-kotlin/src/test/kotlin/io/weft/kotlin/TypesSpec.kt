package io.weft.kotlin

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler

/** Each line that ends with `// refused` must not compile, and all others must. */
private val CODE =
  """
  import io.weft.kotlin.*
  import io.weft.node.*

  sealed interface Shop {
    class Price : Shop, Request<Long>
    class Restock(val n: Int) : Shop
  }

  sealed interface Bank {
    class Balance : Bank, Request<Int>
  }

  val reply = server<Shop>("shop") { call { q: Shop.Price -> 1L } }
  val wrongReply = server<Shop>("shop") { call { q: Shop.Price -> "text" } } // refused
  val replyByClass = server<Shop>("shop") { call(Shop.Price::class) { 1L } }
  val wrongReplyByClass = server<Shop>("shop") { call(Shop.Price::class) { "text" } } // refused
  val deferred = server<Shop>("shop") { callDeferred { q: Shop.Price, reply -> reply.send(1L) } }
  val wrongDeferred = server<Shop>("shop") { callDeferred { q: Shop.Price, reply -> reply.send("text") } } // refused

  val message = server<Shop>("shop") { cast { m: Shop.Restock -> println(m.n) } }
  val foreignMessage = server<Shop>("shop") { cast { m: Bank.Balance -> println(m) } } // refused
  val foreignRequest = server<Shop>("shop") { call { q: Bank.Balance -> 1 } } // refused
  val noRequest = server<Shop>("shop") { call { m: Shop.Restock -> 1 } } // refused

  suspend fun result(shop: Address<Shop>): Long = shop.call(Shop.Price())
  suspend fun wrongResult(shop: Address<Shop>): String = shop.call(Shop.Price()) // refused
  suspend fun foreignCall(shop: Address<Shop>) = shop.call(Bank.Balance()) // refused
  fun foreignTell(shop: Address<Shop>) = shop.tell(Bank.Balance()) // refused

  suspend fun foreignAll(shops: List<Address<Shop>>) = shops.callAll(Bank.Balance()) // refused
  suspend fun firstOf(shops: List<Address<Shop>>): Long = shops.first(Shop.Price())
  suspend fun wrongFirst(shops: List<Address<Shop>>): String = shops.first(Shop.Price()) // refused

  class ShopServer : Server<Shop> {
    context(turn: Turn<Shop>)
    override suspend fun handle(message: Shop): Handled = when (message) {
      is Shop.Price -> message.answer(1L)
      is Shop.Restock -> done { turn.stop(ExitReason.NORMAL) }
    }
  }
  class WrongServer : Server<Shop> {
    context(turn: Turn<Shop>)
    override suspend fun handle(message: Shop): Handled = when (message) {
      is Shop.Price -> message.answer("text") // refused
      is Shop.Restock -> message.answer(1L) // refused
    }
  }
  class IncompleteServer : Server<Shop> {
    context(turn: Turn<Shop>)
    override suspend fun handle(message: Shop): Handled = when (message) { // refused
      is Shop.Price -> message.answer(1L)
    }
  }
  val shopServer: Blueprint<Shop> = serverOf("shop") { ShopServer() }
  val bankServer: Blueprint<Bank> = serverOf("shop") { ShopServer() } // refused
  suspend fun noTurn() = ShopServer().handle(Shop.Price()) // refused
  suspend fun wrongTurn(bank: Turn<Bank>) = context(bank) { ShopServer().handle(Shop.Price()) } // refused

  sealed interface Feed {
    class Rows : Feed, Request<Source<String>>
  }
  fun rows(feed: Address<Feed>): kotlinx.coroutines.flow.Flow<String> = feed.stream(Feed.Rows())
  fun wrongRows(feed: Address<Feed>): kotlinx.coroutines.flow.Flow<Int> = feed.stream(Feed.Rows()) // refused
  fun noRows(shop: Address<Shop>) = shop.stream(Shop.Price()) // refused
  val feed = server<Feed>("feed") { call { q: Feed.Rows -> streaming(kotlinx.coroutines.flow.flowOf("a")) } }
  val wrongFeed = server<Feed>("feed") { call { q: Feed.Rows -> streaming(kotlinx.coroutines.flow.flowOf(1)) } } // refused

  enum class Door { OPEN, SHUT }
  val door = stateMachine<Door, Shop>("door") {
    start(Door.OPEN)
    state(Door.OPEN) { call { q: Shop.Price -> 1L } }
    state(Door.OPEN) { call { q: Shop.Price -> "text" } } // refused
    state(Door.OPEN) { cast { m: Bank.Balance -> keep() } } // refused
    state(Door.OPEN) { cast { m: Shop.Restock -> goTo("shut") } } // refused
    state(Door.OPEN) { cast { m: Shop.Restock -> println(m) } } // refused
    state(Door.OPEN) { state(Door.SHUT) { } } // refused
    state(Door.OPEN) { postpone<Shop.Restock>() }
    state(Door.OPEN) { postpone<Bank.Balance>() } // refused
  }
  val squares = pool("squares", shopServer) { workers(2) }
  val twice = pool("squares", shopServer) { pool("inner", shopServer) { workers(2) }; application("a") { workers(3) } } // refused

  val astray = server<Shop>("shop") { supervisor("inner") { cast { m: Shop.Restock -> println(m) } } } // refused
  """
    .trimIndent()

class TypesSpec :
  FunSpec({
    test("protocols, requests and replies are checked by the compiler") {
      val folder = tempdir()
      val source = folder.resolve("Code.kt").apply { writeText(CODE) }
      val messages = ByteArrayOutputStream()
      K2JVMCompiler()
        .exec(
          PrintStream(messages),
          "-no-stdlib",
          "-no-reflect",
          "-jvm-target",
          "25",
          "-Xjspecify-annotations=strict",
          "-classpath",
          System.getProperty("java.class.path"),
          "-d",
          folder.path,
          source.path,
        )
      val refused =
        Regex("""Code\.kt:(\d+):\d+: error""").findAll(messages.toString()).map {
          it.groupValues[1].toInt()
        }
      val expected =
        CODE.lines().withIndex().filter { it.value.endsWith("// refused") }.map { it.index + 1 }
      refused.toSortedSet().toList() shouldBe expected
    }
  })
