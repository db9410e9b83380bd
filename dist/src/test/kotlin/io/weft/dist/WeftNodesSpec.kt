package io.weft.dist

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.dist
import io.weft.dist.testing.startNode
import io.weft.term.Atom

class WeftNodesSpec :
  FunSpec({
    test("a message to a name of another node connects and arrives") {
      startNode("a@127.0.0.1").use { a ->
        startNode("b@127.0.0.1", a.dist.epmdPort).use { b ->
          val there = TermActor.start(b, "there")
          TermActor.start(a).send("there", "b@127.0.0.1", Atom.of("hello"))
          there.next() shouldBe Atom.of("hello")
          a.dist.peers() shouldBe setOf(b.name())
        }
      }
    }
  })
