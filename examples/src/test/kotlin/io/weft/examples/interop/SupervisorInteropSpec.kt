package io.weft.examples.interop

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.gen.ChildTemplate
import io.weft.gen.DynamicSupervisor
import io.weft.gen.Intensity
import io.weft.gen.Restart
import io.weft.gen.Supervisor
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Self
import io.weft.node.TermCodec
import io.weft.node.Weft
import io.weft.term.Atom
import io.weft.term.ListTerm
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration

private const val COOKIE = "supervised"
private const val WEFT = "weft@127.0.0.1"
private val MANY = Intensity(1_000_000, Duration.ofSeconds(1))

/** The module whose functions both supervisors are told to start children with. */
private val KIDS =
  """
  Forms = [begin {ok, Tokens, _} = erl_scan:string(Form), {ok, Parsed} = erl_parse:parse_form(Tokens), Parsed end || Form <- [
    "-module(kids).",
    "-export([init/1, go/1]).",
    "init(Spec) -> Spec.",
    "go({error, R}) -> {error, R}; go(ignore) -> ignore; go(_) -> {ok, spawn_link(fun() -> receive {exit, R} -> exit(R) end end)}."
  ]],
  {ok, kids, Binary} = compile:forms(Forms), {module, kids} = code:load_binary(kids, "kids", Binary), ok
  """

/** Makes answers of two supervisors comparable: pids differ, and how deep an error was raised. */
private val NORMAL =
  """
  Normal = fun Normal(T) -> case T of
      P when is_pid(P) -> pid;
      {'EXIT', {R, [H | _]}} -> {'EXIT', {Normal(R), Normal(H)}};
      [H | L] -> [Normal(H) | Normal(L)];
      _ when is_tuple(T) -> list_to_tuple([Normal(E) || E <- tuple_to_list(T)]);
      _ -> T
    end end, ok
  """

/** All that `supervisor` offers, in every state of a child. */
private val EVERY_REQUEST =
  """
  EveryRequest = fun(S) ->
    Spec = fun(Id, Arg) -> #{id => Id, start => {kids, go, [Arg]}} end,
    Start = fun(Sp) -> supervisor:start_child(S, Sp) end,
    [Normal(R) || R <- [
      supervisor:which_children(S), supervisor:count_children(S),
      Start(Spec(a, 1)), Start(Spec({b, 2}, 2)), Start(Spec(i, ignore)), Start((Spec(j, ignore))#{restart => temporary}),
      Start((Spec(t, 3))#{restart => temporary, shutdown => brutal_kill, modules => dynamic}),
      Start({old, {kids, go, [4]}, transient, 100, supervisor, [kids, other]}),
      supervisor:which_children(S), supervisor:count_children(S),
      Start(Spec(a, 1)), Start(Spec(i, 1)), Start(Spec(x, {error, why})), Start((Spec(y, 1))#{start => {nomod, go, [1]}}),
      Start(foo), Start([]), Start(#{}), Start(#{id => a}), Start((Spec(z, 1))#{restart => x}), Start((Spec(z, 1))#{shutdown => x}),
      Start((Spec(z, 1))#{type => x}), Start((Spec(z, 1))#{modules => x}), Start((Spec(z, 1))#{modules => [1]}), Start((Spec(z, 1))#{start => {m, f}}),
      Start((Spec(z, 1))#{significant => true, restart => temporary}), Start((Spec(z, 1))#{significant => 1}),
      [supervisor:get_childspec(S, Id) || Id <- [a, {b, 2}, i, j, t, old, nobody, self()]],
      supervisor:restart_child(S, a), supervisor:restart_child(S, i), supervisor:restart_child(S, nobody),
      supervisor:delete_child(S, a), supervisor:delete_child(S, nobody),
      supervisor:terminate_child(S, a), supervisor:terminate_child(S, a), supervisor:terminate_child(S, t), supervisor:terminate_child(S, nobody),
      supervisor:which_children(S), supervisor:count_children(S),
      Start(Spec(a, 1)), supervisor:restart_child(S, a), supervisor:terminate_child(S, a), supervisor:delete_child(S, a),
      supervisor:delete_child(S, i), supervisor:terminate_child(S, {b, 2}), supervisor:terminate_child(S, old),
      supervisor:which_children(S), supervisor:count_children(S)
    ]] end, ok
  """

private val EVERY_DYNAMIC_REQUEST =
  """
  EveryDynamicRequest = fun(S) ->
    {ok, P} = supervisor:start_child(S, [1]), {ok, _} = supervisor:start_child(S, [2]),
    Modules = fun(Rows) -> [setelement(4, Row, m) || Row <- Rows] end,
    Spec = fun({ok, M}) -> maps:without([start, modules], M); (E) -> E end,
    [Normal(R) || R <- [
      Modules(supervisor:which_children(S)), supervisor:count_children(S),
      supervisor:start_child(S, [{error, why}]), supervisor:start_child(S, [ignore]),
      Spec(supervisor:get_childspec(S, x)), Spec(supervisor:get_childspec(S, P)), Spec(supervisor:get_childspec(S, y)),
      supervisor:terminate_child(S, x), supervisor:restart_child(S, x), supervisor:restart_child(S, P), supervisor:delete_child(S, P),
      supervisor:terminate_child(S, P), supervisor:terminate_child(S, P),
      Modules(supervisor:which_children(S)), supervisor:count_children(S)
    ]] end, ok
  """

/** What `kids:go/1` does in Erlang. */
private class Kid(private val argument: Term) : Behavior<Term> {
  override fun start(self: Self<Term>) {
    val argument = argument
    when {
      argument == Atom.of("ignore") -> self.ignore()
      argument is Tuple && argument.isTagged(Atom.ERROR, 2) ->
        throw ExitException(ExitReason.of(argument[1]))
    }
  }

  override fun message(self: Self<Term>, message: Term) {
    if (message is Tuple && message.isTagged(Atom.of("exit"), 2)) {
      self.stop(ExitReason.of(message[1]))
    }
  }
}

private fun kid(argument: Term): Blueprint<Term> =
  Blueprint.of<Term>("kid") { Kid(argument) }.codec(TermCodec.identity())

/** Weft's supervisors, beside OTP's own, under the functions of OTP's module `supervisor`. */
@EnabledIf(ErlangInstalled::class)
class SupervisorInteropSpec :
  FunSpec({
    lateinit var weft: Node
    lateinit var erlang: ErlangNode

    beforeSpec {
      weft = Node.start(NodeOptions.builder(WEFT).cookie(COOKIE).epmdPort(0).build())
      weft.start(
        Supervisor.define("sup", MANY) { children ->
            children.startFunction("kids", "go") { arguments: ListTerm -> kid(arguments[0]) }
          }
          .named("sup")
      )
      weft.start(
        DynamicSupervisor.define(
            "dyn",
            MANY,
            ChildTemplate.of("x", ::kid).restart(Restart.TRANSIENT).argument { it[0] },
          )
          .named("dyn")
      )
      erlang =
        ErlangNode.start("driver@127.0.0.1", COOKIE, (weft.network() as DistNetwork).epmdPort)
      erlang.eval("N = '$WEFT', logger:set_primary_config(level, none)")
      listOf(KIDS, NORMAL, EVERY_REQUEST, EVERY_DYNAMIC_REQUEST).forEach { erlang.eval(it) }
    }

    afterSpec {
      erlang.close()
      weft.close()
    }

    test("answers every request with the terms of OTP's supervisor") {
      val theirs =
        erlang.eval(
          "{ok, S} = supervisor:start_link(kids, {ok, {#{intensity => 1000000}, []}}), EveryRequest(S)"
        )
      val ours = erlang.eval("EveryRequest({sup, N})")
      (ours as ListTerm).elements().zip((theirs as ListTerm).elements()).forEach { (our, their) ->
        our shouldBe their
      }
      ours shouldBe theirs
    }

    test("answers every request to a simple_one_for_one supervisor with the terms of OTP's") {
      val theirs =
        erlang.eval(
          "{ok, D} = supervisor:start_link(kids, {ok, {#{strategy => simple_one_for_one, intensity => 1000000}, " +
            "[#{id => x, start => {kids, go, []}, restart => transient}]}}), EveryDynamicRequest(D)"
        )
      erlang.eval("EveryDynamicRequest({dyn, N})") shouldBe theirs
    }

    test("restarts a child that an Erlang process ends") {
      erlang.eval(
        "{ok, P1} = supervisor:start_child({sup, N}, #{id => r, start => {kids, go, [1]}}), " +
          "M1 = monitor(process, P1), P1 ! {exit, boom}, receive {'DOWN', M1, _, _, boom} -> ok end, " +
          "Again = fun Again() -> case lists:keyfind(r, 1, supervisor:which_children({sup, N})) of " +
          "{r, P, worker, [kids]} when is_pid(P), P =/= P1 -> restarted; _ -> Again() end end, Again()"
      ) shouldBe Atom.of("restarted")
    }

    test("asks a supervisor that is written in Erlang by types") {
      erlang.eval(
        "{ok, T} = supervisor:start_link({local, theirs}, kids, {ok, {#{}, [" +
          "#{id => a, start => {kids, go, [1]}}, #{id => b, start => {kids, go, [2]}, type => supervisor}]}}), ok"
      )
      val theirs = weft.address("theirs", "driver@127.0.0.1", Supervisor.codec())
      val within = Duration.ofSeconds(20)
      Weft.call(theirs, Supervisor.WhichChildren(), within).map {
        it.id() to it.type().name
      } shouldBe listOf("b" to "SUPERVISOR", "a" to "WORKER")
      Weft.call(theirs, Supervisor.CountChildren(), within) shouldBe
        Supervisor.ChildCount(2, 2, 1, 1)
      Weft.call(theirs, Supervisor.TerminateChild("a"), within)
      Weft.call(theirs, Supervisor.DeleteChild("a"), within)
      Weft.call(theirs, Supervisor.CountChildren(), within) shouldBe
        Supervisor.ChildCount(1, 1, 1, 0)
    }
  })
