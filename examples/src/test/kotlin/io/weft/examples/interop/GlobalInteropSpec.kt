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
import io.weft.global.ClashMethod
import io.weft.global.Global
import io.weft.global.LockId
import io.weft.kotlin.global as names
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeKind
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Tuple
import java.util.concurrent.TimeUnit

private val NAME = Atom.of("the_name")

private fun at(short: String) = "$short@127.0.0.1"

private val Node.global: Global
  get() = Global.of(this)

private fun <T> java.util.concurrent.CompletableFuture<T>.now(): T = get(60, TimeUnit.SECONDS)

/** OTP semantics, 5.5: clusters of Erlang's nodes and Weft's agree on names and locks. */
@EnabledIf(ErlangInstalled::class)
class GlobalInteropSpec :
  FunSpec({
    fun TcpWorld.weft(short: String) = start(short) { hidden(false) }
    fun TcpWorld.erlang(short: String, vararg arguments: String) =
      ErlangNode.start(at(short), COOKIE, epmdPort, arguments = arguments.toList())
    fun ErlangNode.ping(short: String) =
      eval("net_adm:ping('${at(short)}')") shouldBe Atom.of("pong")
    fun ErlangNode.nodes() = eval("lists:sort(nodes())")
    fun ErlangNode.process() =
      eval("spawn(fun Loop() -> receive stop -> ok; {ask, P} -> P ! self(), Loop() end end)") as Pid
    suspend fun Node.knows(vararg shorts: String) = awaited {
      global.known().now() == shorts.map { Atom.of(at(it)) }.toSet()
    }
    suspend fun ErlangNode.knows(vararg shorts: String) {
      val all = Term.parse(shorts.sorted().joinToString(", ", "[", "]") { "'${at(it)}'" })
      awaited { eval("lists:sort(gen_server:call(global_name_server, get_known))") == all }
      awaited { nodes() == all }
    }

    test("an Erlang node and a Weft node know each other, whoever connects") {
      for (weftConnects in listOf(false, true)) {
        TcpWorld().use { world ->
          val node = world.weft("w")
          world.erlang("e").use { erlang ->
            if (weftConnects) node.address("nobody", at("e")).tell(Atom.OK) else erlang.ping("w")
            erlang.eval("global:sync()") shouldBe Atom.OK
            node.global.sync().now()
            erlang.knows("w")
            node.knows("e")
            erlang.eval("global:sync()") shouldBe Atom.OK
          }
          awaited { node.global.known().now().isEmpty() }
        }
      }
    }

    test("names cross both ways, re-registered, unregistered, and gone with their processes") {
      TcpWorld().use { world ->
        val node = world.weft("w")
        world.erlang("e").use { erlang ->
          erlang.ping("w")
          node.knows("e")
          erlang.knows("w")
          val here = TermActor.start(node)
          val there = erlang.process()
          node.global.registerName(NAME, here.pid).now() shouldBe true
          erlang.eval("global:whereis_name(the_name)") shouldBe here.pid
          erlang.eval("global:send(the_name, hello)") shouldBe here.pid
          here.next() shouldBe Atom.of("hello")
          erlang.eval("global:register_name(the_name, self())") shouldBe Atom.of("no")
          node.global.registerName(Atom.of("other"), here.pid).now() shouldBe false

          erlang.eval("global:register_name({a, term}, self())") shouldBe Atom.of("yes")
          node.global.registeredNames() shouldContainExactlyInAnyOrder
            listOf(NAME, Term.parse("{a, term}"))
          node.global.registerName(Term.parse("{a, term}"), there).now() shouldBe false
          node.global.unregisterName(Term.parse("{a, term}")).now() shouldBe true
          erlang.eval("global:whereis_name({a, term})") shouldBe Atom.UNDEFINED

          node.global.reRegisterName(NAME, there).now() shouldBe true
          erlang.eval("node(global:whereis_name(the_name))") shouldBe Atom.of(at("e"))
          erlang.eval("global:re_register_name(the_name, self())") shouldBe Atom.of("yes")
          node.global.whereisName(NAME)?.node() shouldBe Atom.of(at("e"))
          erlang.eval("global:unregister_name(the_name)")
          node.global.whereisName(NAME) shouldBe null

          node.global.registerName(NAME, there).now() shouldBe true
          node.exit(there, ExitReason.KILL)
          awaited { node.global.whereisName(NAME) == null }
          awaited { erlang.eval("global:registered_names()") == Term.parse("[]") }
          node.global.registerName(NAME, here.pid).now() shouldBe true
          node.exit(here.pid, ExitReason.KILL)
          awaited { erlang.eval("global:whereis_name(the_name)") == Atom.UNDEFINED }
        }
      }
    }

    test("two Erlang nodes and a Weft node form one cluster, whoever is in the middle") {
      for (middle in listOf("e1", "w")) {
        TcpWorld().use { world ->
          val node = world.weft("w")
          world.erlang("e1").use { one ->
            world.erlang("e2").use { two ->
              one.eval("global:register_name(one, self())")
              two.eval("global:register_name(two, self())")
              val here = TermActor.start(node)
              node.global.registerName(Atom.of("three"), here.pid).now() shouldBe true
              if (middle == "w") two.ping("w") else two.ping("e1")
              one.ping("w")
              node.knows("e1", "e2")
              one.knows("e2", "w")
              two.knows("e1", "w")
              val all = Term.parse("[one, three, two]")
              for (each in listOf(one, two)) {
                each.eval("lists:sort(global:registered_names())") shouldBe all
              }
              node.global.registeredNames() shouldContainExactlyInAnyOrder
                listOf("one", "two", "three").map(Atom::of)
              two.kill()
              awaited { node.global.registeredNames().size == 2 }
              node.knows("e1")
            }
          }
        }
      }
    }

    test("an Erlang node and two Weft nodes form one cluster, and take in one more") {
      TcpWorld().use { world ->
        val one = world.weft("w1")
        val two = world.weft("w2")
        world.erlang("e").use { erlang ->
          erlang.ping("w1")
          erlang.ping("w2")
          one.knows("e", "w2")
          two.knows("e", "w1")
          erlang.knows("w1", "w2")
          // two that connect to each other at once may do so twice
          awaited { one.nodes() == listOf(Atom.of(at("e")), Atom.of(at("w2"))) }
          val here = TermActor.start(two)
          one.global.registerName(NAME, here.pid).now() shouldBe true
          erlang.eval("global:whereis_name(the_name)") shouldBe here.pid
          two.global.whereisName(NAME) shouldBe here.pid
          world.erlang("late").use { late ->
            late.ping("w2")
            erlang.knows("w1", "w2", "late")
            late.knows("w1", "w2", "e")
            late.eval("global:whereis_name(the_name)") shouldBe here.pid
          }
          one.knows("e", "w2")
        }
      }
    }

    for ((weft, erlang) in listOf("a" to "b", "b" to "a")) {
      test("when partitions join, $weft of Weft and $erlang of Erlang agree on each clash") {
        TcpWorld().use { world ->
          val node = world.weft(weft)
          world.erlang(erlang).use { other ->
            other.load(
              """
              -module(clash).
              -export([mine/3]).
              mine(_Name, One, Two) -> case node(One) =:= node() of true -> One; false -> Two end.
              """
                .trimIndent()
            )
            val methods =
              listOf(
                "random_exit" to ClashMethod.RANDOM_EXIT,
                "random_notify" to ClashMethod.RANDOM_NOTIFY,
                "notify_all" to ClashMethod.NOTIFY_ALL,
              )
            val here = methods.associate { it.first to TermActor.start(node) }
            for ((name, method) in methods) {
              other.eval(
                "global:register_name($name, spawn(fun Loop() -> receive M -> persistent_term:put($name, M), Loop() end end), fun global:${name}_name/3)"
              ) shouldBe Atom.of("yes")
              node.global
                .registerName(Atom.of(name), here.getValue(name).pid, method)
                .now() shouldBe true
            }
            val mine =
              ClashMethod.of("clash", "mine") { at, _, one, two ->
                if (one.node() == at.name()) one else two
              }
            val own = TermActor.start(node)
            node.global.registerName(Atom.of("own"), own.pid, mine).now() shouldBe true
            other.eval(
              "global:register_name(own, spawn(fun() -> receive stop -> ok end end), fun clash:mine/3)"
            ) shouldBe Atom.of("yes")
            val theirs = methods.associate {
              it.first to other.eval("global:whereis_name(${it.first})") as Pid
            }

            other.ping(weft)
            node.knows(erlang)
            other.knows(weft)

            val a = Atom.of(at("a"))
            for (name in listOf("random_exit", "random_notify")) {
              node.global.whereisName(Atom.of(name))?.node() shouldBe a
              other.eval("node(global:whereis_name($name))") shouldBe a
            }
            node.global.whereisName(Atom.of("notify_all")) shouldBe null
            other.eval("global:whereis_name(notify_all)") shouldBe Atom.UNDEFINED
            // the one with the smaller name decides, by its own method, for its own process
            node.global.whereisName(Atom.of("own"))?.node() shouldBe a
            other.eval("node(global:whereis_name(own))") shouldBe a

            here.getValue("notify_all").next() shouldBe
              Tuple.of(
                Atom.of("global_name_conflict"),
                Atom.of("notify_all"),
                theirs.getValue("notify_all"),
              )
            if (weft == "b") {
              here.getValue("random_notify").next() shouldBe
                Term.parse("{global_name_conflict, random_notify}")
              awaited { !node.isAlive(here.getValue("random_exit").pid) }
            } else {
              awaited {
                other.eval("persistent_term:get(random_notify, none)") ==
                  Term.parse("{global_name_conflict, random_notify}")
              }
              other.eval("P = global:whereis_name(random_exit), node(P)") shouldBe a
            }
          }
        }
      }
    }

    test("a connection that breaks within a cluster leaves no overlapping partitions") {
      TcpWorld().use { world ->
        val node = world.weft("w")
        world.erlang("e1").use { one ->
          world.erlang("e2").use { two ->
            one.ping("w")
            two.ping("w")
            one.knows("e2", "w")
            two.knows("e1", "w")
            node.knows("e1", "e2")
            val here = TermActor.start(node)
            node.global.registerName(NAME, here.pid).now() shouldBe true
            // the Weft node sees two others part
            one.eval("erlang:disconnect_node('${at("e2")}')") shouldBe Atom.TRUE
            awaited { node.nodes().size < 2 }
            awaited {
              one.eval("length(nodes())") == IntTerm(0) || two.eval("length(nodes())") == IntTerm(0)
            }
            two.ping("w")
            one.ping("w")
            node.knows("e1", "e2")
            one.knows("e2", "w")
            two.eval("global:whereis_name(the_name)") shouldBe here.pid
            // and is one of two that part
            node.dist.disconnect(Atom.of(at("e1"))) shouldBe true
            awaited { node.nodes(NodeKind.CONNECTED).isEmpty() || one.nodes() == Term.parse("[]") }
            one.ping("w")
            two.ping("w")
            node.knows("e1", "e2")
            one.knows("e2", "w")
            two.knows("e1", "w")
            one.eval("global:whereis_name(the_name)") shouldBe here.pid
          }
        }
      }
    }

    test("a lock is held across nodes, waited for, and free when its holder dies or is lost") {
      TcpWorld().use { world ->
        val node = world.weft("w")
        world.erlang("e").use { erlang ->
          erlang.ping("w")
          node.knows("e")
          erlang.knows("w")
          val holder = TermActor.start(node)
          val lock = LockId(Atom.of("res"), holder.pid)
          node.global.setLock(lock, holder.pid, node.global.nodes(), 0).now() shouldBe true
          erlang.eval("global:set_lock({res, self()}, [node() | nodes()], 0)") shouldBe Atom.FALSE
          erlang.begin("global:trans({res, self()}, fun() -> inside end)")
          node.exit(holder.pid, ExitReason.KILL)
          erlang.result() shouldBe Atom.of("inside")

          erlang.eval(
            "S = self(), H = spawn(fun() -> S ! global:set_lock({res, me}, [node() | nodes()], 5), receive stop -> ok end end), receive true -> held end"
          ) shouldBe Atom.of("held")
          val other = TermActor.start(node)
          val mine = LockId(Atom.of("res"), other.pid)
          node.global.setLock(mine, other.pid, node.global.nodes(), 0).now() shouldBe false
          val waiting = node.global.setLock(mine, other.pid, node.global.nodes(), Global.FOREVER)
          erlang.eval("exit(H, kill)")
          waiting.now() shouldBe true
          erlang.eval("global:set_lock({res, x}, [node()], 0)") shouldBe Atom.FALSE
          node.global.deleteLock(mine, other.pid, node.global.nodes()).now()
          node.names.lock("res").withLock {
            erlang.eval("global:set_lock({res, x}, [node()], 0)") shouldBe Atom.FALSE
          }
          erlang.eval("global:set_lock({res, x}, [node() | nodes()], 0)") shouldBe Atom.TRUE
          node.names.lock("res").withLockOrNull(retries = 0) { "mine" } shouldBe null
          val late =
            node.global.transaction(LockId(Atom.of("res"), NAME), node.global.nodes(), 60) {
              "done"
            }
          erlang.kill()
          late.now().get() shouldBe "done"
        }
      }
    }

    test("what OTP asks a name server is answered in its words") {
      TcpWorld().use { world ->
        world.weft("w")
        world.erlang("e").use { erlang ->
          erlang.ping("w")
          erlang.knows("w")
          fun ask(request: String) =
            erlang.eval("gen_server:call({global_name_server, '${at("w")}'}, $request)")
          ask("get_known") shouldBe Term.parse("['${at("e")}']")
          awaited { ask("get_synced") == Term.parse("['${at("e")}']") }
          ask("get_protocol_version") shouldBe IntTerm(8)
          ask("get_names_ext") shouldBe Term.parse("[]")
          ask("{sync, [node()]}") shouldBe Atom.OK
          ask("{set_lock, {a, b}}") shouldBe Atom.TRUE
          ask("{set_lock, {a, b}}") shouldBe Atom.TRUE
          ask("{set_lock, {a, c}}") shouldBe Atom.FALSE
          ask("{del_lock, {a, b}}") shouldBe Atom.TRUE
          ask("{set_lock, {a, c}}") shouldBe Atom.TRUE
          ask("{del_lock, {zz, b}}") shouldBe Atom.TRUE
          erlang.eval(
            "[{global_name_server, '${at("w")}'} ! M || M <- [x, {exchange, 1}, {lock_set, a, b, c, d}, {new_nodes, 1, 2, 3, 4, 5}, {init_connect, x, y, z}, {lost_connection, a, b, c, d}, {resolved, 1, 2, 3, 4, 5, 6}]], ok"
          ) shouldBe Atom.OK
          ask("get_known") shouldBe Term.parse("['${at("e")}']")
        }
      }
    }

    test("a hidden node is no member, and its names are its own") {
      TcpWorld().use { world ->
        val node = world.start("w") { hidden(true) }
        world.erlang("e").use { erlang ->
          erlang.ping("w")
          val here = TermActor.start(node)
          node.global.registerName(NAME, here.pid).now() shouldBe true
          erlang.eval("global:sync(), global:whereis_name(the_name)") shouldBe Atom.UNDEFINED
          erlang.eval("gen_server:call(global_name_server, get_known)") shouldBe Term.parse("[]")
          node.global.known().now() shouldBe emptySet()
          erlang.eval("global:set_lock({res, self()}, ['${at("w")}'], 0)") shouldBe Atom.TRUE
        }
      }
    }
  })
