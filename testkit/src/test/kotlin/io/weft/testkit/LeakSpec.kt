package io.weft.testkit

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.weft.kotlin.actor
import io.weft.kotlin.awaitStart
import io.weft.kotlin.cast
import io.weft.kotlin.global
import io.weft.kotlin.group
import io.weft.kotlin.server
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Target
import io.weft.term.Atom
import io.weft.term.Pid
import java.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

private fun leaksOf(block: suspend WeftTestScope.() -> Unit): String =
  shouldThrow<AssertionError> { weftTest(block) }.message.orEmpty()

private fun nameOf(node: Node, pid: Pid): Atom? =
  node.registered().firstOrNull { node.whereis(it) == pid }

class LeakSpec :
  FunSpec({
    val helper = server<Unit>("helper") { handleCast(Unit::class) {} }

    test("what the test itself started is ended, and is no leak") {
      weftTest {
        start(counter())
        node("other@weft").awaitStart(bell(probe<Stroke>("ear")))
        start(actor<Unit>("straight") { receive() })
      }
    }

    test("a process that nobody ends is named, with who started it and what it is tied to") {
      val message = leaksOf {
        val kept = start(counter())
        start(
          server<Unit>("careless") {
            handleCast(Unit::class) {}
            val left =
              self.spawn(
                server<Unit>("helper") {
                    handleCast(Unit::class) {}
                    self.monitor(Target.ByPid(kept.pid()!!))
                  }
                  .named("the_helper")
              )
            left.tell(Unit)
          }
        )
        settle()
      }
      message shouldContain "the test leaves behind:\n    the process helper <"
      message shouldContain "registered as the_helper, started by careless <"
      message shouldContain "link it with who needs it (spawnLink), supervise it"
      message shouldContain "allowLeak(\"helper\")"
      message shouldContain "seed 0"
    }

    test("who watches the same process again and again is named") {
      val message = leaksOf {
        val watched = start(counter())
        val watcher =
          start(
            server<String>("forgetful") {
              handleCast(String::class) { self.monitor(Target.ByPid(watched.pid()!!)) }
            }
          )
        repeat(3) { watcher.tell("$it") }
      }
      message shouldContain "3 monitors of <test@weft."
      message shouldContain "by the process forgetful <test@weft."
      message shouldContain "self.demonitor(reference, true)"
    }

    test("a name that stays is named, with who holds it") {
      val message = leaksOf {
        val process = node.processIds().first { pid -> nameOf(node, pid) == null }
        node.register(Atom.of("mine"), process)
      }
      message shouldContain "the name mine of test@weft, held by <test@weft."
      message shouldContain "unregister it: node.unregister(name)"
    }

    test("what is allowed may stay") {
      weftTest {
        allowLeak("helper")
        start(
          server<Unit>("careless") {
            handleCast(Unit::class) {}
            self.spawn(helper.named("helper"))
          }
        )
      }
    }

    test("a service that a node started when somebody needed it is part of the node") {
      weftTest {
        node("a@test") // hidden: neither pg nor global run yet
        val member =
          start(
            server<Unit>("member") {
              handleCast(Unit::class) {}
              val groups = self.node().group<Unit>("members")
              groups.join(self.address())
              self.node().global.names.size shouldBe 0
            }
          )
        node.group("other scope", "others", Unit::class).members().size shouldBe 0
        node.group<Unit>("members").members() shouldHaveSize 1
        kill(member)
        settle()
        node.group<Unit>("members").members() shouldHaveSize 0
      }
    }

    test("a process that does not let itself be ended is named") {
      val message = leaksOf {
        start(
          actor<Unit>("stubborn") {
            trapExits {}
            while (true) receive()
          }
        )
      }
      message shouldContain "the process stubborn <"
      message shouldContain "did not end within 1m of the exit signal `shutdown`"
    }

    test("a timer set outside of processes is named with where it was set") {
      leaksOf {
        node.seams().timers().after(Duration.ofHours(1)) {}
      } shouldContain "a timer due at 1h, set outside of processes by io.weft.testkit.LeakSpec"
    }

    test("a timer of a process that has ended is forgotten") {
      weftTest { kill(start(bell(probe<Stroke>("ear")))) }
    }

    test("a coroutine of the test that goes on is named") {
      val message = leaksOf {
        launch(CoroutineName("pump")) { awaitCancellation() }
        launch { delay(1.hours) }
      }
      message shouldContain "a coroutine of the test called \"pump\""
      message shouldContain "join or cancel it before the block ends"
    }

    test("coroutines that an actor ends without are named") {
      val message = leaksOf {
        val stuck =
          start(
            server<String>("stuck") {
              cast { _: String ->
                launch { withContext(NonCancellable) { CompletableDeferred<Unit>().await() } }
              }
            }
          )
        stuck.tell("go")
        settle()
      }
      message shouldContain "coroutines of stuck <test@weft."
      message shouldContain "which has ended without them"
      message shouldContain "allowLeak(\"stuck\")"
    }

    test("coroutines of a killed actor that are cancelled are no leak") {
      weftTest {
        val pump =
          start(server<String>("pump") { cast { _: String -> launch { awaitCancellation() } } })
        pump.tell("go")
        settle()
        kill(pump)
      }
    }

    test("a failing start that nobody tried is named") {
      leaksOf { failStarts("conter", 2, ExitReason.of(Atom.of("x"))) } shouldContain
        "2 of the failing starts of \"conter\": nobody started it so often"
    }

    test("a failure of the test itself comes first") {
      leaksOf {
        launch { awaitCancellation() }
        throw AssertionError("mine")
      } shouldNotContain "leaves behind"
    }
  })
