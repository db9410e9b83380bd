package io.weft.stage.conformance

import java.util.random.RandomGenerator

/** Random numbers that follow from a seed: SplitMix64. */
internal class Dice(private var seed: Long) : RandomGenerator {
  override fun nextLong(): Long {
    seed += -0x61c8864680b583ebL
    var mixed = seed
    mixed = (mixed xor (mixed ushr 30)) * -0x40a7b892e31b1a47L
    mixed = (mixed xor (mixed ushr 27)) * -0x6b2fb644ecceee15L
    return mixed xor (mixed ushr 31)
  }
}
