package io.weft.examples.interop

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain as shouldContainText
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.kernel.Io
import io.weft.kotlin.awaitStart
import io.weft.kotlin.call
import io.weft.kotlin.erpc
import io.weft.kotlin.provide
import io.weft.kotlin.server
import io.weft.kotlin.withdraw
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ErrorException
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.Request
import io.weft.node.Self
import io.weft.node.TermText
import io.weft.node.ThrowException
import io.weft.rpc.Erpc
import io.weft.rpc.Mfa
import io.weft.rpc.Rpc
import io.weft.rpc.RpcException
import io.weft.rpc.RpcResult
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Terms
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay

private const val COOKIE = "rpc"
private const val WEFT = "rpc@127.0.0.1"
private const val OTHER = "otherrpc@127.0.0.1"
private const val DRIVER = "rpcdriver@127.0.0.1"
private val SECONDS = Duration.ofSeconds(20)

/** What the functions that Weft provides do, in Erlang. */
private val MODULE =
  """
  -module(called).
  -export([value/1, thrown/1, exits/1, fails/1, killed/0, slow/0, looksbad/0, print/1, note/2]).
  value(V) -> {value, V}.
  thrown(V) -> throw(V).
  exits(R) -> exit(R).
  fails(R) -> erlang:raise(error, R, [{called, fails, 1, []}]).
  killed() -> exit(self(), kill), receive never -> ok end.
  slow() -> timer:sleep(60000).
  looksbad() -> {'EXIT', looks}.
  print(T) -> io:put_chars(T).
  note(P, M) -> P ! M.
  """

private fun provide(node: Node) {
  fun raised(reason: Term) =
    ErrorException(reason, Term.parse("[{called, fails, 1, []}]") as ListTerm)
  node
    .functions()
    .provide("called", "value", 1) { Terms.tuple(Atom.of("value"), it.argument(0)) }
    .provide("called", "thrown", 1) { throw ThrowException(it.argument(0)) }
    .provide("called", "exits", 1) { throw ExitException(ExitReason.of(it.argument(0))) }
    .provide("called", "fails", 1) { throw raised(it.argument(0)) }
    .provide("called", "killed", 0) { call ->
      call.node().exit(call.self().pid(), ExitReason.KILL)
      call.self().receive()
    }
    .provide("called", "slow", 0) { call ->
      call.self().sleep(Duration.ofMinutes(1))
      Atom.OK
    }
    .provide("called", "looksbad", 0) { Term.parse("{'EXIT', looks}") }
    .provide("called", "print", 1) { call ->
      Io.putChars(call.self(), TermText.of(call.argument(0))!!)
    }
    .provide("called", "note", 2) { call ->
      call.node().address(call.argument(0, Pid::class.java)).tell(call.argument(1))
      call.argument(1)
    }
}

/** The same functions, in the words of the DSL. */
private fun provideInKotlin(node: Node) {
  fun raised(reason: Term) =
    ErrorException(reason, Term.parse("[{called, fails, 1, []}]") as ListTerm)
  node.provide("called") {
    function("value", 1) { (it) -> Terms.tuple(Atom.of("value"), it) }
    function("thrown", 1) { (it) -> throw ThrowException(it) }
    function("exits", 1) { (it) -> throw ExitException(ExitReason.of(it)) }
    function("fails", 1) { (it) -> throw raised(it) }
    function("killed", 0) {
      this.node.exit(pid, ExitReason.KILL)
      awaitCancellation()
    }
    function("slow", 0) {
      delay(1.minutes)
      Atom.OK
    }
    function("looksbad", 0) { Term.parse("{'EXIT', looks}") }
    function("note", 2) { (to, note) ->
      this.node.address(to as Pid).tell(note)
      note
    }
  }
}

/** What an actor understands that asks another node. */
private sealed interface Asker {
  data class Ask(val function: String) : Asker, Request<Term>
}

/** All that `rpc` and `erpc` offer, with node `N`. */
private val CALLS =
  """
  Try = fun(F) -> try {value, F()} catch C:R -> {C, R} end end,
  Calls = fun(N) ->
    E = fun(F, A) -> Try(fun() -> erpc:call(N, called, F, A) end) end,
    R = fun(F, A) -> Try(fun() -> rpc:call(N, called, F, A) end) end,
    B = fun(F, A) -> Try(fun() -> rpc:block_call(N, called, F, A) end) end,
    G = fun(Q) -> Try(fun() -> gen_server:call({rex, N}, Q, 10000) end) end,
    More = fun H() -> receive M -> [M | H()] after 100 -> [] end end,
    Heard = fun(Count) -> [receive M -> M after 10000 -> nothing end || _ <- lists:seq(1, Count)] ++ More() end,
    Same = fun(T) -> Without = fun W(X) when X =:= N -> node; W(X) when is_tuple(X) -> list_to_tuple(W(tuple_to_list(X)));
      W([H | T2]) -> [W(H) | W(T2)]; W(X) -> X end, Without(T) end,
    Plain = fun(M, Count) -> {rex, N} ! {self(), M}, Heard(Count) end,
    All = [{F, A} || {F, A} <- [{value, [1]}, {thrown, [t]}, {exits, [x]}, {exits, [{y, "z"}]}, {fails, [bad]}, {killed, []}, {looksbad, []},
      {thrown, [{'EXIT', e}]}, {nofun, [1, 2]}, {value, []}]],
    Same([
      [E(F, A) || {F, A} <- All], [R(F, A) || {F, A} <- All], [B(F, A) || {F, A} <- All, F =/= killed],
      Try(fun() -> erpc:call(N, called, slow, [], 100) end), Try(fun() -> rpc:call(N, called, slow, [], 100) end),
      Try(fun() -> rpc:block_call(N, erlang, apply, [fun called:value/1, [2]], 500) end),
      Try(fun() -> erpc:call(N, fun called:killed/0) end), Try(fun() -> erpc:call(N, erlang, apply, [called, value, [3]]) end),
      Try(fun() -> erpc:call(N, called, value, [a | b]) end), Try(fun() -> rpc:call(N, called, value, [a | b]) end),
      Try(fun() -> I = erpc:send_request(N, called, value, [4]), erpc:receive_response(I, 2000) end),
      Try(fun() -> rpc:yield(rpc:async_call(N, called, thrown, [5])) end),
      erpc:multicall([N, N, 'nowhere@127.0.0.1'], called, exits, [6], 3000), rpc:multicall([N, 'nowhere@127.0.0.1', N], called, value, [7], 3000),
      begin erpc:cast(N, called, note, [self(), cast]), Heard(1) end, begin rpc:cast(N, called, note, [self(), cast2]), Heard(1) end,
      begin erpc:multicast([N], called, note, [self(), cast3]), Heard(1) end,
      G({call, called, value, [8], group_leader()}), G({call, called, value, [8], user}), G({call, called, fails, [8], user}),
      G({call, called, killed, [], user}), G({call, called, value, notalist, user}), G({call, nomod, f, [1], user}), element(1, G({call, called, value, [8], nonsense})),
      element(1, Try(fun() -> gen_server:call({rex, N}, nonsense, 300) end)),
      begin gen_server:cast({rex, N}, {cast, called, note, [self(), cast4], user}), Heard(1) end,
      Plain({call, called, value, [9], user}, 1), Plain({call, called, exits, [9], self()}, 1), Plain({call, called, value, [9], send_stdout_to_caller}, 1),
      Plain({call, called, print, ["some text"], send_stdout_to_caller}, 2),
      Plain(features_request, 1), Plain({sbcast, nobody_is_called_so, m}, 1), Plain({sbcast, rex, m}, 1), Plain({send, nobody_is_called_so, m}, 1), Plain(nonsense, 0),
      rpc:sbcast([N], nobody_is_called_so, m), rpc:sbcast([N], rex, m)
    ]) end, ok
  """

/** Spec 5.3: `rpc` and `erpc` with a Weft node, beside those with an OTP node. */
@EnabledIf(ErlangInstalled::class)
class RpcInteropSpec :
  FunSpec({
    lateinit var both: BesideOtp
    lateinit var weft: Node
    lateinit var erlang: ErlangNode
    val printed = LinkedBlockingQueue<String>()

    beforeSpec {
      both = BesideOtp(WEFT, DRIVER, OTHER, COOKIE) { output { printed.add(it) } }
      weft = both.weft
      erlang = both.erlang
      provide(weft)
      both.load(MODULE)
      erlang.eval(CALLS)
    }

    afterSpec { both.close() }

    fun call(function: String, vararg arguments: Term): Term =
      Erpc.call(weft, OTHER, Mfa.of("called", function, *arguments), SECONDS)

    fun rpc(function: String, vararg arguments: Term): Term =
      Rpc.call(weft, OTHER, Mfa.of("called", function, *arguments), SECONDS)

    fun failure(function: String, vararg arguments: Term): Pair<RpcException.Kind, Term> =
      shouldThrow<RpcException> { call(function, *arguments) }.let { it.kind() to it.term() }

    val one = IntTerm.of(1)

    test("5.3: every call of rpc, erpc and rex here is answered as by an OTP node") {
      both.sameOfEach("Calls")
    }

    test("5.3: so it is for functions that suspend, in Kotlin") {
      weft.withdraw("called")
      provideInKotlin(weft)
      weft.functions().provide("called", "print", 1) { call -> // takes a body that blocks
        Io.putChars(call.self(), TermText.of(call.argument(0))!!)
      }
      try {
        both.sameOfEach("Calls")
      } finally {
        provide(weft)
      }
    }

    test("5.3: erpc to an OTP node returns, throws, exits, fails and is signalled") {
      call("value", one) shouldBe Term.parse("{value, 1}")
      failure("thrown", one) shouldBe (RpcException.Kind.THROW to one)
      failure("exits", one) shouldBe (RpcException.Kind.EXIT to Term.parse("{exception, 1}"))
      failure("fails", one) shouldBe
        (RpcException.Kind.ERROR to Term.parse("{exception, 1, [{called, fails, 1, []}]}"))
      failure("killed") shouldBe (RpcException.Kind.SIGNAL to Term.parse("{signal, killed}"))
      failure("nofun", one) shouldBe
        (RpcException.Kind.ERROR to Term.parse("{exception, undef, [{called, nofun, [1], []}]}"))
    }

    test("5.3: erpc that cannot be made, or is too late, says so") {
      shouldThrow<RpcException> {
          Erpc.call(weft, "nowhere@127.0.0.1", Mfa.of("called", "value", one), SECONDS)
        }
        .term() shouldBe Term.parse("{erpc, noconnection}")
      shouldThrow<RpcException> {
          Erpc.call(weft, OTHER, Mfa.of("called", "slow"), Duration.ofMillis(50))
        }
        .term() shouldBe Term.parse("{erpc, timeout}")
      val late = Erpc.sendRequest(weft, OTHER, Mfa.of("called", "slow"))
      late.check().isEmpty shouldBe true
      shouldThrow<RpcException> { late.receive(Duration.ofMillis(10)) }.reason() shouldBe
        Atom.of("timeout")
    }

    test("5.3: rpc to an OTP node tells of failures by values, as rpc of OTP") {
      for ((function, argument) in
        listOf(
          "value" to one,
          "thrown" to one,
          "exits" to one,
          "fails" to one,
          "thrown" to Term.parse("{'EXIT', x}"),
          "nofun" to one,
        )) {
        rpc(function, argument) shouldBe
          erlang.eval("rpc:call('$OTHER', called, $function, [$argument])")
        Rpc.blockCall(weft, OTHER, Mfa.of("called", function, argument), SECONDS) shouldBe
          erlang.eval("rpc:block_call('$OTHER', called, $function, [$argument])")
      }
      rpc("killed") shouldBe Term.parse("{badrpc, {'EXIT', killed}}")
      Rpc.call(weft, "nowhere@127.0.0.1", Mfa.of("a", "b"), SECONDS) shouldBe
        Term.parse("{badrpc, nodedown}")
      Rpc.call(weft, OTHER, Mfa.of("called", "slow"), Duration.ofMillis(50)) shouldBe
        Term.parse("{badrpc, timeout}")
      Rpc.blockCall(weft, "nowhere@127.0.0.1", Mfa.of("a", "b"), SECONDS) shouldBe
        Term.parse("{badrpc, nodedown}")
    }

    test("5.3: many nodes are called at once, this one too") {
      val nodes = listOf(OTHER, "nowhere@127.0.0.1", WEFT)
      val replies = Rpc.multicall(weft, nodes, Mfa.of("called", "value", one), SECONDS)
      replies.badNodes() shouldBe listOf("nowhere@127.0.0.1")
      replies.replies() shouldBe List(2) { Term.parse("{value, 1}") }
      Erpc.multicall(weft, nodes, Mfa.of("called", "exits", one), SECONDS).map {
        RpcResult.listed(it)
      } shouldBe
        listOf("{exit, {exception, 1}}", "{error, {erpc, noconnection}}", "{exit, {exception, 1}}")
          .map(Term::parse)
    }

    test("5.3: coroutines call, in an actor and outside of one") {
      weft.erpc(OTHER, Mfa.of("called", "value", one)) shouldBe Term.parse("{value, 1}")
      shouldThrow<RpcException> { weft.erpc(OTHER, Mfa.of("called", "thrown", one)) }
        .reason() shouldBe one
      val asker =
        weft.awaitStart(
          server<Asker>("asker") {
            call { m: Asker.Ask -> weft.erpc(OTHER, Mfa.of("called", m.function, one)) }
          }
        )
      asker.call(Asker.Ask("value")) shouldBe Term.parse("{value, 1}")
    }

    test("5.3: a process calls and goes on, and its group leader prints for it") {
      val seen = CompletableFuture<Term>()
      weft.spawn(
        Blueprint.of<Term>("asker") {
          object : Behavior<Term> {
            override fun start(self: Self<Term>) {
              val print = Mfa.of("called", "print", Terms.charlist("printed there\n"))
              Rpc.call(self, OTHER, print, SECONDS) { seen.complete(it) }
            }

            override fun message(self: Self<Term>, message: Term) = Unit
          }
        }
      )
      seen.get(20, TimeUnit.SECONDS) shouldBe Atom.OK
      printed.toList() shouldContain "printed there\n"
    }

    test("5.3: a remote caller that prints or reads through us never waits") {
      val requests =
        listOf(
          "{put_chars, unicode, \"x\"}",
          "{put_chars, unicode, <<\"y\">>}",
          "{put_chars, unicode, io_lib, format, [\"~p ~s ~w\", [{a, \"b\"}, \"c\", \"d\"]]}",
          "{put_chars, unicode, io_lib, format, [\"~p\", []]}",
          "{put_chars, unicode, nomod, f, []}",
          "{put_chars, latin1, [955]}",
          "{put_chars, unicode, {a}}",
          "{put_chars, nonsense, \"x\"}",
          "{put_chars, \"old\"}",
          "{get_geometry, rows}",
          "{setopts, [{binary, false}]}",
          "{setopts, [{encoding, unicode}]}",
          "{setopts, [nonsense]}",
          "{requests, [{put_chars, unicode, \"1\"}, {get_geometry, columns}, {put_chars, unicode, \"2\"}]}",
          "{requests, [{put_chars, unicode, \"3\"}, {put_chars, unicode, \"4\"}]}",
          "nonsense",
          "{nonsense, 1}",
        )
      erlang.eval(
        "Ask = fun(N, R) -> U = erpc:call(N, erlang, whereis, [user]), M = monitor(process, U), U ! {io_request, self(), M, R}, " +
          "receive {io_reply, M, A} -> A; {'DOWN', M, _, _, _} -> down after 3000 -> hung end end"
      )
      printed.clear()
      for (request in requests) {
        val theirs = erlang.eval("Ask('$OTHER', $request)")
        "$request: ${erlang.eval("Ask('$WEFT', $request)")}" shouldBe "$request: $theirs"
      }
      printed.joinToString("") shouldBe "xy{a,\"b\"} c [100]old134"
      // as an OTP node answers that was started with -noinput
      for (request in
        listOf(
          "{get_line, unicode, \"> \"}",
          "{get_chars, unicode, \"> \", 3}",
          "{get_until, unicode, \"> \", io_lib, fread, [\"~d\"]}",
          "{get_line, \"> \"}",
        )) {
        erlang.eval("Ask('$WEFT', $request)") shouldBe Atom.of("eof")
      }
      erlang.eval("Ask('$WEFT', getopts)") shouldBe
        Term.parse("[{binary, false}, {encoding, unicode}]")
    }

    test("5.3: io:format of an OTP node that prints through us prints the same text") {
      val formats =
        listOf(
          "\"~p~n\", [{a, [1, 2], \"text\", <<1, 2>>, #{k => v}, 1.5, 'an atom'}]",
          "\"~w\", [{a, [1, 2], \"text\", <<\"b\">>, 'an atom'}]",
          "\"~s|~10s|~-10s|~.3s|~10.3s|~10.._s\", [abc, \"abc\", <<\"abc\">>, \"abcdef\", \"abcdef\", \"x\"]",
          "\"~b ~B ~.16b ~.16B ~.2B ~10b ~-10b| ~10..0b\", [10, -10, 255, 255, 5, 42, 42, 42]",
          "\"~x ~X ~.16# ~.16+\", [10, \"0d\", -31, \"0x\", 255, 255]",
          "\"~f ~.2f ~10.3f ~e ~.3e ~g ~g ~g\", [1.5, 2.456, 3.14159, 1234.5, 0.00012, 1.5, 123456.789, 0.001]",
          "\"~c~c~3c ~5.2c~~~i~n\", [${'$'}a, 98, ${'$'}c, ${'$'}d, ignored]",
          "\"~ts ~tp\", [[955, 956], [955]]",
          "\"~lp\", [\"abc\"]",
          "\"~5w|~-5w|~2w\", [ab, ab, abcdef]",
          "\"~W ~P\", [[1, 2, 3, 4, 5, 6], 4, {a, b, c, d, e}, 3]",
        )
      val texts = formats.map { format ->
        val theirs = TermText.of(erlang.eval("lists:flatten(io_lib:format($format))"))
        printed.clear()
        val user = "erpc:call('$WEFT', erlang, whereis, [user])"
        val answer = erlang.eval("catch io:format($user, $format)")
        theirs to if (answer == Atom.OK) printed.joinToString("") else "$answer"
      }
      texts.map { it.second } shouldBe texts.map { it.first }
    }

    test("5.3: what a process logs whose group leader is here is a line of our log") {
      erlang.eval("logger:set_primary_config(level, error)")
      val stderr = System.err
      val captured = ByteArrayOutputStream()
      System.setErr(PrintStream(captured, true))
      try {
        val format = Terms.charlist("logged for ~p")
        val us = Terms.list(Atom.of("us"))
        Erpc.call(weft, DRIVER, Mfa.of("logger", "error", format, us), SECONDS) shouldBe Atom.OK
        val crash = Mfa.of("erlang", "spawn", Atom.of("called"), Atom.of("fails"), us)
        Erpc.call(weft, DRIVER, crash, SECONDS)
        val deadline = System.nanoTime() + SECONDS.toNanos()
        val wanted = listOf("logged for us", "{us,[{called,fails,1,[]}]}")
        while (wanted.any { it !in "$captured" } && System.nanoTime() < deadline) {
          Thread.onSpinWait()
        }
        for (text in wanted) "$captured" shouldContainText text
      } finally {
        System.setErr(stderr)
        erlang.eval("logger:set_primary_config(level, none)")
      }
    }
  })
