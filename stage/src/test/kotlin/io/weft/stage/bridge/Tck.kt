package io.weft.stage.bridge

import io.kotest.core.spec.style.FunSpec
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import org.reactivestreams.tck.TestEnvironment
import org.testng.SkipException
import org.testng.annotations.BeforeMethod
import org.testng.annotations.Test

/** Times of the Reactive Streams TCK, and what of it cannot hold for whom. */
internal object Tck {
  /** How long a publisher may take to forget who has cancelled. */
  const val GC_MILLIS = 500L

  private const val SILENCE_MILLIS = 30L

  /** A loaded machine is not that slow, and what passes does not wait for it. */
  private const val PATIENCE_MILLIS = 20_000L

  /** What cannot hold waits in vain. */
  private const val IMPATIENCE_MILLIS = 200L

  private const val MULTICAST =
    "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhen"

  /** Optional rules that a stage breaks whose subscribers get an event each. */
  val ONE_EACH: Map<String, String> =
    listOf("OneByOne", "ManyUpfront", "ManyUpfrontAndCompleteAsExpected").associate {
      "${MULTICAST}Requesting$it" to "an event is for one subscriber"
    }

  /** Optional rules that a stage breaks whose subscribers get all events. */
  val TO_ALL: Map<String, String> =
    mapOf(
      "${MULTICAST}RequestingOneByOne" to "one subscriber gets no event before all want one",
      "optional_spec111_registeredSubscribersMustReceiveOnNextOrOnCompleteSignals" to
        "one subscriber gets no event before all want one",
    )

  fun patient(): TestEnvironment = environment(PATIENCE_MILLIS)

  fun impatient(): TestEnvironment = environment(IMPATIENCE_MILLIS)

  private fun environment(timeout: Long) = TestEnvironment(timeout, SILENCE_MILLIS, SILENCE_MILLIS)
}

/**
 * Each test of a verification of the TCK as a test of its own; those that the TCK only names are
 * left out. Of the others [unverified] are skipped by the TCK, and must be; all else must pass.
 */
internal fun FunSpec.verification(
  name: String,
  unverified: Map<String, String>,
  make: (TestEnvironment) -> Any,
) {
  context(name) {
    for (method in testsOf(make(Tck.patient())::class.java)) {
      val why = unverified[method.name]
      if (why == null) {
        test(method.name) {
          val skipped = run(make(Tck.patient()), method)
          if (skipped != null) throw AssertionError("was skipped: ${skipped.message}", skipped)
        }
      } else {
        test("${method.name} is not verified: $why") {
          checkNotNull(run(make(Tck.impatient()), method)) { "was verified" }
        }
      }
    }
  }
}

private fun testsOf(type: Class<*>): List<Method> =
  type.methods
    .filter { it.isAnnotationPresent(Test::class.java) && !it.name.startsWith("untested_") }
    .sortedBy { it.name }

/** Returns why the test does not apply, or null if it passed. */
private fun run(verification: Any, test: Method): SkipException? =
  try {
    verification.javaClass.methods
      .filter { it.isAnnotationPresent(BeforeMethod::class.java) }
      .forEach { it.invoke(verification) }
    test.invoke(verification)
    null
  } catch (failed: InvocationTargetException) {
    failed.cause as? SkipException ?: throw checkNotNull(failed.cause)
  }
