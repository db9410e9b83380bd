package io.weft.dist.proxy

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.distOptions
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.term.Atom

private const val ERLANG = "erlang@127.0.0.1"
private const val WEFT = "weft@127.0.0.1"

/** A real Erlang node, which knows nothing of tunnels. */
@EnabledIf(ErlangInstalled::class)
class ProxyErlangSpec :
  FunSpec({
    test("an Erlang node and one that carries tunnels connect as ever, and it is asked for none") {
      TcpWorld().use { world ->
        val options = distOptions { proxy(proxyOptions { transit("*", "*").route(C, ERLANG) }) }
        val node = world.start("weft", options)
        ErlangNode.start(ERLANG, COOKIE, world.epmdPort).use { erlang ->
          val here = TermActor.start(node, "here")
          node.failsToReach(C) shouldContain "$ERLANG does not carry connections of others"
          erlang.eval("{here, '$WEFT'} ! hello, net_adm:ping('$WEFT')") shouldBe Atom.of("pong")
          here.next() shouldBe Atom.of("hello")
          erlang.eval("register(driver, self())")
          here.send("driver", ERLANG, Atom.of("back"))
          erlang.eval("receive Got -> Got end") shouldBe Atom.of("back")
        }
      }
    }
  })
