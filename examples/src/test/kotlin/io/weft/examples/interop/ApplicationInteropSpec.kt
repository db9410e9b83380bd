package io.weft.examples.interop

import io.kotest.assertions.withClue
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.weft.dist.DistNetwork
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.gen.Application
import io.weft.gen.ApplicationContext
import io.weft.gen.ApplicationType
import io.weft.gen.Applications
import io.weft.gen.Supervisor
import io.weft.node.Address
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.ExitException
import io.weft.node.ExitReason
import io.weft.node.Info
import io.weft.node.Node
import io.weft.node.NodeOptions
import io.weft.node.Self
import io.weft.node.StartException
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.ListTerm
import io.weft.term.Term
import io.weft.term.Tuple
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit

private const val COOKIE = "applications"
private const val WEFT = "applications@127.0.0.1"
private val WHY = ExitReason.of(Atom.of("why"))

/** The application `shop` and one that it includes; both note what happens to them. */
private val SHOP =
  """
  Source = fun(Name) -> [
    "-module(" ++ Name ++ ").",
    "-export([start/2, start_phase/3, prep_stop/1, stop/1]).",
    "note(E) -> noter ! {noted, E}.",
    "start(T, _) -> note({start, ?MODULE, T}), case persistent_term:get(behave) of {error, R} -> {error, R}; {exit, R} -> exit(R); ignore -> ignore; _ -> {ok, spawn_link(fun top/0)} end.",
    "top() -> process_flag(trap_exit, true), register(top, self()), R = receive {'EXIT', _, E} -> E; {finish, E} -> E end, note({top, R}), exit(R).",
    "start_phase(P, T, _) -> note({phase, ?MODULE, P, T}), case persistent_term:get(behave) of {phase, ?MODULE, P, {error, R}} -> {error, R}; {phase, ?MODULE, P, {exit, R}} -> exit(R); _ -> ok end.",
    "prep_stop(S) -> note(prep_stop), S.",
    "stop(_) -> note(stop)."] end,
  [begin Forms = [begin {ok, Tokens, _} = erl_scan:string(re:replace(Form, "\\?MODULE", Name, [global, {return, list}])), {ok, Parsed} = erl_parse:parse_form(Tokens), Parsed end || Form <- Source(Name)],
    {ok, Module, Binary} = compile:forms(Forms), {module, Module} = code:load_binary(Module, Name, Binary) end || Name <- ["shop", "part"]], ok
  """

/** Starts and ends of `shop`, each with its result and what was noted. */
private val EVERY_WAY =
  """
  Noted = fun Noted() -> receive {noted, E} -> [E | Noted()] after 100 -> [] end end,
  Spec = fun(Name, More) -> {application, Name, [{description, ""}, {vsn, ""}, {modules, []}, {registered, []} | More ++ [{applications, []}]]} end,
  Shop = fun(Behave, More, Then) ->
    persistent_term:put(behave, Behave), ok = application:load(Spec(shop, More)), Result = application:start(shop), Seen = Then(Result), Notes = Noted(),
    application:stop(shop), catch exit(whereis(top), kill), Noted(), application:unload(shop), {Seen, Notes} end,
  As = fun(Result) -> Result end,
  register(noter, self()),
  Plain = [{mod, {shop, []}}], Phases = [{mod, {shop, []}}, {start_phases, [{one, []}, {two, []}]}],
  [
    Shop(ok, Plain, As), Shop({error, why}, Plain, As), Shop({exit, why}, Plain, As), Shop(ignore, Plain, As),
    Shop(ok, Plain, fun(_) -> application:start(shop) end),
    Shop(ok, [{applications, [absent]} | Plain], As), application:start(nosuch), application:stop(nosuch), application:unload(nosuch),
    Shop(ok, Phases, As), Shop({phase, shop, two, {error, why}}, Phases, As), Shop({phase, shop, one, {exit, why}}, Phases, As),
    Shop(ok, Plain, fun(ok) -> application:stop(shop) end), Shop(ok, Plain, fun(ok) -> application:unload(shop) end),
    Shop(ok, Plain, fun(ok) -> top ! {finish, normal}, timer:sleep(100), application:stop(shop) end),
    Shop(ok, Plain, fun(ok) -> top ! {finish, boom}, timer:sleep(100), lists:keymember(shop, 1, application:which_applications()) end),
    begin ok = application:load(Spec(part, [{mod, {part, []}}, {start_phases, [{two, []}, {one, []}]}])),
      Shop(ok, [{mod, {application_starter, [shop, []]}}, {start_phases, [{one, []}, {two, []}, {three, []}]}, {included_applications, [part]}], As) end,
    begin application:load(Spec(part, [{mod, {part, []}}, {start_phases, [{two, []}]}])),
      Shop({phase, part, two, {error, why}}, [{mod, {application_starter, [shop, []]}}, {start_phases, [{one, []}, {two, []}]}, {included_applications, [part]}], As) end
  ]
  """

/** The same with the applications of a Weft node. */
private class Shops(private val applications: Applications) {
  private val notes = CopyOnWriteArrayList<Term>()
  private var top: Address<Term>? = null

  private fun note(term: String) = notes.add(Term.parse(term))

  /** Notes how it ends. */
  private inner class Top : Behavior<Term> {
    override fun start(self: Self<Term>) {
      top = self.address()
    }

    override fun message(self: Self<Term>, message: Term) = self.stop(ExitReason.of(message))

    override fun info(self: Self<Term>, info: Info) {
      if (info is Info.Exit) self.stop(info.reason())
    }

    override fun ended(self: Self<Term>, reason: ExitReason) {
      note("{top, $reason}")
    }
  }

  private fun shop(start: (Blueprint<Term>) -> Blueprint<*> = { it }): Application.Builder =
    Application.define("shop")
      .start { self ->
        note("{start, shop, ${self.startType().term()}}")
        start(Blueprint.of<Term>("top") { Top() }.codec(TermCodec.identity()).trapExit())
      }
      .prepStop { note("prep_stop") }
      .stop { note("stop") }

  private fun Application.Builder.phase(
    phase: String,
    fails: () -> Unit = {},
  ): Application.Builder =
    startPhase(phase) { self: ApplicationContext ->
      note("{phase, ${self.name()}, $phase, ${self.startType().term()}}")
      fails()
    }

  private fun outcome(action: () -> Unit): Term =
    try {
      action()
      Atom.OK
    } catch (refused: StartException) {
      Tuple.of(Atom.ERROR, refused.reason().term())
    }

  /**
   * Runs one start and end. The top process of a start that failed in a phase is stopped, where OTP
   * leaves it to itself: the one difference, which is not noted.
   */
  private fun run(
    shop: Application.Builder,
    phaseFails: Boolean = false,
    then: (Term) -> Term = { it },
  ): Term {
    val application = shop.build()
    applications.load(application)
    val seen = then(outcome { applications.start(application, ApplicationType.TEMPORARY) })
    val noted = ListTerm(notes.filterNot { phaseFails && it == Term.parse("{top, shutdown}") })
    outcome { applications.stop("shop") }
    notes.clear()
    applications.unload("shop")
    return Tuple.of(seen, noted)
  }

  private fun finish(reason: String) {
    checkNotNull(top).tell(Atom.of(reason))
    while (applications.running().contains("shop")) Thread.onSpinWait()
  }

  private fun part(vararg phases: String, fails: () -> Unit = {}): Application {
    val part = Application.define("part")
    phases.forEach { part.phase(it, fails) }
    return part.build()
  }

  fun everyWay(): Term =
    ListTerm.of(
      run(shop()),
      run(shop { throw StartException("shop", WHY) }),
      run(shop { throw ExitException(WHY) }),
      run(shop { Supervisor.define("top") { children -> children.ignore() } }),
      run(shop()) { outcome { applications.start("shop", ApplicationType.TEMPORARY) } },
      run(shop().dependsOn(Application.define("absent").build())),
      outcome { applications.start("nosuch", ApplicationType.TEMPORARY) },
      outcome { applications.stop("nosuch") },
      outcome { applications.unload("nosuch") },
      run(shop().phase("one").phase("two")),
      run(shop().phase("one").phase("two") { throw StartException("shop", WHY) }, true),
      run(shop().phase("one") { throw ExitException(WHY) }.phase("two"), true),
      run(shop()) { outcome { applications.stop("shop") } },
      run(shop()) { outcome { applications.unload("shop") } },
      run(shop()) {
        finish("normal")
        outcome { applications.stop("shop") }
      },
      run(shop()) {
        finish("boom")
        Atom.of(applications.running().contains("shop"))
      },
      run(shop().phase("one").phase("two").phase("three").includes(part("two", "one"))),
      run(
        shop()
          .phase("one")
          .phase("two")
          .includes(part("two") { throw StartException("part", WHY) }),
        true,
      ),
    )
}

/** Whether a node ends with an application: `lives`, or its exit code. */
private val ENDING =
  """
  Forms = [begin {ok, Tokens, _} = erl_scan:string(Form), {ok, Parsed} = erl_parse:parse_form(Tokens), Parsed end || Form <- [
    "-module(shop).", "-export([start/2, stop/1]).",
    "start(_, _) -> {ok, spawn_link(fun() -> register(top, self()), receive R -> exit(R) end end)}.", "stop(_) -> ok."]],
  {ok, shop, Binary} = compile:forms(Forms), {module, shop} = code:load_binary(shop, "shop", Binary),
  logger:set_primary_config(level, none),
  ok = application:load({application, shop, [{description, ""}, {vsn, ""}, {modules, []}, {registered, []}, {applications, []}, {mod, {shop, []}}]}),
  ok = application:start(shop, TYPE), top ! REASON,
  Poll = fun Poll() -> case catch gen_server:call(application_controller, which_applications, 2000) of
    Running when is_list(Running) -> case lists:keymember(shop, 1, Running) of true -> timer:sleep(10), Poll(); false -> halt(77) end;
    _ -> timer:sleep(60000) end end, Poll().
  """

private const val LIVES = 77

private fun exitCodeOfErlang(type: ApplicationType, reason: String): Int {
  val program =
    ENDING.replace("TYPE", "${type.term()}").replace("REASON", reason).replace('\n', ' ')
  val erl = ProcessBuilder("erl", "-noinput", "-eval", program).redirectErrorStream(true)
  erl.environment()["ERL_CRASH_DUMP_SECONDS"] = "0"
  val process = erl.start()
  process.inputStream.readAllBytes()
  check(process.waitFor(60, TimeUnit.SECONDS))
  return process.exitValue()
}

private fun startEnding(applications: Applications, type: ApplicationType): Address<Term> {
  val node = applications.node()
  val top =
    Blueprint.of<Term>("top") { Behavior { self, reason -> self.stop(ExitReason.of(reason)) } }
      .codec(TermCodec.identity())
      .named("top")
  applications.start(Application.define("shop").start { top }.build(), type)
  return node.address("top", node.name().name())
}

/** The end of a node of Weft with one of its applications, as a program of its own. */
object EndingNode {
  @JvmStatic
  fun main(arguments: Array<String>) {
    val node = Node.start(NodeOptions.local())
    val applications = Applications.of(node)
    applications.exitWhenTerminated()
    startEnding(applications, ApplicationType.valueOf(arguments[0])).tell(Atom.of(arguments[1]))
    Thread.currentThread().join()
  }
}

/** Applications of Weft beside those of OTP. */
@EnabledIf(ErlangInstalled::class)
class ApplicationInteropSpec :
  FunSpec({
    lateinit var weft: Node
    lateinit var erlang: ErlangNode

    beforeSpec {
      weft = Node.start(NodeOptions.builder(WEFT).cookie(COOKIE).epmdPort(0).build())
      erlang =
        ErlangNode.start("driver@127.0.0.1", COOKIE, (weft.network() as DistNetwork).epmdPort)
      erlang.eval("N = '$WEFT', logger:set_primary_config(level, none)")
    }

    afterSpec {
      erlang.close()
      weft.close()
    }

    test("4: starts, stops, phases and their errors are those of OTP") {
      erlang.eval(SHOP)
      Shops(Applications.of(weft)).everyWay() shouldBe erlang.eval(EVERY_WAY)
    }

    test("4: the ends that are those of the node are the same") {
      val ends =
        mapOf(
          ApplicationType.TEMPORARY to listOf("boom"),
          ApplicationType.TRANSIENT to listOf("normal", "shutdown", "boom"),
          ApplicationType.PERMANENT to listOf("normal"),
        )
      for ((type, reasons) in ends) {
        for (reason in reasons) {
          val node = Node.start(NodeOptions.local())
          val applications = Applications.of(node)
          applications.onTerminated {}
          startEnding(applications, type).tell(Atom.of(reason))
          while (applications.running().isNotEmpty()) Thread.onSpinWait()
          val ours = if (applications.terminated().isPresent) 1 else LIVES
          node.close()
          "$type $reason: $ours" shouldBe "$type $reason: ${exitCodeOfErlang(type, reason)}"
        }
      }
    }

    test("4: a JVM that is to end with its node ends with the exit code of an OTP node") {
      val java = ProcessHandle.current().info().command().orElseThrow()
      val process =
        ProcessBuilder(
            java,
            "-cp",
            System.getProperty("java.class.path"),
            EndingNode::class.java.name,
            "PERMANENT",
            "normal",
          )
          .redirectErrorStream(true)
          .start()
      val output = String(process.inputStream.readAllBytes())
      check(process.waitFor(60, TimeUnit.SECONDS))
      withClue(output) {
        process.exitValue() shouldBe 1
        output shouldContain "{application_terminated, shop, normal}"
      }
    }

    test("4: an OTP node asks the application controller of Weft as its own") {
      val applications = Applications.of(weft)
      val lib = Application.define("lib").description("a library").version("1.2").build()
      applications.start(lib, ApplicationType.TEMPORARY)
      val questions =
        "fun(C) -> Call = fun(Q) -> gen_server:call(C, Q) end, " +
          "[lists:keyfind(lib, 1, Call(which_applications)), Call({start_application, nosuch, temporary}), Call({start_application, lib, temporary}), " +
          "Call({unload_application, lib}), Call({load_application, nosuch}), Call({stop_application, nosuch}), Call({set_env, lib, key, value, []}), " +
          "Call({unset_env, lib, key, []}), Call({start_type, lib}), [K || {K, _} <- Call(info)], lists:keyfind(lib, 1, proplists:get_value(started, Call(info))), " +
          "Call({stop_application, lib}), Call({stop_application, lib})] end"
      erlang.eval(
        "application:load({application, lib, [{description, \"a library\"}, {vsn, \"1.2\"}, {modules, []}, {registered, []}, {applications, []}]}), application:start(lib)"
      )
      erlang.eval("($questions)({application_controller, N})") shouldBe
        erlang.eval("($questions)(application_controller)")
      erlang.eval(
        "gen_server:call({application_controller, N}, {start_application, lib, temporary})"
      ) shouldBe Atom.OK
      applications.running() shouldBe listOf("lib")
    }
  })
