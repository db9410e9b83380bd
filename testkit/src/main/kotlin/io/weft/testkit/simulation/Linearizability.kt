package io.weft.testkit.simulation

import io.weft.testkit.history.History
import io.weft.testkit.history.LinearizabilityChecker
import io.weft.testkit.history.SequentialModel
import io.weft.testkit.history.Verdict

/** Fails with a report if [history] is not linearizable by [model]. */
internal fun <S : Any, O : Any, R> requireLinearizable(
  history: History<O, R>,
  model: SequentialModel<S, O, R>,
) {
  when (val verdict = LinearizabilityChecker(model).check(history.operations)) {
    is Verdict.Linearizable -> {}
    is Verdict.NotLinearizable -> throw AssertionError(verdict.report(history.name, model))
    is Verdict.Undecided ->
      throw AssertionError(
        "whether ${history.name} is linearizable is not known: ${verdict.configurations} " +
          "configurations of key ${verdict.key} were not enough; let the model have keys, or the " +
          "history fewer operations of unknown end"
      )
  }
}
