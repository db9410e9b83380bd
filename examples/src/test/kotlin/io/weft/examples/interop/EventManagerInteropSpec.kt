package io.weft.examples.interop

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.gen.ChildSpec
import io.weft.gen.EventHandlers
import io.weft.gen.EventManager
import io.weft.gen.HandlerEnd
import io.weft.gen.HandlerId
import io.weft.gen.Intensity
import io.weft.gen.Supervisor
import io.weft.node.Blueprint
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration

private const val COOKIE = "managers"
private const val WEFT = "managers@127.0.0.1"
private val NOTE = HandlerId.of("note", Term::class.java, TermCodec.identity())

private fun Term.isTagged(tag: String, arity: Int) = this is Tuple && isTagged(Atom.of(tag), arity)

/** Does what the Erlang module [NOTE_MODULE] does. */
private class Note(private val on: EventHandlers<Term, Term>, arguments: Term) {
  private var state: Term = on.inherited()?.let { Tuple.of(arguments, it as Term) } ?: arguments

  init {
    if (arguments == Atom.of("crash")) throw ExitException(ExitReason.of(Atom.of("boom")))
    on.state(Term::class.java, { state }, { state = it })
    on.onEvent(::handle)
    on.callTerm { request ->
      handle(request)
      Tuple.of(Atom.of("answer"), state)
    }
    on.onInfo { info -> state = Tuple.of(Atom.of("info"), info.toTerm()) }
    on.onTerminate { end -> Tuple.of(Atom.of("left"), termOf(end), state) }
  }

  private fun handle(event: Term) {
    when {
      event == Atom.of("crash") -> throw ExitException(ExitReason.of(Atom.of("boom")))
      event == Atom.of("remove") -> on.remove()
      event.isTagged("set", 2) -> state = (event as Tuple)[1]
      event.isTagged("swap", 3) -> {
        event as Tuple
        on.swap(NOTE.withId(event[1])) { other, _ -> Note(other, event[2]) }
      }
    }
  }

  private fun termOf(end: HandlerEnd): Term =
    when (end) {
      is HandlerEnd.Deleted -> end.arguments() as Term? ?: Atom.of("swapped")
      is HandlerEnd.Removed -> Atom.of("remove_handler")
      is HandlerEnd.Stopped -> Atom.of("stop")
      is HandlerEnd.OwnerEnded -> Tuple.of(Atom.of("stop"), end.reason().term())
      is HandlerEnd.Failed -> Tuple.of(Atom.ERROR, Tuple.of(Atom.of("EXIT"), end.reason().term()))
    }
}

private val NOTE_MODULE =
  """
  Forms = [begin {ok, Tokens, _} = erl_scan:string(Form), {ok, Parsed} = erl_parse:parse_form(Tokens), Parsed end || Form <- [
    "-module(note).",
    "-behaviour(gen_event).",
    "-export([init/1, handle_event/2, handle_call/2, handle_info/2, terminate/2]).",
    "init(crash) -> exit(boom); init(S) -> {ok, S}.",
    "handle_event(crash, _) -> exit(boom);
     handle_event(remove, _) -> remove_handler;
     handle_event({set, S}, _) -> {ok, S};
     handle_event({swap, Id, A}, S) -> {swap_handler, swapped, S, {note, Id}, A};
     handle_event(_, S) -> {ok, S}.",
    "handle_call(crash, _) -> exit(boom);
     handle_call(remove, S) -> {remove_handler, {answer, S}};
     handle_call({set, S}, _) -> {ok, {answer, S}, S};
     handle_call({swap, Id, A}, S) -> {swap_handler, {answer, S}, swapped, S, {note, Id}, A};
     handle_call(_, S) -> {ok, {answer, S}, S}.",
    "handle_info(I, _) -> {ok, {info, I}}.",
    "terminate(A, S) -> {left, A, S}."
  ]],
  {ok, note, Binary} = compile:forms(Forms), {module, note} = code:load_binary(note, "note", Binary), ok
  """

/** Everything a client can do with a manager, and what its supervisors are told. */
private val EVERY_WAY =
  """
  EveryWay = fun(M, Start) ->
    Me = self(),
    Told = fun Told() -> receive {gen_event_EXIT, H, R} -> [{H, R} | Told()]; {'EXIT', _, R} -> [{exit, R} | Told()] after 30 -> [] end end,
    Quiet = fun() -> gen_event:sync_notify(M, nothing), Told() end,
    Clean = fun Clean({Why, [{_, _, _, _} = At | _]}) when Why =:= undef; Why =:= badarg -> {Why, setelement(4, At, [])}; Clean([H | T]) -> [Clean(H) | Clean(T)];
      Clean(P) when P =:= Me -> me; Clean(T) when is_tuple(T) -> list_to_tuple(Clean(tuple_to_list(T))); Clean(X) -> X end,
    process_flag(trap_exit, true),
    Told(),
    Results = [
      gen_event:which_handlers(M), gen_event:add_handler(M, note, s1), gen_event:add_handler(M, note, s2), gen_event:which_handlers(M), sys:get_state(M),
      gen_event:delete_handler(M, note, a), gen_event:delete_handler(M, note, b), gen_event:delete_handler(M, note, c),
      gen_event:add_handler(M, {note, [id]}, s3), gen_event:call(M, {note, [id]}, get), gen_event:call(M, {note, [id]}, get, 2000), gen_event:call(M, note, get),
      gen_event:notify(M, {set, s4}), gen_event:call(M, {note, [id]}, get), gen_event:sync_notify(M, {set, s5}), gen_event:call(M, {note, [id]}, get),
      gen_event:receive_response(gen_event:send_request(M, {note, [id]}, {set, s6}), 2000),
      gen_event:add_handler(M, nomod, x), gen_event:add_handler(M, {nomod, 1}, x), gen_event:add_handler(M, note, crash), gen_event:add_handler(M, "weird", x),
      gen_event:delete_handler(M, "weird", x), gen_event:call(M, "weird", x),
      gen_event:swap_handler(M, {{note, [id]}, a1}, {{note, new}, a2}), sys:get_state(M), gen_event:swap_handler(M, {note, a1}, {{note, newer}, a2}),
      gen_event:swap_handler(M, {{note, new}, a1}, {nomod, x}), gen_event:swap_handler(M, {{note, none}, a1}, {nomod, x}), sys:get_state(M),
      begin M ! hello, gen_event:sync_notify(M, x), sys:get_state(M) end,
      begin M ! {'EXIT', Me, why}, gen_event:sync_notify(M, x), [{note, newer, _}] = sys:get_state(M) end,
      gen_event:call(M, {note, newer}, crash), gen_event:which_handlers(M),
      gen_event:add_sup_handler(M, {note, 1}, s1), gen_event:add_sup_handler(M, {note, 2}, s2), gen_event:add_sup_handler(M, nomod, s2), sys:get_state(M),
      gen_event:delete_handler(M, {note, 1}, bye), Quiet(), gen_event:call(M, {note, 2}, {swap, 3, s3}), Quiet(), gen_event:call(M, {note, 3}, get),
      gen_event:sync_notify(M, {swap, 4, s4}), Quiet(), gen_event:call(M, {note, 4}, remove), Quiet(),
      gen_event:add_sup_handler(M, {note, 1}, s1), gen_event:sync_notify(M, crash), Quiet(),
      gen_event:add_sup_handler(M, {note, 1}, s1), gen_event:swap_handler(M, {{note, 1}, a}, {nomod, b}), Quiet(),
      gen_event:add_handler(M, {note, 0}, s0),
      gen_event:swap_sup_handler(M, {{note, 0}, a}, {{note, 1}, s1}), sys:get_state(M), gen_event:swap_sup_handler(M, {{note, 1}, a}, {{note, 2}, s2}), Quiet(),
      begin {Other, _} = spawn_monitor(fun() -> Me ! {added, gen_event:add_sup_handler(M, {note, other}, so)}, receive stop -> exit(stopped) end end),
        Added = receive {added, A} -> A after 2000 -> nothing end, Other ! stop, receive {'DOWN', _, _, Other, Reason} -> {Added, Reason} end end,
      gen_event:sync_notify(M, x), gen_event:which_handlers(M),
      gen_event:stop(M), Told(), Start(),
      gen_event:add_sup_handler(M, note, s), gen_event:stop(M, {shutdown, done}, 2000), Told(), Start(),
      gen_event:add_sup_handler(M, note, s), gen_event:which_handlers(M), gen_event:delete_handler(M, note, x),
      (catch gen_event:stop({nobody, element(2, M)}, normal, 2000)), case catch gen_event:which_handlers({nobody, element(2, M)}) of {'EXIT', {Gone, _}} -> Gone; {'EXIT', Gone} -> Gone end
    ],
    process_flag(trap_exit, false),
    Clean(Results) end, ok
  """

/** What `sys` shows of a manager; processes are what differs. */
private val SYS =
  """
  Sys = fun(M) ->
    Clean = fun Clean(P) when is_pid(P) -> pid; Clean([H | T]) -> [Clean(H) | Clean(T)]; Clean(T) when is_tuple(T) -> list_to_tuple(Clean(tuple_to_list(T))); Clean(X) -> X end,
    Status = fun() -> {status, _, Module, [_, State, _, Debug, Misc]} = sys:get_status(M), Clean({Module, State, Debug, Misc}) end,
    First = Status(),
    ok = gen_event:add_handler(M, note, s1), ok = gen_event:add_sup_handler(M, {note, [x]}, #{k => v}),
    Second = Status(),
    ok = sys:suspend(M), ok = gen_event:notify(M, {set, s2}), Third = {Status(), sys:get_state(M)}, ok = sys:resume(M),
    ok = gen_event:sync_notify(M, nothing), Fourth = Status(),
    ok = sys:log(M, true), gen_event:notify(M, one), gen_event:sync_notify(M, two), gen_event:call(M, note, get), {ok, Log} = sys:log(M, get), ok = sys:log(M, false),
    Untagged = fun({in, {P, {P, _}, Request}}) -> {in, Request}; (Event) -> Event end,
    {First, Second, Third, Fourth, lists:map(Untagged, Log), sys:replace_state(M, fun nomodule:nofunction/1) =:= sys:get_state(M), gen_event:delete_handler(M, note, x), gen_event:delete_handler(M, {note, [x]}, x)}
  end, ok
  """

/** An event manager in Weft beside one in Erlang, under every function of a client. */
@EnabledIf(ErlangInstalled::class)
class EventManagerInteropSpec :
  FunSpec({
    lateinit var weft: Node
    lateinit var erlang: ErlangNode

    fun manager(): Blueprint<EventManager.Message<Term>> =
      EventManager.define("manager", TermCodec.identity()) { modules ->
          modules.provide(NOTE) { arguments ->
            EventManager.Definition { on, _ -> Note(on, arguments) }
          }
        }
        .named("manager")

    beforeSpec {
      weft = Node.start(NodeOptions.builder(WEFT).cookie(COOKIE).epmdPort(0).build())
      weft.start(
        Supervisor.define("sup", Intensity(1_000_000, Duration.ofSeconds(1))) { children ->
          children.add(ChildSpec.of(manager()))
        }
      )
      erlang =
        ErlangNode.start("driver@127.0.0.1", COOKIE, (weft.network() as DistNetwork).epmdPort)
      erlang.eval("N = '$WEFT', logger:set_primary_config(level, none)")
      erlang.eval(NOTE_MODULE)
      erlang.eval(
        "StartOurs = fun Wait() -> case catch gen_event:which_handlers({manager, N}) of [] -> up; _ -> Wait() end end, " +
          "StartTheirs = fun() -> {ok, _} = gen_event:start({local, manager}), up end, StartTheirs(), ok"
      )
    }

    afterSpec {
      erlang.close()
      weft.close()
    }

    test("2.1: behaves to clients in Erlang as a gen_event does") {
      erlang.eval(EVERY_WAY)
      val theirs = erlang.eval("EveryWay({manager, node()}, StartTheirs)")
      val ours = erlang.eval("EveryWay({manager, N}, StartOurs)")
      ours shouldBe theirs
    }

    test("2.5: shows itself to sys, and is suspended by it, as a gen_event is") {
      erlang.eval(SYS)
      erlang.eval("Sys({manager, N})") shouldBe erlang.eval("Sys({manager, node()})")
    }

    test("2.1: the end of the connection is that of the handlers supervised from there") {
      erlang.eval(
        "S = self(), spawn(fun() -> S ! {far, gen_event:add_sup_handler({manager, N}, {note, far}, s)}, receive never -> ok end end), " +
          "receive {far, A} -> {A, gen_event:which_handlers({manager, N})} end"
      ) shouldBe Term.parse("{ok, [{note, far}]}")
      erlang.eval("process_flag(trap_exit, true), erlang:disconnect_node(N)")
      erlang.eval("net_adm:ping(N), gen_event:which_handlers({manager, N})") shouldBe
        Term.parse("[]")
    }
  })
