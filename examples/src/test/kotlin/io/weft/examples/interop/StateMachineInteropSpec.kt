package io.weft.examples.interop

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.gen.ChildSpec
import io.weft.gen.GenStateMachine
import io.weft.gen.Intensity
import io.weft.gen.Next
import io.weft.gen.Reply
import io.weft.gen.StateEvent
import io.weft.gen.Supervisor
import io.weft.gen.Timeout
import io.weft.gen.Transitions
import io.weft.node.Blueprint
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration

private const val COOKIE = "machines"
private const val WEFT = "machines@127.0.0.1"
private val MINUTE = Duration.ofMinutes(1)
private val CLOSED = Atom.of("closed")
private val OPEN = Atom.of("open")

private fun Term.isTagged(tag: String, arity: Int) = this is Tuple && isTagged(Atom.of(tag), arity)

/** Does what the Erlang module [DOOR] does. */
private class Door(private val on: Transitions<Atom, Term>) {
  var data: Term = Atom.of("initial")
  private val asked = ArrayList<Reply<Term>>()

  fun handle(state: Atom, event: StateEvent<Term>): Next<Atom, Term> =
    when (event) {
      is StateEvent.Cast -> {
        data = event.message()
        on.keep()
      }
      is StateEvent.Call -> called(state, event.request(), event.replyTerm())
      is StateEvent.Internal -> on.keep().reply(asked.removeFirst(), event.content() as Term)
      else -> on.keep()
    }

  private fun called(state: Atom, request: Term, reply: Reply<Term>): Next<Atom, Term> =
    when {
      request == Atom.of("get") -> on.keep().reply(reply, Tuple.of(state, data))
      request == Atom.of("later") && state == CLOSED -> on.postpone()
      request == Atom.of("later") -> on.keep().reply(reply, Atom.of("done"))
      request == Atom.of("redirected") -> {
        asked.add(reply)
        on.keep().internal(request)
      }
      request == Atom.of("timeouts") ->
        on
          .keep()
          .stateTimeout(MINUTE, Atom.of("state"))
          .timeout(Timeout.named("b", Term::class.java), MINUTE, Atom.of("bee"))
          .timeout(Timeout.named("a", Term::class.java), MINUTE, Atom.of("ay"))
          .reply(reply, Atom.OK)
      request == Atom.of("event_timeout") ->
        on.keep().eventTimeout(MINUTE, Atom.of("event")).reply(reply, Atom.OK)
      request.isTagged("to", 2) -> on.to((request as Tuple)[1] as Atom).reply(reply, Atom.OK)
      request.isTagged("stop", 2) -> on.stop(ExitReason.of((request as Tuple)[1]))
      request.isTagged("stop", 3) ->
        on.stop(ExitReason.of((request as Tuple)[1])).reply(reply, request[2])
      else -> on.keep()
    }
}

private fun door(): Blueprint<Term> =
  GenStateMachine.handleEvent<Atom, Term>("door", Atom::class.java) { on, _ ->
      on.start(CLOSED)
      val door = Door(on)
      on.data(Term::class.java, { door.data }, { door.data = it })
      GenStateMachine.EventHandler(door::handle)
    }
    .named("door")
    .codec(TermCodec.identity())

private val DOOR =
  """
  Forms = [begin {ok, Tokens, _} = erl_scan:string(Form), {ok, Parsed} = erl_parse:parse_form(Tokens), Parsed end || Form <- [
    "-module(door).",
    "-behaviour(gen_statem).",
    "-export([init/1, callback_mode/0, handle_event/4]).",
    "callback_mode() -> handle_event_function.",
    "init(D) -> {ok, closed, D}.",
    "handle_event(cast, D, _, _) -> {keep_state, D};
     handle_event({call, F}, get, S, D) -> {keep_state_and_data, [{reply, F, {S, D}}]};
     handle_event({call, _}, later, closed, _) -> {keep_state_and_data, [postpone]};
     handle_event({call, F}, later, _, _) -> {keep_state_and_data, {reply, F, done}};
     handle_event({call, F}, redirected, _, _) -> put(from, F), {keep_state_and_data, [{next_event, internal, redirected}]};
     handle_event(internal, C, _, _) -> {keep_state_and_data, [{reply, get(from), C}]};
     handle_event({call, F}, timeouts, _, _) -> {keep_state_and_data, [{state_timeout, 60000, state}, {{timeout, b}, 60000, bee}, {{timeout, a}, 60000, ay}, {reply, F, ok}]};
     handle_event({call, F}, event_timeout, _, _) -> {keep_state_and_data, [{timeout, 60000, event}, {reply, F, ok}]};
     handle_event({call, F}, {to, S}, _, D) -> {next_state, S, D, [{reply, F, ok}]};
     handle_event({call, _}, {stop, R}, _, _) -> {stop, R};
     handle_event({call, F}, {stop, R, A}, _, _) -> {stop_and_reply, R, [{reply, F, A}]};
     handle_event(_, _, _, _) -> keep_state_and_data."
  ]],
  {ok, door, Binary} = compile:forms(Forms), {module, door} = code:load_binary(door, "door", Binary), ok
  """

/** Everything a client can do with a machine, which `Start` starts again after each end. */
private val EVERY_WAY =
  """
  EveryWay = fun(M, Start) ->
    Call = fun(Q, T) -> try {reply, gen_statem:call(M, Q, T)} catch exit:{Why, {gen_statem, call, [_ | Rest]}} -> {exit, Why, Rest} end end,
    Receive = fun(R) -> case gen_statem:receive_response(R, 2000) of {error, {Why, _}} -> {error, Why}; Other -> Other end end,
    Again = fun(V) -> Start(), V end,
    {_, Node} = M,
    [
      Call(get, 2000), gen_statem:cast(M, {some, [data]}), Call(get, infinity), Call(get, {clean_timeout, 2000}), Call(get, {dirty_timeout, 2000}),
      Call(silent, 50), Call(redirected, 2000),
      begin R1 = gen_statem:send_request(M, later), Early = gen_statem:wait_response(R1, 50), ok = gen_statem:call(M, {to, open}), {Early, Receive(R1)} end,
      begin R2 = gen_statem:send_request(M, get), receive Msg -> gen_statem:check_response(Msg, R2) after 2000 -> nothing end end,
      begin Cs = gen_statem:send_request(M, redirected, l2, gen_statem:send_request(M, get, l1, gen_statem:reqids_new())), {V1, L1, Cs2} = gen_statem:receive_response(Cs, 2000, true), {V2, L2, Cs3} = gen_statem:receive_response(Cs2, 2000, true), {lists:sort([{L1, V1}, {L2, V2}]), gen_statem:receive_response(Cs3, 2000, true)} end,
      Again(Receive(gen_statem:send_request(M, {stop, {shutdown, z}}))),
      Again(Call({stop, normal}, 2000)), Again(Call({stop, {shutdown, x}}, 2000)), Again(Call({stop, [any, thing]}, 2000)), Again(Call({stop, normal, bye}, 2000)),
      Again(gen_statem:stop(M)), Again(gen_statem:stop(M, {shutdown, done}, 2000)),
      (catch gen_statem:stop({nobody, Node}, normal, 2000)), element(1, element(2, catch gen_statem:call({nobody, Node}, hello))),
      gen_statem:cast({nobody, Node}, hello)
    ] end, ok
  """

/** What `sys` shows of a machine and does with it; the parent and the caller are what differs. */
private val SYS =
  """
  Sys = fun(M) ->
    Clean = fun Clean(P) when is_pid(P) -> pid; Clean(R) when is_reference(R) -> ref; Clean([alias | _]) -> tag; Clean([H | T]) -> [Clean(H) | Clean(T)];
      Clean(T) when is_tuple(T) -> list_to_tuple(Clean(tuple_to_list(T))); Clean(X) -> X end,
    Status = fun() -> {status, _, Module, [Dictionary, State, _, Debug, Misc]} = sys:get_status(M), Clean({Module, [K || {K, _} <- lists:sort(Dictionary), K =/= from], State, Debug, Misc}) end,
    gen_statem:call(M, {to, closed}), gen_statem:cast(M, initial),
    First = Status(),
    gen_statem:cast(M, {my, "data"}),
    R = gen_statem:send_request(M, later),
    ok = gen_statem:call(M, timeouts), ok = gen_statem:call(M, event_timeout),
    Second = Status(),
    ok = sys:suspend(M),
    R2 = gen_statem:send_request(M, get),
    Third = {Status(), sys:get_state(M), gen_statem:receive_response(R2, 20)},
    ok = sys:resume(M),
    R3 = gen_statem:send_request(M, get),
    {First, Second, Third, gen_statem:receive_response(R3, 2000), sys:get_state(M), gen_statem:call(M, {to, open}), gen_statem:receive_response(R, 2000), Status(),
     gen_statem:call(M, {to, closed}), (catch gen:call(M, system, what, 1000))}
  end, ok
  """

/** What the log and the statistics of `sys` note of a machine. */
private val LOG =
  """
  Log = fun(M) ->
    Clean = fun Clean(P) when is_pid(P) -> pid; Clean(R) when is_reference(R) -> tag; Clean([alias | _]) -> tag; Clean([H | T]) -> [Clean(H) | Clean(T)];
      Clean(T) when is_tuple(T) -> list_to_tuple(Clean(tuple_to_list(T))); Clean(X) -> X end,
    gen_statem:call(M, {to, closed}), gen_statem:cast(M, initial), gen_statem:call(M, get),
    ok = sys:log(M, {true, 100}), ok = sys:statistics(M, true),
    gen_statem:call(M, get), gen_statem:cast(M, {some, data}), R = gen_statem:send_request(M, later), gen_statem:call(M, redirected),
    gen_statem:call(M, timeouts), gen_statem:call(M, event_timeout), gen_statem:call(M, {to, open}), gen_statem:receive_response(R, 2000), gen_statem:call(M, {to, closed}),
    {ok, Events} = sys:log(M, get), {ok, Statistics} = sys:statistics(M, get), {status, _, _, [_, _, _, _, [_, {data, Data} | _]]} = sys:get_status(M),
    sys:no_debug(M),
    Replaced = try sys:replace_state(M, fun nomodule:nofunction/1) catch error:Why -> Why end,
    {Clean(Events), [proplists:get_value(K, Statistics) || K <- [messages_in, messages_out]], Clean(lists:keyfind("Logged Events", 1, Data)) =:= {"Logged Events", Clean(Events)}, Replaced}
  end, ok
  """

/** A state machine in Weft beside the same machine in Erlang, under every function of a client. */
@EnabledIf(ErlangInstalled::class)
class StateMachineInteropSpec :
  FunSpec({
    lateinit var weft: Node
    lateinit var erlang: ErlangNode

    beforeSpec {
      weft = Node.start(NodeOptions.builder(WEFT).cookie(COOKIE).epmdPort(0).build())
      weft.start(
        Supervisor.define("sup", Intensity(1_000_000, Duration.ofSeconds(1))) { children ->
          children.add(ChildSpec.of(door()))
        }
      )
      erlang =
        ErlangNode.start("driver@127.0.0.1", COOKIE, (weft.network() as DistNetwork).epmdPort)
      erlang.eval("N = '$WEFT', logger:set_primary_config(level, none)")
      erlang.eval(DOOR)
      erlang.eval(
        "StartOurs = fun Wait() -> case catch gen_statem:call({door, N}, get) of {_, _} = Up when element(1, Up) =/= 'EXIT' -> up; _ -> Wait() end end, " +
          "StartTheirs = fun() -> {ok, _} = gen_statem:start({local, door}, door, initial, []) end, StartTheirs(), ok"
      )
    }

    afterSpec {
      erlang.close()
      weft.close()
    }

    test("2.1 and 2.2: behaves to clients in Erlang as a gen_statem does") {
      erlang.eval(EVERY_WAY)
      erlang.eval("EveryWay({door, N}, StartOurs)") shouldBe
        erlang.eval("EveryWay({door, node()}, StartTheirs)")
    }

    test("2.5: tells sys:log and sys:statistics what a gen_statem does") {
      erlang.eval(LOG)
      val theirs = erlang.eval("Log({door, node()})")
      val ours = erlang.eval("Log({door, N})")
      ours shouldBe theirs
    }

    test("2.5: shows itself to sys, and is suspended by it, as a gen_statem is") {
      erlang.eval(SYS)
      erlang.eval("Sys({door, N})") shouldBe erlang.eval("Sys({door, node()})")
    }
  })
