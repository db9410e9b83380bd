package io.weft.examples.interop

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.gen.Event
import io.weft.gen.EventManager
import io.weft.gen.Events
import io.weft.gen.GenServer
import io.weft.gen.GenStateMachine
import io.weft.gen.HandlerId
import io.weft.gen.Pool
import io.weft.gen.Producer
import io.weft.gen.StateEvent
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.From
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Self
import io.weft.node.TermCodec
import io.weft.node.Weft
import io.weft.term.Atom
import io.weft.term.Term
import java.time.Duration

private const val COOKIE = "behaviours"
private const val WEFT = "behaviours@127.0.0.1"

/** Locked or open; `push` waits until it is open, and is answered with the state. */
private fun door(): Blueprint<Term> =
  GenStateMachine.handleEvent<Atom, Term>("door", Atom::class.java) { on, _ ->
      on.start(Atom.of("locked"))
      GenStateMachine.EventHandler { state, event ->
        when (event) {
          is StateEvent.Cast -> on.to(Atom.of("open"))
          is StateEvent.Call ->
            if (state == Atom.of("open")) {
              event.from().reply(state)
              on.keep()
            } else {
              on.postpone()
            }
          else -> on.keep()
        }
      }
    }
    .named("door")
    .codec(TermCodec.identity())

private class EchoWorker : Behavior<Term> {
  override fun message(self: Self<Term>, message: Term) = Unit

  override fun call(self: Self<Term>, request: Term, from: From) = from.reply(request)
}

/** What an Erlang node does with state machines, event managers, events and pools of Weft. */
@EnabledIf(ErlangInstalled::class)
class BehavioursInteropSpec :
  FunSpec({
    lateinit var weft: Node
    lateinit var erlang: ErlangNode
    lateinit var ticks: Producer<Term>

    beforeSpec {
      weft = Node.start(NodeOptions.builder(WEFT).cookie(COOKIE).epmdPort(0).hidden(false).build())
      weft.start(door())
      val manager =
        weft.start(EventManager.define("manager", TermCodec.identity()).named("manager"))
      val id = HandlerId.of("log", Term::class.java, TermCodec.identity())
      val log = ArrayList<String>()
      Weft.call(
          manager,
          EventManager.add<Term, Term>(id) { on, _ -> on.onEvent { event -> log.add("$event") } },
          Duration.ofSeconds(5),
        )
        .orThrow()
      val worker = Blueprint.of("worker") { EchoWorker() }.codec(TermCodec.identity())
      weft.start(Pool.of("pool", worker).workers(2).blueprint().named("pool"))
      val event = Event("ticks", Term::class.java, TermCodec.identity())
      weft.start(
        GenServer.define("clock", Term::class.java) { on, self ->
            ticks = Events.producer(self, event).buffer(1).register()
            on.cast(Term::class.java) { tick -> ticks.publish(tick) }
          }
          .named("clock")
          .codec(TermCodec.identity())
      )
      erlang =
        ErlangNode.start("driver@127.0.0.1", COOKIE, (weft.network() as DistNetwork).epmdPort)
      erlang.eval("N = '$WEFT'")
    }

    afterSpec {
      erlang.close()
      weft.close()
    }

    fun eval(expression: String): Term = erlang.eval(expression)

    test("gen_statem:call waits until the machine has the state for it") {
      eval(
        "S = self(), spawn(fun() -> S ! {pushed, gen_statem:call({door, N}, push)} end), " +
          "Early = receive {pushed, _} -> early after 100 -> waiting end, " +
          "gen_statem:cast({door, N}, unlock), [Early, receive {pushed, R} -> R end]"
      ) shouldBe Term.parse("[waiting, open]")
    }

    test("gen_event notifies, calls and deletes") {
      eval(
        "[gen_event:notify({manager, N}, one), gen_event:sync_notify({manager, N}, two), " +
          "gen_event:which_handlers({manager, N}), gen_event:call({manager, N}, nobody, x), " +
          "gen_event:delete_handler({manager, N}, nobody, x), " +
          "gen_event:delete_handler({manager, N}, log, x)]"
      ) shouldBe Term.parse("[ok, ok, [log], {error, bad_module}, {error, module_not_found}, ok]")
    }

    test("subscribes to an event with terms") {
      eval(
        "gen_server:cast({clock, N}, 1), ok = gen_server:call({'event:ticks', N}, {subscribe, self()}), " +
          "gen_server:cast({clock, N}, 2), [receive {event, ticks, T} -> T end || _ <- [1, 2]]"
      ) shouldBe Term.parse("[1, 2]")
    }

    test("calls a pool as it would a worker") {
      eval("[gen_server:call({pool, N}, X) || X <- [1, 2, 3]]") shouldBe Term.parse("[1, 2, 3]")
    }
  })
