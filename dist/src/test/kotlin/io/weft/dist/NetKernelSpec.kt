package io.weft.dist

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.dist.testing.TcpWorld
import io.weft.node.ExitReason
import io.weft.term.Atom
import io.weft.term.Term

private const val WEFT = "weft@127.0.0.1"

/** OTP semantics, 5.1 and 5.2: a published node as Erlang's net_kernel and net_adm see it. */
@EnabledIf(ErlangInstalled::class)
class NetKernelSpec :
  FunSpec({
    test("a published node is seen by net_adm:world and by those who monitor nodes") {
      TcpWorld().use { world ->
        val node = world.start("weft") { hidden(false) }
        ErlangNode.start("erlang@127.0.0.1", COOKIE, world.epmdPort).use { erlang ->
          erlang.eval("net_kernel:monitor_nodes(true)")
          erlang.eval("lists:sort(net_adm:world_list(['127.0.0.1']))") shouldBe
            Term.parse("['erlang@127.0.0.1', '$WEFT']")
          erlang.eval("receive {nodeup, N1} -> N1 end") shouldBe Atom.of(WEFT)
          erlang.eval("nodes()") shouldBe Term.parse("['$WEFT']")
          node.close()
          erlang.eval("receive {nodedown, N2} -> N2 end") shouldBe Atom.of(WEFT)
        }
      }
    }

    test("net_kernel answers what peers ask it, and starts what was provided") {
      TcpWorld().use { world ->
        val node = world.start("weft")
        node.functions().provide("shop", "tell", 1) { call ->
          node.address(call.argument(0, io.weft.term.Pid::class.java)).tell(call.groupLeader())
          throw io.weft.node.ExitException(ExitReason.of(Atom.of("told")))
        }
        ErlangNode.start("erlang@127.0.0.1", COOKIE, world.epmdPort).use { erlang ->
          fun ask(request: String) = erlang.eval("gen_server:call({net_kernel, '$WEFT'}, $request)")
          ask("{is_auth, node()}") shouldBe Atom.of("yes")
          ask("longnames") shouldBe Atom.TRUE
          erlang.eval("process_flag(trap_exit, true)")
          erlang.eval(
            "P = gen_server:call({net_kernel, '$WEFT'}, {spawn_link, shop, tell, [self()], group_leader()}), " +
              "G = group_leader(), receive G -> receive {'EXIT', P, R} -> R end end"
          ) shouldBe Atom.of("told")
          erlang.eval(
            "Q = gen_server:call({net_kernel, '$WEFT'}, {spawn_opt, shop, tell, [self()], [], nolink, group_leader()}), " +
              "receive G -> node(Q) end"
          ) shouldBe Atom.of(WEFT)
          erlang.eval(
            "U = gen_server:call({net_kernel, '$WEFT'}, {spawn_link, no, such, [], group_leader()}), " +
              "receive {'EXIT', U, {undef, _}} -> undef end"
          ) shouldBe Atom.of("undef")
        }
      }
    }
  })
