package io.weft.examples.hostile

import io.weft.term.Atom
import io.weft.wire.epmd.EpmdCodec
import io.weft.wire.epmd.EpmdRequest
import io.weft.wire.handshake.Cookie
import java.io.PrintWriter
import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import kotlin.random.Random
import kotlin.system.exitProcess
import picocli.CommandLine
import picocli.CommandLine.Command
import picocli.CommandLine.Model.CommandSpec
import picocli.CommandLine.Option
import picocli.CommandLine.Spec

/**
 * Attacks a running node in all the ways that it knows, one after the other, while an honest peer
 * asks that node something all the time. Says of each what the node did, how the honest peer was
 * served meanwhile, and how much memory the node took; ends with 1 if anything was not as it should
 * be. Only for nodes of one's own.
 */
@Command(
  name = "hostile-peer",
  mixinStandardHelpOptions = true,
  description =
    [
      "Attacks a node as a peer can, with the cookie and without, while an honest peer measures.",
      "Use it on nodes of your own.",
    ],
)
internal class HostilePeer : Runnable {
  @Spec lateinit var spec: CommandSpec

  @Option(names = ["--name"], required = true, description = ["name@host of the node"])
  lateinit var name: String

  @Option(names = ["--host"], description = ["where it is; by default the host of its name"])
  var host: String? = null

  @Option(names = ["--port"], description = ["where it listens; by default EPMD is asked"])
  var port: Int = 0

  @Option(names = ["--epmd-port"], description = ["the EPMD to attack, if any"])
  var epmdPort: Int? = null

  @Option(names = ["--cookie"], description = ["without it, only a stranger's attacks are tried"])
  var cookie: String? = null

  @Option(names = ["--attack"], split = ",", description = ["only these; --list shows all"])
  var only: List<String> = emptyList()

  @Option(names = ["--scale"], description = ["how many times as much as in the short form"])
  var scale: Int = 1

  @Option(names = ["--seed"], description = ["for what is random; printed"])
  var seed: Long = System.nanoTime()

  @Option(
    names = ["--log"],
    description = ["where the node logs: its lines are counted, some shown"],
  )
  var log: Path? = null

  @Option(names = ["--list"], description = ["only tells which attacks there are"])
  var list: Boolean = false

  @Option(
    names = ["--patience"],
    description = ["what a call of the honest peer may take, in milliseconds; 5000 by default"],
  )
  var patienceMillis: Long = 5_000

  var failed: List<String> = emptyList()
    private set

  private val out: PrintWriter
    get() = spec.commandLine().out

  override fun run() {
    val all = strangers() + epmdAttacks() + traitors()
    val unknown = only - all.map { it.name }.toSet()
    if (unknown.isNotEmpty())
      throw CommandLine.ParameterException(spec.commandLine(), "no attack is called $unknown")
    if (list) return all.forEach { out.println("%-16s %s".format(it.name, it.what)) }
    val chosen = all.filter { (only.isEmpty() || it.name in only) && isPossible(it) }
    out.println("attacking $name, seed $seed")
    val victim = victim()
    HonestPeer.of(victim, cookie).use { honest ->
      failed = chosen.filterNot { runs(it, victim, honest) }.map { it.name }
    }
    out.println(
      if (failed.isEmpty()) "${chosen.size} attacks, and the node is as it should be"
      else "not as it should be: ${failed.joinToString()}"
    )
    out.flush()
  }

  private fun isPossible(attack: Attack) =
    (cookie != null || !attack.needsCookie) &&
      (epmdPort != null || !attack.name.startsWith("epmd-"))

  private fun victim(): Victim {
    val at = host ?: name.substringAfter('@')
    val known = if (port != 0) port else portByEpmd(at)
    return Victim(Atom.of(name), at, known, epmdPort, cookie?.let(Cookie::of))
  }

  private fun portByEpmd(at: String): Int {
    val epmd = epmdPort ?: EpmdCodec.DEFAULT_PORT
    return Victim(Atom.of(name), at, epmd, epmd, null).open().use { wire ->
      wire.send(EpmdCodec.encode(EpmdRequest.Lookup(name.substringBefore('@'))))
      val answer = EpmdCodec.decodePort(ByteBuffer.wrap(wire.everything()))
      checkNotNull(answer?.node()) { "EPMD at $at:$epmd does not know $name" }.port()
    }
  }

  private fun runs(attack: Attack, victim: Victim, honest: HonestPeer): Boolean {
    val before = honest.memory()
    val logged = logged()
    honest.seen()
    val begun = System.nanoTime()
    val outcome =
      try {
        attack.attempt(Field(victim, scale, Random(seed + attack.name.hashCode())))
      } catch (failure: Exception) {
        Outcome("failed: $failure", asItShould = false)
      }
    val took = (System.nanoTime() - begun) / 1_000_000
    Thread.sleep(SETTLE_MILLIS)
    val seen = honest.seen()
    val served =
      seen.calls > 0 && seen.failures <= attack.mayFail && seen.longestMillis <= patienceMillis
    val well = outcome.asItShould && served
    out.println(
      "%-4s %-16s %6d ms  %s".format(if (well) "ok" else "BAD", attack.name, took, attack.what)
    )
    out.println("     the node: ${outcome.told}")
    out.println("     the honest peer: $seen${memory(before, honest.memory())}")
    newLines(logged).let { lines ->
      if (lines.isNotEmpty())
        out.println("     logged ${lines.size} lines, such as: ${lines.last().take(200)}")
    }
    out.flush()
    return well
  }

  private fun memory(before: Long?, after: Long?): String =
    if (before == null || after == null) ""
    else "; memory of the node ${before shr 20} MB, then ${after shr 20} MB"

  private fun logged(): Int = log?.let { Files.readAllLines(it).size } ?: 0

  private fun newLines(since: Int): List<String> =
    log?.let { Files.readAllLines(it).drop(since) } ?: emptyList()

  private companion object {
    const val SETTLE_MILLIS = 200L
  }
}

public fun main(args: Array<String>) {
  val program = HostilePeer()
  val code = CommandLine(program).execute(*args)
  exitProcess(if (code == 0 && program.failed.isNotEmpty()) 1 else code)
}
