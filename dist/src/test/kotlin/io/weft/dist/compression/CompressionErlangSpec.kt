package io.weft.dist.compression

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.weft.dist.distOptions
import io.weft.dist.testing.COOKIE
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.dist.testing.TcpWorld
import io.weft.dist.testing.TermActor
import io.weft.dist.testing.dist
import io.weft.etf.Etf
import io.weft.node.Node
import io.weft.term.Atom
import io.weft.term.Binary
import io.weft.term.IntTerm
import io.weft.term.Term
import io.weft.term.Terms
import io.weft.term.Tuple

private const val ERLANG = "erlang@127.0.0.1"
private const val WEFT = "weft@127.0.0.1"

/** A real Erlang node, which knows nothing of frames that are compressed, and compressed terms. */
@EnabledIf(ErlangInstalled::class)
class CompressionErlangSpec :
  FunSpec({
    fun besideErlang(test: (Node, ErlangNode) -> Unit) =
      TcpWorld().use { world ->
        val node = world.start("weft", distOptions { compression(compressionOptions()) })
        ErlangNode.start(ERLANG, COOKIE, world.epmdPort).use { test(node, it) }
      }

    val large = Terms.binary("compressible ".repeat(100_000))

    test("an Erlang node connects with one that compresses, and is sent nothing compressed") {
      besideErlang { node, erlang ->
        TermActor.start(node, "there")
        erlang.eval("net_adm:ping('$WEFT')") shouldBe Atom.of("pong")
        erlang.eval("Large = binary:copy(<<\"compressible \">>, 100000), ok")
        erlang.eval("Large =:= gen_server:call({there, '$WEFT'}, Large)") shouldBe Atom.TRUE
        val statistics = checkNotNull(node.dist.statistics(Atom.of(ERLANG)))
        statistics.bytesOut() shouldBe statistics.plainBytesOut()
        statistics.bytesIn() shouldBe statistics.plainBytesIn()
      }
    }

    test("one that compresses connects with an Erlang node, and sends it nothing compressed") {
      besideErlang { node, erlang ->
        erlang.eval("register(driver, self())")
        val here = TermActor.start(node)
        here.send("driver", ERLANG, Tuple.of(here.pid, large))
        erlang.eval("receive {From, Got} -> From ! byte_size(Got), Got end") shouldBe large
        here.next() shouldBe IntTerm(1_300_000)
      }
    }

    test("a term that Erlang compressed decodes") {
      besideErlang { node, erlang ->
        val here = TermActor.start(node, "here")
        for (levels in listOf("compressed", "{compressed, 1}", "{compressed, 9}")) {
          erlang.eval(
            "Term = {lists:seq(1, 10000), #{a => binary:copy(<<\"x\">>, 100000)}, ok}, " +
              "{here, '$WEFT'} ! {term_to_binary(Term, [$levels]), Term}, ok"
          )
          val (bytes, term) = (here.next() as Tuple).elements()
          val binary = (bytes as Binary).toByteArray()
          binary[1] shouldBe 80
          Etf.decode(binary) shouldBe term
        }
      }
    }

    test("a term that is compressed here is read by binary_to_term") {
      besideErlang { node, erlang ->
        erlang.eval("register(driver, self())")
        val here = TermActor.start(node)
        val term: Term = Terms.list(List(10_000) { IntTerm(it.toLong()) } + large + Atom.of("ok"))
        for (level in listOf(1, 6, 9)) {
          val bytes = Etf.encodeCompressed(term, level)
          bytes[1] shouldBe 80
          bytes.size shouldBeLessThan 100_000
          here.send("driver", ERLANG, Tuple.of(Binary.wrap(bytes), term))
          erlang.eval(
            "receive {Bytes$level, Sent$level} -> " +
              "{binary_to_term(Bytes$level, [safe]) =:= Sent$level, " +
              "element(2, binary_to_term(Bytes$level, [used])) =:= byte_size(Bytes$level)} end"
          ) shouldBe Tuple.of(Atom.TRUE, Atom.TRUE)
        }
      }
    }
  })
