package io.weft.examples.interop

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ErrorException
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.RemoteSpawn
import io.weft.node.SpawnException
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Tuple

private const val COOKIE = "spawns"
private const val WEFT = "spawns@127.0.0.1"
private const val OTHER = "otherspawns@127.0.0.1"
private const val DRIVER = "spawndriver@127.0.0.1"

/** What the functions that Weft provides do, in Erlang. */
private val MODULE =
  """
  -module(spawned).
  -export([boom/0, crash/0, done/0, echo/1, wait/0, leader/1]).
  boom() -> exit(boom).
  crash() -> erlang:error(crashed, none).
  done() -> ok.
  echo(To) -> receive M -> To ! {echo, M}, echo(To) end.
  wait() -> receive {stop, R} -> exit(R) end.
  leader(To) -> To ! {leader, group_leader()}.
  """

private fun provide(node: Node) {
  node
    .functions()
    .provide("spawned", "boom", 0) { throw ExitException(ExitReason.of(Atom.of("boom"))) }
    .provide("spawned", "crash", 0) {
      throw ErrorException(
        Atom.of("crashed"),
        Term.parse("[{spawned, crash, 0, [{file, \"spawned.erl\"}, {line, 5}]}]") as ListTerm,
      )
    }
    .provide("spawned", "done", 0) { Atom.OK }
    .provideProcess("spawned", "echo", 1) { arguments ->
      Blueprint.of<Term>("echo") {
          Behavior { self, message ->
            self.node().address(arguments[0] as Pid).tell(Tuple.of(Atom.of("echo"), message))
          }
        }
        .codec(TermCodec.identity())
    }
    .provide("spawned", "wait", 0) { call ->
      val message = call.self().receive() as Tuple
      throw ExitException(ExitReason.of(message[1]))
    }
    .provide("spawned", "leader", 1) { call ->
      call
        .node()
        .address(call.argument(0, Pid::class.java))
        .tell(Tuple.of(Atom.of("leader"), call.groupLeader()))
      Atom.OK
    }
}

/** Every way to spawn on node `N`; pids and references are replaced by what they stand for. */
private val EVERY_WAY =
  """
  Every = fun(N) ->
    Heard = fun Heard(Pid, Ref) ->
      receive M -> [M | Heard(Pid, Ref)] after 150 -> [] end end,
    Known = fun Known(T, Pid, Ref) when is_tuple(T) -> list_to_tuple(Known(tuple_to_list(T), Pid, Ref));
      Known(T, Pid, Ref) when is_list(T) -> [Known(E, Pid, Ref) || E <- T];
      Known(T, Pid, _) when T =:= Pid -> new;
      Known(T, _, Ref) when T =:= Ref -> req;
      Known(T, _, _) -> T end,
    Try = fun(F, A, Opts, Then) ->
      Ref = spawn_request(N, spawned, F, A, Opts),
      First = receive M1 -> M1 after 2000 -> nothing end,
      Pid = case First of {_, Ref, ok, P} -> P; {'DOWN', Ref, process, P, _} -> P; _ -> none end,
      Then(Pid),
      Known([First | Heard(Pid, Ref)], Pid, Ref) end,
    Not = fun(_) -> ok end,
    [
      Try(boom, [], [], Not), Try(boom, [], [link], Not), Try(boom, [], [monitor], Not), Try(boom, [], [link, monitor], Not),
      Try(crash, [], [monitor], Not), Try(done, [], [link, monitor], Not),
      Try(nofun, [1, 2], [link, monitor], Not), Try(done, [extra], [monitor], Not),
      Try(echo, [self()], [{reply_tag, answer}], fun(P) -> P ! one, P ! two end),
      Try(wait, [], [link, monitor], fun(P) -> P ! {stop, {some, "reason"}} end),
      Try(wait, [], [link, monitor], fun(P) -> unlink(P), P ! {stop, why} end),
      Try(wait, [], [monitor], fun(P) -> exit(P, killer) end),
      Try(wait, [], [link], fun(P) -> exit(P, kill) end),
      Try(done, [], [{reply, error_only}, monitor], Not),
      Try(done, [], [{monitor, [{tag, tagged}]}], Not),
      Try(leader, [self()], [], Not),
      Try(done, [], [{priority, high}, {max_heap_size, 10000}, {min_heap_size, 5}, {fullsweep_after, 3}, {message_queue_data, off_heap}], Not),
      Try(done, [], [nonsense], Not)
    ] end, register(spawndriver, self()), process_flag(trap_exit, true), ok
  """

/** Spec 1.7 and 6.5: remote spawn, beside what an OTP node does and is told. */
@EnabledIf(ErlangInstalled::class)
class RemoteSpawnInteropSpec :
  FunSpec({
    lateinit var both: BesideOtp
    lateinit var weft: Node
    lateinit var erlang: ErlangNode

    beforeSpec {
      both = BesideOtp(WEFT, DRIVER, OTHER, COOKIE)
      weft = both.weft
      erlang = both.erlang
      provide(weft)
      both.load(MODULE)
      erlang.eval(EVERY_WAY)
    }

    afterSpec { both.close() }

    test("1.7: every way to spawn here answers as an OTP node does") {
      both.sameOfEach("Every")
    }

    test("1.7: spawn, spawn_link and spawn_monitor of an OTP node work on this one") {
      erlang.eval(
        """
        [begin P = spawn('$WEFT', spawned, echo, [self()]), P ! a, receive {echo, a} -> node(P) end end,
         begin P2 = spawn_link('$WEFT', spawned, boom, []), receive {'EXIT', P2, R2} -> R2 end end,
         begin {P3, M3} = spawn_monitor('$WEFT', spawned, boom, []), receive {'DOWN', M3, process, P3, R3} -> R3 end end]
        """
      ) shouldBe Term.parse("['$WEFT', boom, boom]")
    }

    test("1.7: what this node spawns on an OTP node runs there, linked and monitored") {
      val body =
        Blueprint.straightLine<Term>("asker") { self ->
          self.trapExit(true)
          val tell = self.node().address("spawndriver", DRIVER)
          val ok = self.spawn(RemoteSpawn.on(DRIVER, "spawned", "wait").link().monitor())
          self.node().address(ok.pid()).tell(Term.parse("{stop, enough}"))
          val exit = self.select<Term> { on -> on.exit { it.reason().term() } }
          val down = self.select<Term> { on -> on.down(ok.request()) { it.reason().term() } }
          tell.tell(Tuple.of(Atom.of("seen"), exit, down))
        }
      weft.spawn(body)
      erlang.eval("receive {seen, A, B} -> {A, B} after 5000 -> nothing end") shouldBe
        Term.parse("{enough, enough}")
    }

    test("1.7: an OTP node answers badopt, and starts what is not there as undef") {
      val body =
        Blueprint.straightLine<Term>("asker") { self ->
          val tell = self.node().address("spawndriver", DRIVER)
          val ok = self.spawn(RemoteSpawn.on(DRIVER, "nomod", "f", IntTerm.of(1)).monitor())
          tell.tell(self.select<Term> { on -> on.down(ok.request()) { it.reason().term() } })
          try {
            self.spawn(RemoteSpawn.on(DRIVER, "spawned", "done").option(Atom.of("nonsense")))
          } catch (refused: SpawnException) {
            tell.tell(refused.reason().term())
          }
        }
      weft.spawn(body)
      erlang.eval(
        "[receive {undef, _} = U -> U after 5000 -> nothing end, receive badopt -> badopt after 5000 -> nothing end]"
      ) shouldBe Term.parse("[{undef, [{nomod, f, [1], []}]}, badopt]")
    }

    test("1.7: what an OTP node starts after it was abandoned ends as abandoned") {
      erlang.eval("erlang:trace(new_processes, true, [procs, {tracer, self()}])")
      val body =
        Blueprint.straightLine<Term>("asker") { self ->
          self.does {
            val process = self.self()
            val wish = RemoteSpawn.on(DRIVER, "timer", "sleep", IntTerm.of(60000)).link()
            val request = process.spawnRequest(wish) { error("abandoned") }
            check(process.abandonSpawn(request))
          }
          self.receive()
        }
      val pid = checkNotNull(weft.spawn(body).pid())
      erlang.eval(
        "Ended = receive {trace, _, exit, abandoned} -> abandoned after 5000 -> nothing end, " +
          "erlang:trace(all, false, [procs]), (fun F() -> receive {trace, _, _, _} -> F(); {trace, _, _, _, _} -> F() after 100 -> ok end end)(), Ended"
      ) shouldBe Atom.of("abandoned")
      weft.exit(pid, ExitReason.KILL)
    }
  })
