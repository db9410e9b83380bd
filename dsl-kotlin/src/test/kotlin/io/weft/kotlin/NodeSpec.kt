package io.weft.kotlin

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.kotlin.testing.withNode
import io.weft.node.NodeStartException
import io.weft.node.Observer
import io.weft.node.StartException
import kotlin.time.Duration.Companion.seconds

class NodeSpec :
  FunSpec({
    test("a node with a name says that it needs the network module") {
      shouldThrow<NodeStartException> {
          node("shop@127.0.0.1") {
            cookie("secret")
            published()
            port(0)
            epmdPort(0)
            tickTime(60.seconds)
            carriers(1)
            observer(object : Observer {})
          }
        }
        .message shouldContain "weft-dist"
    }

    test("a node asks the network provider that it is given") {
      shouldThrow<NodeStartException> {
          node("shop@127.0.0.1") {
            cookie("secret")
            network { node, _ -> throw NodeStartException("no network for ${node.name()}") }
          }
        }
        .message shouldContain "no network for 'shop@127.0.0.1'"
    }

    test("a name that is no node's name is refused") {
      shouldThrow<IllegalArgumentException> { node("shop") { hidden() } }.message shouldContain
        "name@host"
    }

    test("a blueprint with a name is found under it, and the name is taken only once") {
      withNode { node ->
        val named = server<Unit>("till") { handleCast(Unit::class) {} }.named("till")
        val address = node.awaitStart(named)
        node.whereis(io.weft.term.Atom.of("till")).toString() shouldBe address.target().toString()
        shouldThrow<StartException> { node.awaitStart(named) }.reason().toString() shouldContain
          "already_started"
      }
    }
  })
