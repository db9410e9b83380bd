package io.weft.observe

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetworkProvider
import io.weft.dist.DistOptions
import io.weft.kotlin.awaitStart
import io.weft.kotlin.codecOf
import io.weft.node.Address
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Observer
import io.weft.node.Weft
import java.time.Duration

private val SECONDS = Duration.ofSeconds(10)

/** Two nodes with a real connection. */
internal class TwoNodes(vararg observers: Observer) : AutoCloseable {
  val far: Node = start("far@127.0.0.1", observers) {}
  val near: Node =
    start("near@127.0.0.1", observers) { route("far@127.0.0.1", "127.0.0.1", portOf(far)) }

  private fun start(
    name: String,
    observers: Array<out Observer>,
    configure: DistOptions.Builder.() -> Unit,
  ): Node {
    val options = NodeOptions.builder(name).cookie("observed").hidden(true)
    observers.forEach(options::observer)
    val dist = DistOptions.builder().epmd(false).apply(configure).build()
    return Node.start(options.networkProvider(DistNetworkProvider(dist)).build())
  }

  fun far(name: String): Address<Shop> = near.address(name, "far@127.0.0.1", codecOf<Shop>())

  override fun close() {
    near.close()
    far.close()
  }

  private companion object {
    fun portOf(node: Node) = checkNotNull(node.network()).port()
  }
}

class TracingNetworkSpec :
  FunSpec({
    test(
      "a trace goes on in the processes of another node, under the names of what they were sent"
    ) {
      val spans = Spans()
      TwoNodes(Tracing(spans.telemetry)).use { nodes ->
        nodes.far.awaitStart(prices())
        val till = nodes.near.awaitStart(till(nodes.far("prices")))
        Weft.call(till, Shop.Sell("tea"), SECONDS) shouldBe 250L
        spans.awaitNames(
          "call Shop.Sell" to null,
          "handle Shop.Sell" to "call Shop.Sell",
          "call Shop.PriceOf" to "handle Shop.Sell",
          "handle Shop.PriceOf" to "call Shop.PriceOf",
          "cast Shop.Restock" to "handle Shop.Sell",
          "handle Shop.Restock" to "cast Shop.Restock",
        )
        spans.all().map { it.traceId }.toSet().size shouldBe 1
      }
    }
  })
