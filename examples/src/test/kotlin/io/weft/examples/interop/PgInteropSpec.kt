package io.weft.examples.interop

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.TermCodec
import io.weft.pg.GroupEvent
import io.weft.pg.ProcessGroups
import io.weft.term.Atom
import io.weft.term.ListTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Tuple
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

private const val ERLANG = "e@127.0.0.1"
private const val WEFT = "w@127.0.0.1"
private val GROUP = Atom.of("group")

private fun <T> CompletableFuture<T>.now(): T = get(60, TimeUnit.SECONDS)

/** OTP semantics, 5.6: groups of processes with a real Erlang node, both ways. */
@EnabledIf(ErlangInstalled::class)
class PgInteropSpec :
  FunSpec({
    fun pair(use: suspend (Node, ErlangNode) -> Unit): suspend () -> Unit = {
      TcpWorld().use { world ->
        val node = world.start("w") { hidden(false) }
        ErlangNode.start(ERLANG, COOKIE, world.epmdPort).use { erlang ->
          erlang.eval("{ok, _} = pg:start(pg), ok")
          use(node, erlang)
        }
      }
    }
    fun ErlangNode.ping() = eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pong")
    fun ErlangNode.members() = (eval("pg:get_members(group)") as ListTerm).elements()

    test("members of both are known to both, with how often they joined") {
      pair { node, erlang ->
        val groups = ProcessGroups.of(node)
        val before = TermActor.start(node).pid
        groups.join(GROUP, before, before).now()
        erlang.eval("P1 = spawn(fun() -> receive stop -> ok end end), pg:join(group, [P1, P1])")
        val there = erlang.eval("P1") as Pid
        erlang.ping()
        awaited { groups.members(GROUP).size == 4 }
        awaited { erlang.members().size == 4 }
        groups.localMembers(GROUP) shouldBe listOf(before, before)
        erlang.members() shouldContainExactlyInAnyOrder listOf(before, before, there, there)

        val late = TermActor.start(node)
        groups.join(GROUP, late.pid).now()
        awaited { erlang.members().contains(late.pid) }
        erlang.eval("hd([P || P <- pg:get_members(group), P =:= hd(pg:get_members(group))])")
        groups.leave(GROUP, before).now() shouldBe true
        awaited { erlang.members().count { it == before } == 1 }
        erlang.eval("pg:leave(group, [P1, P1])") shouldBe Atom.OK
        awaited { there !in groups.members(GROUP) }
        node.exit(before, ExitReason.KILL)
        awaited { erlang.members() == listOf(late.pid) }
        groups.members(GROUP, TermCodec.identity()).forEach { it.tell(Atom.of("hello")) }
        late.next() shouldBe Atom.of("hello")
        erlang.eval("pg:which_groups()") shouldBe Term.parse("[group]")
        groups.leave(GROUP, before).now() shouldBe false
      }
        .invoke()
    }

    test("a lost node takes its members along on both sides, and brings them back") {
      pair { node, erlang ->
        val groups = ProcessGroups.of(node)
        val here = TermActor.start(node).pid
        groups.join(GROUP, here).now()
        erlang.eval("PP = spawn(fun() -> receive stop -> ok end end), pg:join(group, PP)")
        erlang.ping()
        awaited { groups.members(GROUP).size == 2 && erlang.members().size == 2 }
        node.dist.disconnect(Atom.of(ERLANG)) shouldBe true
        awaited { groups.members(GROUP) == listOf(here) && erlang.members().size == 1 }
        erlang.ping()
        awaited { groups.members(GROUP).size == 2 && erlang.members().size == 2 }
        erlang.kill()
        awaited { groups.members(GROUP) == listOf(here) }
      }
        .invoke()
    }

    test("a scope that ends on either side is forgotten on the other, and found again") {
      pair { node, erlang ->
        val here = TermActor.start(node).pid
        ProcessGroups.of(node).join(GROUP, here).now()
        erlang.eval("PP = spawn(fun() -> receive stop -> ok end end), pg:join(group, PP)")
        erlang.ping()
        awaited { ProcessGroups.of(node).members(GROUP).size == 2 && erlang.members().size == 2 }
        erlang.eval("gen_server:stop(pg)")
        awaited { ProcessGroups.of(node).members(GROUP) == listOf(here) }
        erlang.eval("{ok, _} = pg:start(pg), pg:join(group, PP)")
        awaited { ProcessGroups.of(node).members(GROUP).size == 2 && erlang.members().size == 2 }
        ProcessGroups.of(node).stop()
        awaited { erlang.members().size == 1 }
        awaited { ProcessGroups.of(node).members(GROUP).size == 1 }
        ProcessGroups.of(node).join(GROUP, here).now()
        awaited { erlang.members().size == 2 }
      }
        .invoke()
    }

    test("other scopes are apart, and each finds its like") {
      pair { node, erlang ->
        val mine = ProcessGroups.of(node, "my_scope")
        val here = TermActor.start(node).pid
        mine.join(Term.parse("{any, \"term\"}"), here).now()
        erlang.ping()
        erlang.eval("{ok, _} = pg:start(my_scope), ok")
        awaited {
          erlang.eval("pg:get_members(my_scope, {any, \"term\"})") == ListTerm.of(here)
        }
        erlang.eval("pg:which_groups()") shouldBe Term.parse("[]")
      }
        .invoke()
    }

    test("monitors on both sides are told what happens on the other") {
      pair { node, erlang ->
        val groups = ProcessGroups.of(node)
        erlang.ping()
        val watcher = TermActor.start(node)
        val toTerm = { event: GroupEvent ->
          Tuple.of(
            Atom.of(if (event is GroupEvent.Join) "join" else "leave"),
            event.group(),
            ListTerm(event.pids().toList<Term>()),
          )
        }
        val here = TermActor.start(node).pid
        groups.monitor(GROUP, watcher.self.address(), toTerm).now().before() shouldBe
          mapOf(GROUP to emptyList())
        erlang.eval("{Ref, []} = pg:monitor(group), {All, _} = pg:monitor_scope(), ok")
        erlang.eval("PP = spawn(fun() -> receive stop -> ok end end), pg:join(group, [PP, PP])")
        val there = erlang.eval("PP") as Pid
        watcher.next() shouldBe Tuple.of(Atom.of("join"), GROUP, ListTerm.of(there, there))
        erlang.eval("receive {Ref, join, group, [PP, PP]} -> ok end") shouldBe Atom.OK
        groups.join(GROUP, here).now()
        watcher.next() shouldBe Tuple.of(Atom.of("join"), GROUP, ListTerm.of(here))
        erlang.eval("receive {Ref, join, group, [H]} -> H end") shouldBe here
        erlang.eval("receive {All, join, group, [H]} -> H end") shouldBe here
        erlang.eval("exit(PP, kill)")
        repeat(2) { // one by one, as OTP tells it
          watcher.next() shouldBe Tuple.of(Atom.of("leave"), GROUP, ListTerm.of(there))
          erlang.eval("receive {Ref, leave, group, [PP]} -> ok end") shouldBe Atom.OK
        }
        node.exit(here, ExitReason.KILL)
        watcher.next() shouldBe Tuple.of(Atom.of("leave"), GROUP, ListTerm.of(here))
        erlang.eval("receive {Ref, leave, group, [H]} -> ok end") shouldBe Atom.OK
      }
        .invoke()
    }

    test("what OTP's clients ask a scope is answered in its words") {
      pair { node, erlang ->
        val groups = ProcessGroups.of(node)
        val here = TermActor.start(node)
        erlang.ping()
        here.send("x", ERLANG, Atom.OK)
        erlang.eval("register(t, self())")
        here.send("t", ERLANG, here.pid)
        erlang.eval("receive H when is_pid(H) -> ok end")
        fun ask(request: String) = erlang.eval("gen_server:call({pg, '$WEFT'}, $request)")
        ask("{join_local, group, H}") shouldBe Atom.OK
        ask("{join_local, group, [H, H]}") shouldBe Atom.OK
        groups.members(GROUP).size shouldBe 3
        erlang.eval("{R, [H, H, H]} = gen_server:call({pg, '$WEFT'}, {monitor, group}), ok")
        erlang.eval(
          "{R2, #{group := [H, H, H]}} = gen_server:call({pg, '$WEFT'}, monitor), ok"
        ) shouldBe Atom.OK
        ask("{leave_local, group, H}") shouldBe Atom.OK
        erlang.eval("receive {R, leave, group, [H]} -> ok end") shouldBe Atom.OK
        erlang.eval("receive {R2, leave, group, [H]} -> ok end") shouldBe Atom.OK
        ask("{leave_local, none, [H]}") shouldBe Atom.of("not_joined")
        ask("{demonitor, R}") shouldBe Atom.OK
        ask("{demonitor, R}") shouldBe Atom.FALSE
        // what a later release says, and what is no protocol
        erlang.eval(
          "{pg, '$WEFT'} ! {discover, self(), 1}, receive {'\$gen_cast', {sync, S, [{group, [H, H]}]}} -> receive {discover, S, V} -> V end end"
        ) shouldBe Term.parse("1")
        erlang.eval(
          "[{pg, '$WEFT'} ! M || M <- [x, {}, {leave, self(), [self()], [nowhere]}, {join, self(), g, nobody}, {sync, self(), x}, {leave, self(), a, b}]], ok"
        )
        erlang.eval("{pg, '$WEFT'} ! {join, self(), g, self()}, ok")
        awaited { groups.members(Atom.of("g")).size == 1 }
        ask("{join_local, group, self()}").let { (it as Tuple)[0] shouldBe Atom.ERROR }
      }
        .invoke()
    }

    test("a hidden node shares no groups") {
      TcpWorld().use { world ->
        val node = world.start("w")
        ErlangNode.start(ERLANG, COOKIE, world.epmdPort).use { erlang ->
          erlang.eval("{ok, _} = pg:start(pg), pg:join(group, self())")
          ProcessGroups.of(node).join(GROUP, TermActor.start(node).pid).now()
          erlang.ping()
          erlang.eval("length(pg:get_members(group))") shouldBe Term.parse("1")
          ProcessGroups.of(node).members(GROUP).size shouldBe 1
        }
      }
    }
  })
