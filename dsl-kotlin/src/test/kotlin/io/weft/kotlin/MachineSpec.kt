package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.gen.StateEvent
import io.weft.gen.Timeout
import io.weft.kotlin.testing.ManualTime
import io.weft.kotlin.testing.endOf
import io.weft.kotlin.testing.pid
import io.weft.kotlin.testing.withNode
import io.weft.node.CallException
import io.weft.node.ExitReason
import io.weft.node.Request
import io.weft.node.StartException
import io.weft.term.Atom
import io.weft.term.Terms
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.yield
import kotlinx.serialization.Serializable

private enum class State {
  LOCKED,
  OPEN,
}

@Serializable
private sealed interface Door {
  @Serializable data class Code(val digits: String) : Door, Request<Boolean>

  @Serializable data object Push : Door

  @Serializable data object Where : Door, Request<String>
}

private fun door(pushed: MutableCollection<String>) =
  stateMachine<State, Door>("door") {
    start(State.LOCKED)
    state(State.LOCKED) {
      callDeferred { code: Door.Code, reply ->
        if (code.digits == "1234") goTo(State.OPEN).reply(reply, true)
        else keep().reply(reply, false)
      }
      postpone<Door.Push>()
    }
    state(State.OPEN) {
      enter { keep().stateTimeout(10.seconds) }
      onStateTimeout { goTo(State.LOCKED) }
      call { _: Door.Code -> true }
      cast { _: Door.Push ->
        pushed += "pushed"
        keep()
      }
    }
    anyState { call { _: Door.Where -> state.name } }
  }

/** A door that the night guard handles in another way, until somebody has the code. */
private fun guarded(seen: MutableCollection<String>) =
  stateMachine<State, Door>("guarded door") {
    val deaf =
      eventModule("deaf") {
        onEvent { state, event ->
          seen += "deaf in $state"
          if (event is StateEvent.Call) goTo(State.OPEN).postpone().popModule() else keep()
        }
      }
    val night =
      module("night") {
        onEnter { from ->
          seen += "night after $from"
          keep()
        }
        state(State.LOCKED) {
          callDeferred { code: Door.Code, reply ->
            if (code.digits == "night") goTo(State.OPEN).reply(reply, true).popModule()
            else keep().reply(reply, false)
          }
          cast { _: Door.Push -> keep().changeModule(deaf) }
          call { _: Door.Where -> "guarded" }
        }
      }
    start(State.OPEN)
    state(State.OPEN) { cast { _: Door.Push -> goTo(State.LOCKED).pushModule(night) } }
    anyState {
      call { _: Door.Code -> true }
      cast { _: Door.Push -> keep() }
      call { _: Door.Where -> state.name }
    }
  }

private sealed interface Light {
  data object Off : Light

  data class On(val watts: Int) : Light
}

private sealed interface Switch {
  data class Press(val watts: Int) : Switch

  data class Wait(val gate: CompletableDeferred<Unit>) : Switch, Request<Int>

  data object Watts : Switch, Request<Int>
}

class MachineSpec :
  FunSpec({
    test("a machine changes between callback modules, of both forms") {
      withNode { node ->
        val seen = ConcurrentLinkedQueue<String>()
        val door = node.awaitStart(guarded(seen))
        door.tell(Door.Push)
        door.call(Door.Where) shouldBe "guarded"
        door.call(Door.Code("1234")) shouldBe false
        door.call(Door.Code("night")) shouldBe true
        door.call(Door.Where) shouldBe "OPEN"
        seen.toList() shouldContainExactly listOf("night after OPEN")
        door.tell(Door.Push)
        door.tell(Door.Push)
        door.call(Door.Where) shouldBe "OPEN" // the deaf one puts it off, and is left
        seen.last() shouldBe "deaf in LOCKED"
      }
    }

    test("a module must be complete in the states it has tables for") {
      withNode { node ->
        val half =
          stateMachine<State, Door>("half") {
            module("half") { state(State.OPEN) { ignore<Door.Push>() } }
            start(State.OPEN)
            anyState {
              ignore<Door.Push>()
              ignore<Door.Code>()
              ignore<Door.Where>()
            }
          }
        shouldThrow<StartException> { node.awaitStart(half) }.message shouldContain
          "no handler for Code in OPEN"
      }
    }

    test("a machine changes its state, postpones, and times out in the time of the node") {
      val time = ManualTime()
      time.seams().use { seams ->
        withNode(localNode(seams)) { node ->
          val pushed = ConcurrentLinkedQueue<String>()
          val door = node.awaitStart(door(pushed))
          door.tell(Door.Push)
          door.call(Door.Code("0000"), Duration.INFINITE) shouldBe false
          door.call(Door.Where, Duration.INFINITE) shouldBe "LOCKED"
          pushed.size shouldBe 0
          door.call(Door.Code("1234"), Duration.INFINITE) shouldBe true
          door.call(Door.Where, Duration.INFINITE) shouldBe "OPEN"
          pushed.size shouldBe 1
          time.advance(10.seconds.toJavaDuration())
          door.call(Door.Where, Duration.INFINITE) shouldBe "LOCKED"
        }
      }
    }

    test("foreign nodes speak to a machine of a serializable protocol") {
      withNode { node ->
        val door = node.address(node.awaitStart(door(ConcurrentLinkedQueue())).pid)
        val code = Terms.tuple(Atom.of("code"), Terms.binary("1234"))
        door.callTerm(code, 20.seconds) shouldBe Atom.of("true")
      }
    }

    test("a message without a handler in some state fails the start and is named") {
      withNode { node ->
        val incomplete =
          stateMachine<State, Door>("incomplete") {
            start(State.LOCKED)
            state(State.LOCKED) { cast { _: Door.Push -> keep() } }
            anyState {
              ignore<Door.Code>()
              call { _: Door.Where -> "here" }
            }
          }
        shouldThrow<StartException> { node.awaitStart(incomplete) }.message shouldContain
          "no handler for Push in OPEN"
      }
    }

    test(
      "handlers of a sealed state's table see the state, and may suspend: events wait, in order"
    ) {
      withNode { node ->
        val story = ConcurrentLinkedQueue<String>()
        val light =
          stateMachine<Light, Switch>("light") {
            start(Light.Off)
            state(Light.Off) {
              cast { m: Switch.Press ->
                story += "on ${m.watts}"
                yield()
                goTo(Light.On(m.watts))
              }
              call { _: Switch.Watts -> 0 }
              callDeferred { m: Switch.Wait, reply ->
                story += "waiting"
                m.gate.await()
                goTo(Light.On(1)).reply(reply, 1)
              }
            }
            states(Light.On::class) {
              enter {
                yield()
                story += "lit ${state.watts}"
                keep()
              }
              cast { m: Switch.Press ->
                story += "brighter ${m.watts}"
                goTo(Light.On(state.watts + m.watts))
              }
              call { _: Switch.Watts -> state.watts }
              call { m: Switch.Wait ->
                m.gate.await()
                state.watts
              }
            }
          }
        val address = node.awaitStart(light)
        val gate = CompletableDeferred<Unit>()
        val waiting = async { address.call(Switch.Wait(gate), 20.seconds) }
        while (story.isEmpty()) yield()
        address.tell(Switch.Press(5))
        val watts = async { address.call(Switch.Watts, 20.seconds) }
        repeat(100) { yield() }
        watts.isCompleted shouldBe false
        gate.complete(Unit)
        waiting.await() shouldBe 1
        watts.await() shouldBe 6
        story.toList() shouldContainExactly listOf("waiting", "lit 1", "brighter 5", "lit 6")
      }
    }

    test("a timeout that elapses while a handler is suspended waits for it") {
      val time = ManualTime()
      val heartbeat: Timeout<Void> = Timeout.named("heartbeat")
      time.seams().use { seams ->
        withNode(localNode(seams)) { node ->
          val story = ConcurrentLinkedQueue<String>()
          val machine =
            stateMachine<State, Switch>("machine") {
              start(State.LOCKED).timeout(heartbeat, 1.minutes)
              anyState {
                onTimeout(heartbeat) {
                  story += "beat"
                  keep()
                }
                call { m: Switch.Wait ->
                  story += "waiting"
                  m.gate.await()
                  story += "done"
                  1
                }
                call { _: Switch.Watts -> 0 }
                ignore<Switch.Press>()
              }
            }
          val address = node.awaitStart(machine)
          val gate = CompletableDeferred<Unit>()
          val waiting = async { address.call(Switch.Wait(gate), Duration.INFINITE) }
          while (story.isEmpty()) yield()
          time.advance(2.minutes.toJavaDuration())
          repeat(100) { yield() }
          gate.complete(Unit)
          waiting.await()
          address.call(Switch.Watts, Duration.INFINITE)
          story.toList() shouldContainExactly listOf("waiting", "done", "beat")
        }
      }
    }

    test(
      "a failing handler ends the machine, also after it was suspended, and its caller is told"
    ) {
      withNode { node ->
        val machine =
          stateMachine<State, Switch>("machine") {
            start(State.LOCKED)
            anyState {
              callDeferred { _: Switch.Watts, _ ->
                yield()
                error("blown")
              }
              call { _: Switch.Wait -> 1 }
              ignore<Switch.Press>()
            }
          }
        val address = node.awaitStart(machine)
        val end = node.endOf(address)
        shouldThrow<CallException> { address.call(Switch.Watts) }.message shouldContain "blown"
        end.await().toString() shouldContain "blown"
      }
    }

    test("an exit cancels a suspended handler, and stopping replies first") {
      withNode { node ->
        val told = CompletableDeferred<Throwable?>()
        val started = CompletableDeferred<Unit>()
        val machine =
          stateMachine<State, Switch>("machine") {
            start(State.LOCKED)
            anyState {
              callDeferred { _: Switch.Watts, reply ->
                yield()
                stopping(ExitReason.SHUTDOWN).reply(reply, 7)
              }
              call { m: Switch.Wait ->
                started.complete(Unit)
                try {
                  m.gate.await()
                } catch (cancelled: kotlinx.coroutines.CancellationException) {
                  told.complete(cancelled)
                  throw cancelled
                }
                1
              }
              ignore<Switch.Press>()
            }
          }
        val stopped = node.awaitStart(machine)
        stopped.call(Switch.Watts) shouldBe 7
        val address = node.awaitStart(machine)
        val end = node.endOf(address)
        val asked = async { runCatching { address.call(Switch.Wait(CompletableDeferred())) } }
        started.await()
        node.exit(address.pid, ExitReason.SHUTDOWN)
        end.await() shouldBe ExitReason.SHUTDOWN
        told.await()
        asked.await().isFailure shouldBe true
      }
    }

    test("internal events, event timeouts and ends of others are handled in their tables") {
      withNode { node ->
        val story = ConcurrentLinkedQueue<String>()
        val over = CompletableDeferred<Unit>()
        val other = node.spawn(actor<Unit>("other") { receive() })
        val machine =
          stateMachine<State, Switch>("machine") {
            start(State.LOCKED)
            self.monitor(checkNotNull(other.target()))
            trapExits { Switch.Press(-1) }
            link(other)
            anyState {
              cast { m: Switch.Press ->
                story += "press ${m.watts}"
                if (m.watts < 0) {
                  over.complete(Unit)
                  keep()
                } else keep().internal("spark").eventTimeout(Duration.ZERO)
              }
              internal { e: String ->
                story += e
                keep().eventTimeout(Duration.ZERO)
              }
              onEventTimeout {
                story += "idle"
                keep()
              }
              onDown {
                story += "down"
                keep()
              }
              call { _: Switch.Watts -> 0 }
              call { _: Switch.Wait -> 0 }
            }
          }
        val address = node.awaitStart(machine)
        address.tell(Switch.Press(1))
        while ("idle" !in story) yield()
        node.exit(other.pid, ExitReason.SHUTDOWN)
        over.await()
        while (story.size < 5) yield()
        story.take(3) shouldContainExactly listOf("press 1", "spark", "idle")
        story.drop(3).sorted() shouldContainExactly listOf("down", "press -1")
      }
    }

    test("one function handles all events in all states, and may suspend") {
      withNode { node ->
        val counter =
          eventMachine<Int, Switch>("counter") {
            start(0)
            onEvent { state, event ->
              when (event) {
                is StateEvent.Cast -> {
                  yield()
                  goTo(state + (event.message() as Switch.Press).watts)
                }
                is StateEvent.Call ->
                  when (val request = event.request()) {
                    is Switch.Watts -> keep().reply(event.reply(request), state)
                    is Switch.Wait -> keep().reply(event.reply(request), -1)
                    is Switch.Press -> keep()
                  }
                else -> keep()
              }
            }
          }
        val address = node.awaitStart(counter)
        repeat(5) { address.tell(Switch.Press(2)) }
        address.call(Switch.Watts) shouldBe 10
      }
    }
  })
