package io.weft.examples.ergo

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.dist
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Weft
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration
import java.util.concurrent.TimeUnit

private const val ERGO = "ergo@127.0.0.1"
private const val WEFT = "weft@127.0.0.1"

/** Processes of this library and of a running Ergo 2.2, on two nodes. */
@EnabledIf(ErgoAtHand::class)
class ErgoServersSpec :
  FunSpec({
    lateinit var world: TcpWorld
    lateinit var weft: Node
    lateinit var ergo: ErgoNode

    beforeSpec {
      world = TcpWorld()
      weft = world.start("weft") { hidden(false) }
      ergo = ErgoNode.start(ERGO, COOKIE, world.epmdPort)
      weft.dist.connect(ERGO).get(30, TimeUnit.SECONDS) // in the other spec it is Ergo who connects
    }

    afterSpec {
      ergo.close()
      world.close()
    }

    fun asked(server: String, request: String): Term =
      Weft.callTerm(weft.address(server, ERGO), Term.parse(request), Duration.ofSeconds(30))

    test("a server of Ergo is called, by who asks with an alias, and told things") {
      ergo.tell("server s")
      asked("s", "hello") shouldBe Term.parse("{hello, hello}")
      val same = "{300, -1, 100000000000000000000, 1.5, [a, 300], <<\"x\">>, {}, [], #{a => 1}, []}"
      (asked("s", same) as Tuple).get(1) shouldBe Term.parse(same)
      val actor = TermActor.start(weft)
      actor.send("s", ERGO, Term.parse("{'\$gen_cast', {hi, 300}}"))
      ergo.line("s cast") shouldBe "{hi,300}"
      actor.send("s", ERGO, Term.parse("{hi, 300}"))
      ergo.line("s info") shouldBe "{hi,300}"
    }

    test("what Ergo has no terms for it reads as others") {
      ergo.tell("server t")
      (asked("t", "[1, 2, 3]") as Tuple).get(0) shouldBe Atom.of("\"\\x01\\x02\\x03\"") // as text
      (asked("t", "[a | b]") as Tuple).get(1) shouldBe Term.parse("[a, b]")
      (asked("t", "<<1:3>>") as Tuple).get(1) shouldBe Term.parse("<<1>>")
      (asked("t", "#{{a, b} => 1, c => 2}") as Tuple).get(1) shouldBe Term.parse("#{c => 2}")
    }

    test("a server of Ergo calls a process of this node, and tells it things") {
      val echo = TermActor.start(weft, "echo")
      ergo.tell("server caller")
      ergo.tell("to caller call echo@@$WEFT hello")
      ergo.line("caller value") shouldBe "hello"
      ergo.tell("to caller cast echo@@$WEFT hello")
      echo.next() shouldBe Atom.of("hello")
      ergo.tell("to caller send echo@@$WEFT hello")
      echo.next() shouldBe Atom.of("hello")
    }

    test("monitors tell what ended, and why, both ways") {
      val mine = TermActor.start(weft, "mine")
      val watcher = TermActor.start(weft)
      ergo.tell("server m")
      ergo.tell("to m monitor mine@@$WEFT")
      ergo.tell("to m monitor nobody@@$WEFT")
      ergo.line("m down") shouldBe "noproc"
      mine.does { stop(ExitReason.of(Atom.of("bye"))) }
      ergo.line("m down") shouldBe "bye"
      for (end in listOf("normal", "because")) {
        ergo.tell("server w")
        watcher.monitor("w", ERGO)
        asked("w", "hello") // so that it is watched
        ergo.tell("exit w $end")
        (watcher.next() as Tuple).get(4) shouldBe Atom.of(end)
      }
      watcher.monitor("w", ERGO)
      (watcher.next() as Tuple).get(4) shouldBe Atom.of("noproc")
    }

    test("links end both ways") {
      TermActor.start(weft, "echo2")
      ergo.tell("server l")
      ergo.tell("to l trap")
      val one = TermActor.start(weft)
      one.send("l", ERGO, one.pid)
      ergo.line("l") shouldBe "told"
      ergo.tell("to l link")
      ergo.tell("to l call echo2@@$WEFT hello") // so that it is linked
      one.does { stop(ExitReason.of(Atom.of("gone"))) }
      ergo.line("l exit") shouldBe "gone"

      val two = TermActor.start(weft)
      two.send("l", ERGO, two.pid)
      ergo.line("l") shouldBe "told"
      ergo.tell("to l link")
      ergo.tell("exit l left")
      val exit = two.next() as Tuple
      exit.get(0) shouldBe Atom.of("EXIT")
      exit.get(2) shouldBe Atom.of("left")
    }

    test("messages from Ergo come in order with one handler, and in any with several") {
      val ear = TermActor.start(weft, "ear")
      ergo.tell("server o")
      ergo.tell("to o burst ear@@$WEFT 500 1000")
      val order = List(500) { ((ear.next() as Tuple).get(0) as IntTerm).value() }
      order shouldBe (0L..499).toList()
      ErgoNode.start("unruly@127.0.0.1", COOKIE, world.epmdPort, handlers = 4).use { unruly ->
        unruly.tell("server o")
        unruly.tell("to o burst ear@@$WEFT 500 1000")
        val any = List(500) { ((ear.next() as Tuple).get(0) as IntTerm).value() }
        any.sorted() shouldBe (0L..499).toList()
      }
    }
  })
