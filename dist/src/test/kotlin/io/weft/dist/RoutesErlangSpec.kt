package io.weft.dist

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.discovery.FixedPortDiscovery
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.awaited
import io.weft.dist.testing.dist
import io.weft.term.Atom
import java.net.InetAddress
import java.net.ServerSocket
import java.util.concurrent.TimeUnit

/** Routes, cookies and addresses with a real Erlang node. */
@EnabledIf(ErlangInstalled::class)
class RoutesErlangSpec :
  FunSpec({
    test("-start_epmd false -erl_epmd_port: nodes of one port find each other without EPMD") {
      TcpWorld().use { world ->
        val port = ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.2")).use { it.localPort }
        val weft =
          world.startAs(
            "weft@127.0.0.2",
            distOptions { epmd(false).discovery { FixedPortDiscovery(port) } },
          ) {
            port(port)
          }
        val arguments = listOf("-erl_epmd_port", "$port")
        ErlangNode.start("erlang@127.0.0.1", COOKIE, 1, arguments = arguments).use { erlang ->
          erlang.eval("net_adm:ping('weft@127.0.0.2')") shouldBe Atom.of("pong")
          erlang.eval("erlang:disconnect_node('weft@127.0.0.2')")
          awaited { weft.dist.peers().isEmpty() }
          weft.dist.connect("erlang@127.0.0.1").get(30, TimeUnit.SECONDS).remote shouldBe
            "127.0.0.1:$port"
        }
      }
    }

    test("erlang:set_cookie/2 on both sides, connected by either") {
      TcpWorld().use { world ->
        val weft = world.start("weft", distOptions { cookie("erlang@127.0.0.1", "between_us") })
        ErlangNode.start("erlang@127.0.0.1", COOKIE, world.epmdPort).use { erlang ->
          erlang.eval("net_adm:ping('weft@127.0.0.1')") shouldBe Atom.of("pang")
          erlang.eval("erlang:set_cookie('weft@127.0.0.1', between_us)")
          erlang.eval("net_adm:ping('weft@127.0.0.1')") shouldBe Atom.of("pong")
          erlang.eval("erlang:disconnect_node('weft@127.0.0.1')")
          awaited { weft.dist.peers().isEmpty() }
          weft.dist.connect("erlang@127.0.0.1").get(30, TimeUnit.SECONDS)
        }
      }
    }

    test("net_kernel:allow/1 on either side keeps the other out") {
      TcpWorld().use { world ->
        val weft = world.start("weft", distOptions { allow("somebody@127.0.0.1") })
        ErlangNode.start("erlang@127.0.0.1", COOKIE, world.epmdPort).use { erlang ->
          erlang.eval("net_adm:ping('weft@127.0.0.1')") shouldBe Atom.of("pang")
          weft.dist.allow(listOf("erlang@127.0.0.1"))
          erlang.eval("net_adm:ping('weft@127.0.0.1')") shouldBe Atom.of("pong")
        }
      }
    }

    test("-proto_dist inet6_tcp: nodes at addresses of version 6") {
      TcpWorld().use { world ->
        val weft = world.startAs("weft@::1")
        val arguments = listOf("-proto_dist", "inet6_tcp")
        ErlangNode.start("erlang@::1", COOKIE, world.epmdPort, arguments = arguments).use { erlang
          ->
          erlang.eval("net_adm:ping('weft@::1')") shouldBe Atom.of("pong")
          erlang.eval("erlang:disconnect_node('weft@::1')")
          awaited { weft.dist.peers().isEmpty() }
          weft.dist.connect("erlang@::1").get(30, TimeUnit.SECONDS).peer shouldBe "erlang@::1"
        }
      }
    }
  })
