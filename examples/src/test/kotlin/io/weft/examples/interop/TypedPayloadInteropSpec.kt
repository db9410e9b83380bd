package io.weft.examples.interop

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.examples.orders.KotlinDesk
import io.weft.examples.orders.KotlinLine
import io.weft.examples.orders.KotlinMirror
import io.weft.examples.orders.KotlinOrder
import io.weft.examples.orders.OrderDesk
import io.weft.examples.orders.OrderDesk.Desk
import io.weft.examples.orders.OrderDesk.Mirror
import io.weft.examples.orders.kotlinDesk
import io.weft.examples.orders.kotlinMirror
import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Weft
import io.weft.term.Atom
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.Base64
import java.util.OptionalInt
import java.util.concurrent.TimeUnit
import kotlin.random.Random

private const val COOKIE = "typed"
private const val WEFT = "typed@127.0.0.1"
private const val ELIXIR = "shop@127.0.0.1"
private val LONG = Duration.ofSeconds(20)

/** Where Elixir keeps its modules; null if it is not installed. */
private val elixirModules: String? by lazy {
  runCatching {
    val elixir =
      ProcessBuilder("elixir", "-e", "IO.write(:code.lib_dir(:elixir))")
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
    val directory = elixir.inputReader().readText().trim()
    if (elixir.waitFor(60, TimeUnit.SECONDS) && elixir.exitValue() == 0) "$directory/ebin" else null
  }
    .getOrNull()
}

private val SHOP =
  """
  defmodule Shop.Line do
    defstruct [:sku, :pieces, :price]
  end

  defmodule Shop.Order do
    defstruct [:id, :customer, lines: [], note: nil]
  end

  defmodule Shop do
    alias Shop.{Line, Order}

    # An Elixir program that knows of no other node than one with a GenServer.
    def run(desk) do
      order = %Order{id: 7, customer: "Ann", lines: [%Line{sku: "tea", pieces: 2, price: 4.5}]}
      {:ok, 7} = GenServer.call(desk, {:place, order})
      ^order = GenServer.call(desk, {:find, 7})
      nil = GenServer.call(desk, {:find, 8})
      other = %{order | id: 8, note: "ring twice"}
      {:ok, 8} = GenServer.call(desk, {:place, other})
      ^other = GenServer.call(desk, {:find, 8})

      %{orders: 2, by_customer: %{"Ann" => 2}, all: <<131, 80, _::binary>> = packed} =
        GenServer.call(desk, :report)

      [^order, ^other] = :erlang.binary_to_term(packed)
      GenServer.cast(desk, {:cancel, 7, :lost})
      nil = GenServer.call(desk, {:find, 7})
      GenServer.cast(desk, {:configure, [open: true, limit: 1]})
      {:error, :full} = GenServer.call(desk, {:place, order})
      GenServer.cast(desk, {:configure, [:open]})
      {:ok, 7} = GenServer.call(desk, {:place, order})
      :ok
    end

    # What is no message: the reason, and that the server goes on.
    def wrong(desk, message) do
      {:error, {:bad_request, why}} = GenServer.call(desk, message)
      nil = GenServer.call(desk, {:find, 99})
      why
    end

    # Looks at what it gets as Elixir does, and gives it back.
    def mirror() do
      receive do
        {:"${'$'}gen_call", {pid, tag}, {:echo, %Order{} = order}} ->
          true = Enum.all?(order.lines, &is_struct(&1, Line))
          send(pid, {tag, struct!(Order, Map.from_struct(order))})
        {:"${'$'}gen_call", {pid, tag}, {:message, {:configure, options} = message}} ->
          true = Keyword.keyword?(options)
          send(pid, {tag, message})
        {:"${'$'}gen_call", {pid, tag}, {:message, message}} ->
          send(pid, {tag, message})
      end

      mirror()
    end
  end
  """

/** An Elixir program that knows nothing of Weft, and desks of records and of data classes. */
@EnabledIf(ErlangInstalled::class)
class TypedPayloadInteropSpec :
  FunSpec({
    lateinit var weft: Node
    lateinit var elixir: ErlangNode

    val enabled = ErlangNode.isInstalled && elixirModules != null

    beforeSpec {
      if (enabled) {
        weft = Node.start(NodeOptions.builder(WEFT).cookie(COOKIE).epmdPort(0).build())
        weft.start(OrderDesk.blueprint().named("java"))
        weft.start(kotlinDesk().named("kotlin"))
        elixir =
          ErlangNode.start(
            ELIXIR,
            COOKIE,
            (weft.network() as DistNetwork).epmdPort,
            arguments = listOf("-pa", checkNotNull(elixirModules)),
          )
        val source = Base64.getEncoder().encodeToString(SHOP.encodeToByteArray())
        elixir.eval(
          "{ok, _} = application:ensure_all_started(elixir), ok = io:setopts(standard_io, [{binary, false}]), _ = 'Elixir.Code':compile_string(base64:decode(\"$source\")), register(mirror, spawn(fun 'Elixir.Shop':mirror/0)), ok"
        ) shouldBe Atom.OK
      }
    }

    afterSpec {
      if (enabled) {
        elixir.close()
        weft.close()
      }
    }

    for (desk in listOf("java", "kotlin")) {
      test("structs, keyword lists and packed terms of Elixir are the objects of a $desk desk")
        .config(enabled = enabled) {
          elixir.eval("'Elixir.Shop':run({$desk, '$WEFT'})") shouldBe Atom.OK
        }

      test("what does not fit a $desk desk is refused with its place").config(enabled = enabled) {
        fun why(message: String) =
          elixir.eval("'Elixir.Shop':wrong({$desk, '$WEFT'}, $message)").toString()
        why("{find, seven}") shouldContain "$.id: expected an integer, found seven"
        why(
          "{place, #{'__struct__' => 'Elixir.Shop.Order', id => 1, customer => <<\"x\">>, note => nil, " +
            "lines => [#{'__struct__' => 'Elixir.Shop.Line', sku => <<>>, pieces => 1, price => foo}]}}"
        ) shouldContain "$.order.lines[0].price: expected a float, found foo"
        why("{place, #{id => 1}}") shouldContain "$.order: expected a struct of 'Elixir.Shop.Order'"
      }
    }

    test("random records go to Elixir and come back the same").config(enabled = enabled) {
      val mirror: Address<Mirror> = weft.address("mirror", ELIXIR, OrderDesk.mirror())
      val random = Random(1)
      repeat(300) {
        val order = javaOrder(random)
        Weft.call(mirror, Mirror.Echo(order), LONG) shouldBe order
        val message = javaMessage(random)
        Weft.call(mirror, Mirror.Message(message), LONG) shouldBe message
      }
    }

    test("random data classes go to Elixir and come back the same").config(enabled = enabled) {
      val mirror: Address<KotlinMirror> = weft.address("mirror", ELIXIR, kotlinMirror())
      val random = Random(2)
      repeat(300) {
        val order = kotlinOrder(random)
        Weft.call(mirror, KotlinMirror.Echo(order), LONG) shouldBe order
        val message = kotlinMessage(random)
        Weft.call(mirror, KotlinMirror.Message(message), LONG) shouldBe message
      }
    }

    test("records and data classes of the same names are the same terms") {
      val random = Random(3)
      repeat(300) {
        val order = javaOrder(random)
        val lines = order.lines.map { KotlinLine(it.sku, it.pieces, it.price) }
        val same = KotlinOrder(order.id, order.customer, lines, order.note)
        kotlinMirror().encode(KotlinMirror.Echo(same)) shouldBe
          OrderDesk.mirror().encode(Mirror.Echo(order))
      }
    }

    test("the example of the README is this one") {
      var root = Path.of("").toAbsolutePath()
      while (!Files.exists(root.resolve("README.md"))) root = root.parent
      val source =
        Files.readString(
          root.resolve("examples/src/main/java/io/weft/examples/orders/OrderDesk.java")
        )
      val example = source.substringAfter("// README: begin\n").substringBefore("  // README: end")
      Files.readString(root.resolve("README.md")) shouldContain example.trimIndent().trim()
    }
  })

private fun text(random: Random): String =
  String(CharArray(random.nextInt(8)) { "abc äöü€☺0\n".random(random) })

private fun javaOrder(random: Random) =
  OrderDesk.Order(
    random.nextLong(),
    text(random),
    List(random.nextInt(4)) {
      OrderDesk.Line(text(random), random.nextInt(), random.nextDouble(-1e300, 1e300))
    },
    text(random).ifEmpty { null },
  )

private fun javaMessage(random: Random): Desk =
  when (random.nextInt(4)) {
    0 -> Desk.Place(javaOrder(random))
    1 -> Desk.Cancel(random.nextLong(), text(random))
    2 -> {
      val limit =
        if (random.nextBoolean()) OptionalInt.of(random.nextInt()) else OptionalInt.empty()
      Desk.Configure(limit, random.nextBoolean())
    }
    else -> Desk.Report()
  }

private fun kotlinOrder(random: Random): KotlinOrder {
  val order = javaOrder(random)
  val lines = order.lines.map { KotlinLine(it.sku, it.pieces, it.price) }
  return KotlinOrder(order.id, order.customer, lines, order.note)
}

private fun kotlinMessage(random: Random): KotlinDesk =
  when (random.nextInt(4)) {
    0 -> KotlinDesk.Place(kotlinOrder(random))
    1 -> KotlinDesk.Cancel(random.nextLong(), text(random))
    2 -> KotlinDesk.Configure(random.nextInt().takeIf { it % 2 == 0 }, random.nextBoolean())
    else -> KotlinDesk.Report
  }
