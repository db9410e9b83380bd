package io.weft.examples.interop

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.gen.ChildSpec
import io.weft.gen.GenServer
import io.weft.gen.Intensity
import io.weft.gen.Supervisor
import io.weft.node.ExitReason
import io.weft.node.GenClient
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.PendingRequest
import io.weft.node.Request
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.ListTerm
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration

private const val COOKIE = "servers"
private const val WEFT = "weft@127.0.0.1"
private const val ERLANG = "driver@127.0.0.1"
private val LONG = Duration.ofSeconds(20)

/** What both servers are asked; on the wire it is the term itself. */
private data class Ask(val term: Term) : Request<Term>

private object AskCodec : TermCodec<Ask> {
  override fun encode(message: Ask): Term = message.term

  override fun decode(term: Term): Ask = Ask(term)

  override fun encodeReply(request: Ask, reply: Any): Term = reply as Term

  override fun decodeReply(request: Ask, reply: Term): Any = reply
}

/** Replies, keeps silent, or ends as it is told: the same as the Erlang module `shop`. */
private fun shop() =
  GenServer.define("shop", Ask::class.java) { on, self ->
      var state: Term = Atom.of("initial")
      on.callDeferred<Term, Ask>(Ask::class.java) { ask, reply ->
        val told = ask.term
        when {
          told == Atom.of("silent") -> {}
          told is Tuple && told.isTagged(Atom.of("stop"), 2) -> self.stop(ExitReason.of(told[1]))
          told is Tuple && told.isTagged(Atom.of("stop"), 3) -> {
            self.stop(ExitReason.of(told[1]))
            on.replyLast(reply, told[2])
          }
          told is Tuple && told.isTagged(Atom.of("set"), 2) -> {
            state = told[1]
            reply.send(Atom.OK)
          }
          else -> reply.send(told)
        }
      }
      on.state(Term::class.java, { state }, { state = it })
    }
    .codec(AskCodec)
    .named("shop")

private val SHOP =
  """
  Forms = [begin {ok, Tokens, _} = erl_scan:string(Form), {ok, Parsed} = erl_parse:parse_form(Tokens), Parsed end || Form <- [
    "-module(shop).",
    "-behaviour(gen_server).",
    "-export([init/1, handle_call/3, handle_cast/2, code_change/3]).",
    "init(S) -> {ok, S}.",
    "handle_call(silent, _, S) -> {noreply, S}; handle_call({stop, R}, _, S) -> {stop, R, S}; handle_call({stop, R, A}, _, S) -> {stop, R, A, S}; handle_call({set, V}, _, _) -> {reply, ok, V}; handle_call(Q, _, S) -> {reply, Q, S}.",
    "handle_cast(_, S) -> {noreply, S}.",
    "code_change(_, S, _) -> {ok, S}."
  ]],
  {ok, shop, Binary} = compile:forms(Forms), {module, shop} = code:load_binary(shop, "shop", Binary), ok
  """

/** Everything a client can do with a server, which `Start` starts again after each end. */
private val EVERY_WAY =
  """
  EveryWay = fun(S, Start) ->
    Call = fun(Q) -> try {reply, gen_server:call(S, Q, 2000)} catch exit:{Why, {gen_server, call, [_ | Rest]}} -> {exit, Why, Rest} end end,
    Response = fun(Q, T) -> case gen_server:receive_response(gen_server:send_request(S, Q), T) of {error, {R, _}} -> {error, R}; Other -> Other end end,
    Again = fun(V) -> Start(), V end,
    {Name, Node} = S,
    [
      Call(hello), Call({some, [term], #{1 => 2.5}}),
      (catch element(1, element(2, catch gen_server:call(S, silent, 50)))),
      Again(Call({stop, normal})), Again(Call({stop, {shutdown, x}})), Again(Call({stop, [any, thing]})), Again(Call({stop, normal, bye})),
      Response(hello, 2000), Response(silent, 50), Again(Response({stop, {shutdown, z}}, 2000)),
      gen_server:multi_call([Node], Name, hello, 2000) =:= {[{Node, hello}], []},
      gen_server:multi_call([Node, 'no@where'], nobody, hello, 2000) =:= {[], [Node, 'no@where']},
      gen_server:cast(S, anything), gen_server:abcast([Node], Name, anything), Call(still_there),
      Call({set, {my, state}}), sys:get_state(S),
      Again(gen_server:stop(S, {shutdown, done}, 2000)), Again(gen_server:stop(S)),
      (catch gen_server:stop({nobody, Node}, normal, 2000)), element(1, element(2, catch gen_server:call({nobody, Node}, hello))),
      Again(Call({stop, [a, {b}], {my, reply}}))
    ] end, ok
  """

/**
 * What `sys` shows of a server and does with it, as far as it does not differ from life to life.
 */
private val SYS =
  """
  Sys = fun(S) ->
    Status = fun() ->
      {status, P, {module, gen_server}, [Dictionary, Status, Parent, _, [{header, Header}, {data, Data}, {data, [{"State", State}]}]]} = sys:get_status(S),
      {is_pid(P), is_pid(Parent), [K || {K, _} <- lists:sort(Dictionary)], Status, lists:prefix("Status for generic server ", Header), [K || {K, _} <- Data], State}
    end,
    ok = gen_server:call(S, {set, seen}),
    Before = Status(),
    [ok, ok] = [sys:suspend(S), sys:suspend(S)],
    Request = gen_server:send_request(S, hello),
    Waiting = gen_server:receive_response(Request, 20),
    Suspended = {Status(), sys:get_state(S)},
    ok = sys:resume(S),
    ok = sys:log(S, {true, 5}), ok = sys:statistics(S, true),
    gen_server:call(S, hello),
    {ok, Log} = sys:log(S, get), {ok, Statistics} = sys:statistics(S, get),
    ok = sys:statistics(S, false), ok = sys:no_debug(S),
    {Before, Waiting, Suspended, gen_server:call(S, hello), length(Log) > 0,
     proplists:get_value(messages_in, Statistics), sys:statistics(S, get),
     (catch gen:call(S, system, what, 1000))}
  end, ok
  """

/**
 * All that `sys` can be told to note, and all that it cannot, with pids and references left out.
 */
private val DEBUG =
  """
  Same = fun Same(T) -> case T of
      P when is_pid(P) -> pid;
      R when is_reference(R) -> ref;
      [alias | _] -> alias;
      [H | L] -> [Same(H) | Same(L)];
      _ when is_tuple(T) -> list_to_tuple([Same(E) || E <- tuple_to_list(T)]);
      _ -> T
    end end,
  Debug = fun(S) ->
    System = fun(What) -> {ok, R} = gen:call(S, system, What, 2000), R end,
    D = fun(What) -> System({debug, What}) end,
    Options = fun() -> {status, _, _, [_, _, _, Os, _]} = System(get_status), [element(1, O) || O <- Os] end,
    Logged = fun() -> {status, _, _, [_, _, _, _, [_, {data, Data} | _]]} = System(get_status), proplists:get_value("Logged events", Data) end,
    Use = fun() ->
      gen_server:call(S, {set, {my, state}}), gen_server:cast(S, to_cast), S ! to_send,
      (catch gen_server:call(S, silent, 20)), gen_server:call(S, hello) end,
    Log = [D({log, get}), D({log, print}), D({log, true}), Use(), D({log, get}), Use(), D({log, get}), Logged(),
      D({log, {true, 2}}), Use(), D({log, get}), D({log, false}), D({log, get}), D({log, {true, 3}}), Use(), D({log, get}), D({log, false})],
    {ok, Nothing} = D({statistics, get}),
    ok = D({statistics, true}), Use(), {ok, Before} = D({statistics, get}),
    ok = D({statistics, true}), Use(), {ok, [{start_time, {{_, _, _}, {_, _, _}} = T1}, {current_time, T2}, {reductions, Reductions} | Counts]} = D({statistics, get}),
    Statistics = [Nothing, [K || {K, _} <- Before], proplists:get_value(messages_in, Before), T1 =< T2, Reductions > 0, Counts, D({statistics, false}), D({statistics, get})],
    Fun = fun nomod:nofun/3,
    Functions = [D({install, {Fun, st}}), D({install, {id, Fun, st}}), D({install, {id, Fun, other}}), Options(), D({remove, id}), Options(),
      D({remove, nobody}), Use(), Options(), D({install, {17, st}}), D({install, {b, 17, st}}), Use(), Options(), D({install, bogus})],
    All = [D({trace, true}), D({log, true}), D({statistics, true}), D({install, {id, Fun, st}}), lists:sort(Options()), D(no_debug), Options()],
    Wrong = [D(W) || W <- [what, {what, 1}, {a, b, c}, {log, bogus}, {log, {true, 0}}, {log, {true, a}}, {trace, bogus}, {statistics, bogus}, {log_to_file, 17},
      {log_to_file, "/nonexistent/file"}, {log_to_file, false}]],
    Code = [System({change_code, shop, 1, extra}), System(suspend), System({change_code, shop, 1, extra}), System({change_code, shop, 1}), System(what),
      System(get_state), System(resume), System(resume)],
    State = [System({replace_state, fun nomod:nofun/1}), System({replace_state, 17}), System(get_state)],
    Same([Log, Statistics, Functions, All, Wrong, Code, State])
  end, ok
  """

/** A server in Weft beside the same server in Erlang, under every function of a client. */
@EnabledIf(ErlangInstalled::class)
class GenServerInteropSpec :
  FunSpec({
    lateinit var weft: Node
    lateinit var erlang: ErlangNode

    beforeSpec {
      weft = Node.start(NodeOptions.builder(WEFT).cookie(COOKIE).epmdPort(0).build())
      weft.start(
        Supervisor.define(
          "sup",
          Intensity(1_000_000, Duration.ofSeconds(1)),
        ) { children ->
          children.add(ChildSpec.of(shop()))
        }
      )
      erlang = ErlangNode.start(ERLANG, COOKIE, (weft.network() as DistNetwork).epmdPort)
      erlang.eval("N = '$WEFT', logger:set_primary_config(level, none)")
      erlang.eval(SHOP)
      erlang.eval(EVERY_WAY)
      erlang.eval(
        "StartOurs = fun Wait() -> case catch gen_server:call({shop, N}, up) of up -> up; _ -> Wait() end end, " +
          "StartTheirs = fun() -> {ok, _} = gen_server:start({local, shop}, shop, initial, []) end, StartTheirs(), ok"
      )
    }

    afterSpec {
      erlang.close()
      weft.close()
    }

    test("behaves to clients in Erlang as a server in Erlang does") {
      val theirs = erlang.eval("EveryWay({shop, node()}, StartTheirs)")
      val ours = erlang.eval("EveryWay({shop, N}, StartOurs)")
      ours shouldBe theirs
    }

    test("shows itself to sys, and is suspended by it, as a server in Erlang is") {
      erlang.eval(SYS)
      erlang.eval("Sys({shop, N})") shouldBe erlang.eval("Sys({shop, node()})")
    }

    test("notes for sys what a server in Erlang does, and knows what it does not know") {
      erlang.eval(DEBUG)
      val ours = erlang.eval("Debug({shop, N})") as ListTerm
      val theirs = erlang.eval("Debug({shop, node()})") as ListTerm
      ours.elements().zip(theirs.elements()).forEach { (our, their) -> our shouldBe their }
    }

    test("is ended by sys as a server in Erlang is") {
      val terminate =
        "Terminate = fun(S) -> M = monitor(process, S), R = sys:terminate(S, {shutdown, enough}), " +
          "{R, receive {'DOWN', M, _, _, Why} -> Why end} end, ok"
      erlang.eval(terminate)
      val ours = erlang.eval("R1 = Terminate({shop, N}), StartOurs(), R1")
      ours shouldBe erlang.eval("R2 = Terminate({shop, node()}), StartTheirs(), R2")
    }

    test("is a client of a server in Erlang") {
      val theirs = weft.address("shop", ERLANG, AskCodec)
      val answer = PendingRequest.send(theirs, Ask(Atom.of("hello"))).await(LONG)
      answer.orElseThrow().orThrow() shouldBe Atom.of("hello")
      val replies =
        GenClient.multiCall(
          weft,
          GenClient.allNodes(weft) + "no@where",
          "shop",
          AskCodec,
          Ask(Atom.of("hi")),
          LONG,
        )
      replies.replies().keys.map { it.name() } shouldContainExactly listOf(WEFT, ERLANG)
      replies.badNodes() shouldContainExactly listOf(Atom.of("no@where"))
      GenClient.stop(theirs, ExitReason.of(Term.parse("{shutdown, by_weft}")), LONG)
      erlang.eval("whereis(shop)") shouldBe Atom.UNDEFINED
    }
  })
