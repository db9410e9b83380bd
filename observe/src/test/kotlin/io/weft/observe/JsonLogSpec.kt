package io.weft.observe

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.awaitStart
import io.weft.node.Node
import io.weft.node.NodeOptions
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import kotlin.time.Duration.Companion.seconds
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

class JsonLogSpec :
  FunSpec({
    test("a crash report is one JSON object on a line, with the process, its node and the reason") {
      val out = ByteArrayOutputStream()
      val console = System.out
      System.setOut(PrintStream(out, true))
      try {
        LogFormat.JSON.apply()
        Node.start(NodeOptions.builder(NodeOptions.local().name()).observer(LogContext()).build())
          .use { node ->
            val prices = node.awaitStart(prices())
            val pid = prices.pid().toString()
            prices.tell(Shop.Burn)
            lateinit var report: JsonObject
            eventually(10.seconds) {
              report =
                out
                  .toString()
                  .lines()
                  .filter { "crashed" in it }
                  .map { Json.parseToJsonElement(it).jsonObject }
                  .single()
            }
            fun field(key: String) = report.getValue(key).jsonPrimitive.content
            field("level") shouldBe "ERROR"
            field("logger") shouldBe "io.weft.process"
            field("pid") shouldBe pid
            field("name") shouldBe "prices"
            field("node") shouldBe "nonode@nohost"
            field("reason") shouldContain "on fire"
            field("message") shouldContain "process prices"
            field("exception") shouldContain "IllegalStateException"
          }
      } finally {
        System.setOut(console)
        LogFormat.TEXT.apply()
      }
    }
  })
