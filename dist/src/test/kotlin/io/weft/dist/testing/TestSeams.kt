package io.weft.dist.testing

import io.weft.runtime.Seams
import io.weft.runtime.Strands

/** Real seams for the time of [use]. */
suspend fun <R> withSeams(use: suspend (Seams) -> R): R = Seams.system().use { use(it) }

/** These seams, with time in the hands of the test. */
fun Seams.at(time: ManualTime): Seams = Seams(scheduler(), Strands.virtual(), time, time, entropy())
