package io.weft.dist.testing

import java.net.ServerSocket

/** OTP's own `epmd`, run by a test in the foreground. */
class ForeignEpmd private constructor(val port: Int, private val process: Process) : AutoCloseable {
  override fun close() {
    process.destroyForcibly().waitFor()
  }

  companion object {
    /** Whether `epmd` is there. */
    val isInstalled: Boolean by lazy {
      runCatching { ProcessBuilder("epmd", "-help").redirectErrorStream(true).start().waitFor() }
        .isSuccess
    }

    /** Starts it at a port that is free, and waits until it serves. */
    fun start(port: Int = freePort()): ForeignEpmd {
      val process =
        ProcessBuilder(
            "epmd",
            "-d",
            "-d",
            "-address",
            "127.0.0.1",
            "-relaxed_command_check",
            "-port",
            port.toString(),
          )
          .redirectErrorStream(true)
          .start()
      val output = process.inputReader()
      generateSequence(output::readLine).first { "entering the main select() loop" in it }
      Thread.ofVirtual().start {
        output.forEachLine { /* it stops when nobody takes its output */ }
      }
      return ForeignEpmd(port, process)
    }

    private fun freePort(): Int = ServerSocket(0).use { it.localPort }
  }
}
