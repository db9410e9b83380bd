package io.weft.examples.interop

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.gen.AutoShutdown
import io.weft.gen.ChildSpec
import io.weft.gen.Intensity
import io.weft.gen.Restart
import io.weft.gen.Strategy
import io.weft.gen.Supervisor
import io.weft.node.Address
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.From
import io.weft.node.Info
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Self
import io.weft.node.Started
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.IntTerm
import io.weft.term.ListTerm
import io.weft.term.MapTerm
import io.weft.term.Pid
import io.weft.term.Term
import io.weft.term.Tuple
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap

private const val COOKIE = "scripts"
private const val WEFT = "weft@127.0.0.1"

/**
 * The supervisor module and the children of both sides. A child `{Id, Script, How}` tells the
 * script when it starts and ends; `go` may also not start it, as `How` says.
 */
private val ACTORS =
  """
  Forms = [begin {ok, Tokens, _} = erl_scan:string(Form), {ok, Parsed} = erl_parse:parse_form(Tokens), Parsed end || Form <- [
    "-module(actors).",
    "-export([init/1, go/1, child/2]).",
    "init(Name) -> persistent_term:get(Name).",
    "go({_, _, ignore}) -> ignore; go({_, _, {error, R}}) -> {error, R}; go({_, _, crash}) -> error(broken); go({Id, Script, How}) -> {ok, P} = proc_lib:start_link(actors, child, [Id, Script]), case How of info -> {ok, P, {told, Id}}; _ -> {ok, P} end.",
    "child(Id, Script) -> process_flag(trap_exit, true), Script ! {start, Id}, proc_lib:init_ack({ok, self()}), receive {exit, R} -> Script ! {stop, Id}, exit(R); {'EXIT', _, R} -> Script ! {stop, Id}, exit(R) end."
  ]],
  {ok, actors, Binary} = compile:forms(Forms), {module, actors} = code:load_binary(actors, "actors", Binary), ok
  """

/**
 * Runs scenes: each begins with `Open`, which starts a supervisor by its flags and children, and
 * gives back what came of the scene without pids and stacks.
 */
private val SCENES =
  """
  Strip = fun Strip(T) -> case T of
      P when is_pid(P) -> pid;
      {'EXIT', {_, [_ | _]}} -> crashed;
      [H | L] -> [Strip(H) | Strip(L)];
      _ when is_tuple(T) -> list_to_tuple([Strip(E) || E <- tuple_to_list(T)]);
      _ -> T
    end end,
  Flush = fun Flush() -> receive {W, Id} when W =:= start; W =:= stop -> [{W, Id} | Flush()] after 250 -> [] end end,
  Spec = fun(Id, How, Restart) -> #{id => Id, start => {actors, go, [{Id, self(), How}]}, restart => Restart} end,
  Sig = fun(Id, Restart) -> (Spec(Id, ok, Restart))#{significant => true} end,
  Rows = fun(S) -> [{Id, if is_pid(P) -> pid; true -> P end} || {Id, P, _, _} <- supervisor:which_children(S)] end,
  PidOf = fun(S, Id) -> {Id, P, _, _} = lists:keyfind(Id, 1, supervisor:which_children(S)), P end,
  Gone = fun(P) -> M = monitor(process, P), receive {'DOWN', M, _, _, R} -> R after 3000 -> alive end end,
  End = fun(S, Id, R) -> P = PidOf(S, Id), M = monitor(process, P), P ! {exit, R}, receive {'DOWN', M, _, _, _} -> ok end end,
  Kill = fun(S, Id) -> P = PidOf(S, Id), M = monitor(process, P), exit(P, kill), receive {'DOWN', M, _, _, _} -> ok end end,
  Three = fun(R1, R2, R3) -> [Spec(a, ok, R1), Spec(b, ok, R2), Spec(c, ok, R3)] end,
  Started = fun(Open, Flags, Specs) -> case Open(Flags, Specs) of {ok, S} -> R = {ok, Flush(), Rows(S)}, exit(S, kill), Gone(S), Flush(), R; E -> {Strip(E), Flush()} end end,
  Ended = fun(Open, Flags, Specs, Ends) ->
    {ok, S} = Open(Flags, Specs), Flush(),
    W = monitor(process, S),
    Log = [begin (catch case E of {kill, Id} -> Kill(S, Id); {Id, R} -> End(S, Id, R) end), Flush() end || E <- Ends],
    Last = receive {'DOWN', W, _, _, Why} -> {down, Why} after 250 -> Rs = Rows(S), exit(S, kill), Gone(S), Rs end,
    {Log, Last, lists:sort(Flush())} end,
  Par = fun(Scenes) -> Me = self(), [receive {Pid, R} -> R end || Pid <- [spawn(fun() -> process_flag(trap_exit, true), Me ! {self(), catch F()} end) || F <- Scenes]] end,
  Many = #{intensity => 1000, period => 1},
  Strategies = [one_for_one, one_for_all, rest_for_one],
  Starts = fun(Open) -> Par([fun() -> Started(Open, Flags, Specs(x)) end || {Flags, Specs} <- [
    {Many, fun(_) -> Three(permanent, transient, temporary) end},
    {Many, fun(_) -> [Spec(a, ok, permanent), Spec(b, {error, why}, permanent), Spec(c, ok, permanent)] end},
    {Many, fun(_) -> [Spec(a, ok, permanent), Spec(b, crash, permanent)] end},
    {Many, fun(_) -> [Spec(a, ignore, permanent), Spec(b, ignore, temporary), Spec(c, ok, permanent)] end},
    {#{intensity => -1}, fun(_) -> [] end}, {#{period => 0}, fun(_) -> [] end},
    {Many, fun(_) -> [Spec(a, ok, permanent), Spec(a, ok, permanent)] end},
    {Many, fun(_) -> [Sig(a, transient)] end},
    {Many#{auto_shutdown => any_significant}, fun(_) -> [Sig(a, permanent)] end}]]) end,
  Infos = fun(Open) -> Par([fun() -> {ok, S} = Open(Many, []), R = [Strip(X) || X <- [supervisor:start_child(S, Spec(i, info, permanent)),
    supervisor:terminate_child(S, i), supervisor:restart_child(S, i), supervisor:start_child(S, Spec(x, crash, permanent))]], exit(S, kill), R end]) end,
  Restarts = fun(Open) -> Par([
    fun() -> {Strategy, Ended(Open, Many#{strategy => Strategy}, Three(R1, R2, R3), Ends)} end || Strategy <- Strategies,
      {R1, R2, R3} <- [{permanent, permanent, permanent}, {permanent, temporary, transient}, {transient, permanent, temporary}],
      Ends <- [[{b, normal}], [{b, boom}], [{kill, a}], [{a, {shutdown, x}}], [{c, normal}, {a, boom}]]]) end,
  Intensities = fun(Open) -> Par([fun() -> Ended(Open, Flags, Three(R1, R2, R3), Ends) end || {Flags, {R1, R2, R3}, Ends} <- [
    {#{intensity => 0, period => 1}, {permanent, permanent, permanent}, [{b, boom}]},
    {#{intensity => 1, period => 100}, {permanent, permanent, permanent}, [{b, boom}, {a, normal}]},
    {#{intensity => 1, period => 100}, {permanent, transient, temporary}, [{b, normal}, {c, boom}]},
    {#{intensity => 2, period => 100, strategy => one_for_all}, {permanent, permanent, permanent}, [{b, boom}, {a, boom}, {c, boom}]}]]) end,
  Significant = fun(Open) -> Par([
    fun() -> {Auto, Strategy, Ends, Ended(Open, Many#{auto_shutdown => Auto, strategy => Strategy}, [Sig(s, transient), Spec(a, ok, permanent), Sig(t, temporary)], Ends)} end
      || Auto <- [any_significant, all_significant], Strategy <- Strategies,
         Ends <- [[{s, normal}], [{s, boom}], [{t, boom}], [{a, boom}], [{t, normal}, {s, shutdown}]]]) end,
  ok
  """

/** The same children in Weft. */
private class Actor(private val id: Term, private val script: Pid, private val how: Term) :
  Behavior<Term> {
  override fun start(self: Self<Term>) {
    if (how == Atom.of("ignore")) {
      self.ignore()
      return
    }
    if (how is Tuple) throw ExitException(ExitReason.of(how[1]))
    tell(self, "start")
    if (how == Atom.of("info")) self.startInfo(Tuple.of(Atom.of("told"), id))
  }

  private fun tell(self: Self<Term>, what: String) =
    self.node().address(script).tell(Tuple.of(Atom.of(what), id))

  override fun message(self: Self<Term>, message: Term) {
    tell(self, "stop")
    self.stop(ExitReason.of((message as Tuple)[1]))
  }

  override fun info(self: Self<Term>, info: Info) {
    if (info is Info.Exit) {
      tell(self, "stop")
      self.stop(info.reason())
    }
  }
}

private fun actor(argument: Term): Blueprint<Term> {
  val (id, script, how) = (argument as Tuple).elements()
  return Blueprint.of<Term>("actor") {
      check(how != Atom.of("crash")) { "broken" }
      Actor(id, script as Pid, how)
    }
    .codec(TermCodec.identity())
    .trapExit()
}

private fun MapTerm.atom(key: String): String? = (get(Atom.of(key)) as Atom?)?.name()

private fun MapTerm.number(key: String, otherwise: Long): Long =
  (get(Atom.of(key)) as IntTerm?)?.value() ?: otherwise

/** Describes a supervisor as a function of Erlang's `init` would: by its flags and children. */
private fun Supervisor.Children.describe(flags: MapTerm, specs: ListTerm) {
  startFunction("actors", "go") { actor(it[0]) }
  flags.atom("strategy")?.let { strategy(Strategy.valueOf(it.uppercase())) }
  flags.atom("auto_shutdown")?.let { autoShutdown(AutoShutdown.valueOf(it.uppercase())) }
  intensity(
    Intensity(
      flags.number("intensity", 1).toInt(),
      Duration.ofSeconds(flags.number("period", 5)),
    )
  )
  specs.elements().forEach { spec ->
    spec as MapTerm
    val arguments = (spec.get(Atom.of("start")) as Tuple)[2] as ListTerm
    val child =
      ChildSpec.of(actor(arguments[0]))
        .id(spec.atom("id")!!)
        .restart(Restart.valueOf((spec.atom("restart") ?: "permanent").uppercase()))
    add(if (spec.get(Atom.of("significant")) == Atom.TRUE) child.asSignificant() else child)
  }
}

/**
 * Starts supervisors for the script, `{open, Name, Flags, Specs}`, and tells one what it is to be
 * the next time its definition runs, `{put, Name, Flags, Specs}`.
 */
private class Stage : Behavior<Term> {
  private val plays = ConcurrentHashMap<Term, Pair<MapTerm, ListTerm>>()

  override fun message(self: Self<Term>, message: Term) = Unit

  override fun info(self: Self<Term>, info: Info) = Unit // of supervisors that end

  override fun call(self: Self<Term>, request: Term, from: From) {
    val (what, name, flags, specs) = (request as Tuple).elements()
    plays[name] = flags as MapTerm to specs as ListTerm
    if (what == Atom.of("put")) {
      from.reply(Atom.OK)
      return
    }
    val blueprint =
      Supervisor.define("sup") { children ->
        val (theFlags, theSpecs) = plays.getValue(name)
        children.describe(theFlags, theSpecs)
      }
    self.startLink(blueprint) { outcome ->
      from.reply(
        when (outcome) {
          is Started.Ok -> Tuple.of(Atom.OK, pidOf(outcome.address()))
          is Started.Failed -> Tuple.of(Atom.ERROR, outcome.reason().term())
          is Started.Ignored -> Atom.of("ignore")
        }
      )
    }
  }

  private fun pidOf(address: Address<*>): Pid = checkNotNull(address.pid())
}

/**
 * OTP semantics 3.1 to 3.5, and code_change: one script, on a supervisor of OTP and one of Weft.
 */
@EnabledIf(ErlangInstalled::class)
class SupervisorScriptInteropSpec :
  FunSpec({
    lateinit var weft: Node
    lateinit var erlang: ErlangNode

    beforeSpec {
      weft = Node.start(NodeOptions.builder(WEFT).cookie(COOKIE).epmdPort(0).build())
      weft.start(
        Blueprint.of<Term>("stage") { Stage() }
          .codec(TermCodec.identity())
          .named("stage")
          .trapExit()
      )
      erlang =
        ErlangNode.start("driver@127.0.0.1", COOKIE, (weft.network() as DistNetwork).epmdPort)
      erlang.eval(
        "N = '$WEFT', logger:set_primary_config(level, none), process_flag(trap_exit, true), ok"
      )
      listOf(ACTORS, SCENES).forEach { erlang.eval(it) }
      erlang.eval(
        """
        Theirs = fun(F, Ss) -> persistent_term:put(self(), {ok, {F, Ss}}), case supervisor:start_link(actors, self()) of {ok, S} -> unlink(S), {ok, S}; E -> E end end,
        Ours = fun(F, Ss) -> gen_server:call({stage, N}, {open, self(), F, Ss}, infinity) end,
        PutTheirs = fun(F, Ss) -> persistent_term:put(self(), {ok, {F, Ss}}), ok end,
        PutOurs = fun(F, Ss) -> gen_server:call({stage, N}, {put, self(), F, Ss}) end, ok
        """
      )
    }

    afterSpec {
      erlang.close()
      weft.close()
    }

    fun compare(scenes: String) {
      val ours = erlang.eval("$scenes(Ours)") as ListTerm
      val theirs = erlang.eval("$scenes(Theirs)") as ListTerm
      ours.elements().zip(theirs.elements()).forEach { (our, their) -> our shouldBe their }
      ours.size() shouldBe theirs.size()
    }

    test("3.1: starts come to what a supervisor of OTP comes to") { compare("Starts") }

    test("3.1, 3.6: what a child tells along in its start reaches who asked for it") {
      compare("Infos")
    }

    test("3.2: children are restarted as by a supervisor of OTP") { compare("Restarts") }

    test("3.3: too many restarts end it as a supervisor of OTP") { compare("Intensities") }

    test("3.5: significant children end it as a supervisor of OTP") { compare("Significant") }

    test("code_change replaces the specifications as that of OTP's supervisor") {
      erlang.eval(
        """
        Change = fun(S) -> ok = sys:suspend(S), R = sys:change_code(S, actors, old, extra), ok = sys:resume(S), Strip(R) end,
        Show = fun(S) -> {Rows(S), supervisor:count_children(S), [maps:without([start, modules], M) || {Id, _, _, _} <- supervisor:which_children(S), {ok, M} <- [supervisor:get_childspec(S, Id)]]} end,
        Changes = fun(Open, Put) ->
          {ok, S} = Open(Many, [Spec(I, ok, permanent) || I <- [a, b, c]]),
          {ok, _} = supervisor:start_child(S, Spec(dyn, ok, permanent)), Flush(),
          Pids = [PidOf(S, I) || I <- [a, b, c, dyn]],
          Put(Many#{strategy => one_for_all}, [Spec(b, ok, permanent), Spec(a, ok, temporary), Spec(new, ok, transient)]),
          One = {Change(S), Show(S), Pids =:= [PidOf(S, I) || I <- [a, b, c, dyn]]},
          Put(Many, [Spec(a, ok, permanent), Spec(a, ok, permanent)]), Two = {Change(S), Show(S)},
          Put(#{intensity => -1}, []), Three2 = {Change(S), Show(S)},
          Put(Many, [Sig(a, transient)]), Four = {Change(S), Show(S)},
          Put(Many, [Spec(c, ok, permanent)]), Five = {Change(S), Show(S)},
          Six = [element(1, supervisor:restart_child(S, new)), Rows(S)],
          End(S, c, boom), Seven = [Flush(), Rows(S)],
          exit(S, kill), Gone(S), Flush(),
          [One, Two, Three2, Four, Five, Six, Seven] end, ok
        """
      )
      val ours = erlang.eval("Changes(Ours, PutOurs)") as ListTerm
      val theirs = erlang.eval("Changes(Theirs, PutTheirs)") as ListTerm
      ours.elements().zip(theirs.elements()).forEach { (our, their) -> our shouldBe their }
    }
  })
