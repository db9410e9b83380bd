package io.weft.examples.limiter

import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.localNode
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import picocli.CommandLine
import picocli.CommandLine.Command
import picocli.CommandLine.Option

/** Some clients of a rate limiter, each of which wants more than it gets. */
@Command(
  name = "limiter",
  mixinStandardHelpOptions = true,
  showDefaultValues = true,
  description = ["Clients ask a rate limiter for leave; shows when each gets it."],
)
internal class Limiter : Runnable {
  @Option(names = ["--rate"], description = ["how many a second may pass for each client"])
  var rate: Int = 2

  @Option(names = ["--burst"], description = ["how many may pass at once after a quiet time"])
  var burst: Int = 3

  @Option(names = ["--clients"], description = ["how many ask"]) var clients: Int = 2

  @Option(names = ["--requests"], description = ["how often each of them asks"])
  var requests: Int = 8

  override fun run() {
    localNode().use { node ->
      runBlocking {
        val limiter = node.awaitStart(rateLimiter(Limit(1.seconds / rate, burst, requests)))
        val begin = TimeSource.Monotonic.markNow()
        repeat(clients) { client ->
          launch {
            repeat(requests) { number ->
              val leave = limiter.call(RateLimiter.Enter("client $client"), within = 60.seconds)
              println(
                "${begin.elapsedNow().inWholeMilliseconds} ms: client $client, $number: $leave"
              )
              if (leave is Leave.Refused) delay(leave.retryAfter)
            }
          }
        }
      }
    }
  }
}

public fun main(args: Array<String>) {
  exitProcess(CommandLine(Limiter()).execute(*args))
}
