package io.weft.examples

import com.tngtech.archunit.base.DescribedPredicate
import com.tngtech.archunit.base.DescribedPredicate.describe
import com.tngtech.archunit.core.domain.JavaAccess
import com.tngtech.archunit.core.domain.JavaClass
import com.tngtech.archunit.core.importer.ClassFileImporter
import com.tngtech.archunit.core.importer.ImportOption
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses
import com.tngtech.archunit.library.Architectures.layeredArchitecture
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices
import io.kotest.core.spec.style.FunSpec

/**
 * The rules across modules. They stand here because only the examples see all modules; the arrows
 * inside the core are checked there.
 */
class ArchitectureSpec :
  FunSpec({
    val weft =
      ClassFileImporter()
        .withImportOption(ImportOption.DoNotIncludeTests())
        .withImportOption { !it.contains("-tests.jar") }
        .importPackages("io.weft")

    test("a module knows only those it stands on") {
      layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("core")
        .definedBy(*CORE)
        .layer("dist")
        .definedBy("io.weft.dist..")
        .layer("discovery")
        .definedBy("io.weft.discovery..")
        .layer("dsl-kotlin")
        .definedBy("io.weft.kotlin..")
        .layer("examples")
        .definedBy("io.weft.examples..")
        .whereLayer("core")
        .mayNotAccessAnyLayer()
        .whereLayer("dist")
        .mayOnlyAccessLayers("core")
        .whereLayer("discovery")
        .mayOnlyAccessLayers("dist", "core")
        .whereLayer("dsl-kotlin")
        .mayOnlyAccessLayers("core")
        .check(weft)
    }

    test("no packages depend on each other") {
      slices().matching("io.weft.(**)").should().beFreeOfCycles().check(weft)
    }

    test("time, chance, threads and sockets come through the seams only") {
      val outsideTheSeams = noClasses().that().resideOutsideOfPackages(*SEAMS, *PROGRAMS)
      outsideTheSeams.should().dependOnClassesThat(OF_THE_MACHINE).check(weft)
      outsideTheSeams.should().accessTargetWhere(TOUCHES_THE_MACHINE).check(weft)
    }
  })

private val CORE =
  arrayOf("term", "etf", "wire", "runtime", "node", "gen").map { "io.weft.$it.." }.toTypedArray()

/** The seams, and those that the test kit puts in their places. */
private val SEAMS = arrayOf("io.weft.runtime..", "io.weft.dist.transport..", "io.weft.testkit..")

/** Programs own their process; they may do as they like. So may who watches over tests. */
private val PROGRAMS = arrayOf("io.weft.examples..", "io.weft.bench..", "io.weft.hang..")

private val MACHINE_CLASSES =
  setOf(
    "java.time.Clock",
    "java.util.Random",
    "java.util.SplittableRandom",
    "java.security.SecureRandom",
    "java.util.concurrent.ThreadLocalRandom",
    "java.util.concurrent.Executors",
    "java.util.concurrent.ForkJoinPool",
    "java.util.concurrent.ScheduledThreadPoolExecutor",
    "java.util.concurrent.ThreadPoolExecutor",
    "java.util.Timer",
    "kotlin.concurrent.ThreadsKt",
    "kotlin.time.TimeSource\$Monotonic",
    "kotlinx.coroutines.Dispatchers",
    "kotlinx.coroutines.GlobalScope",
  )

private val MACHINE_PACKAGES = listOf("java.nio.channels", "io.ktor", "kotlin.random")

/** Files, and channels that somebody else has opened. */
private val NO_SOCKETS =
  listOf("FileChannel", "ReadableByteChannel", "WritableByteChannel").map {
    "java.nio.channels.$it"
  }

private val OF_THE_MACHINE: DescribedPredicate<JavaClass> =
  describe("are of the machine") { type: JavaClass ->
    type.name in MACHINE_CLASSES ||
      type.name !in NO_SOCKETS &&
        MACHINE_PACKAGES.any { type.packageName == it || type.packageName.startsWith("$it.") } ||
      type.packageName == "java.net" && type.simpleName.endsWith("Socket")
  }

private val MACHINE_MEMBERS =
  mapOf(
    "java.lang.System" to setOf("nanoTime", "currentTimeMillis"),
    "java.lang.Math" to setOf("random"),
    "java.time.Instant" to setOf("now"),
    "java.lang.Thread" to
      setOf("<init>", "sleep", "start", "ofVirtual", "ofPlatform", "startVirtualThread"),
    "java.util.concurrent.CompletableFuture" to
      setOf("orTimeout", "completeOnTimeout", "delayedExecutor"),
    "kotlinx.coroutines.DelayKt" to setOf("delay"),
  )

/** Kotlin appends a hash to names of functions that take value classes: delay-VtjQ1oo. */
private val TOUCHES_THE_MACHINE: DescribedPredicate<JavaAccess<*>> =
  describe("touches the machine") { access: JavaAccess<*> ->
    access.name.substringBefore('-') in MACHINE_MEMBERS[access.targetOwner.name].orEmpty()
  }
