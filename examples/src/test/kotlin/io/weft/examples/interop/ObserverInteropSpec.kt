package io.weft.examples.interop

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.Enabled
import io.kotest.matchers.shouldBe
import io.weft.dist.testing.ErlangInstalled
import io.weft.dist.testing.ErlangNode
import io.weft.gen.Application
import io.weft.gen.ApplicationType
import io.weft.gen.Applications
import io.weft.gen.ChildSpec
import io.weft.gen.Intensity
import io.weft.gen.Supervisor
import io.weft.node.Behavior
import io.weft.node.Blueprint
import io.weft.node.From
import io.weft.node.Node
import io.weft.node.Self
import io.weft.node.TermCodec
import io.weft.term.Atom
import io.weft.term.ListTerm
import io.weft.term.Pid
import io.weft.term.Term
import java.time.Duration

private const val COOKIE = "observer"
private const val WEFT = "observed@127.0.0.1"
private const val OTHER = "otherobserved@127.0.0.1"
private const val DRIVER = "observer@127.0.0.1"

private fun leaf(name: String) =
  Blueprint.of<Term>(name) { Shown() }.named(name).codec(TermCodec.identity())

/** A server that shows its state. */
private class Shown : Behavior<Term> {
  override fun message(self: Self<Term>, message: Term) = Unit

  override fun call(self: Self<Term>, request: Term, from: From) = from.reply(request)

  override fun state(self: Self<Term>): Any = Term.parse("{shown, 1}")
}

/**
 * Spec 5.1 and 5.3: what the tools of an OTP node ask this one. The GUI of observer cannot be run
 * by a test; what it and etop call on the node they look at is called here as they do.
 */
@EnabledIf(ErlangInstalled::class)
class ObserverInteropSpec :
  FunSpec({
    lateinit var both: BesideOtp
    lateinit var weft: Node
    lateinit var erlang: ErlangNode

    beforeSpec {
      both = BesideOtp(WEFT, DRIVER, OTHER, COOKIE)
      weft = both.weft
      erlang = both.erlang
      weft.start(Blueprint.of<Term>("shown") { Shown() }.named("shown").codec(TermCodec.identity()))
      both.other.load(
        """
        -module(shown).
        -export([start/0, init/1, handle_call/3, handle_cast/2]).
        start() -> gen_server:start({local, shown}, ?MODULE, [], []).
        init([]) -> {ok, {shown, 1}}.
        handle_call(R, _, S) -> {reply, R, S}.
        handle_cast(_, S) -> {noreply, S}.
        """
      )
      both.other.eval("shown:start(), application:load(runtime_tools)")
      erlang.eval(
        "net_adm:ping('$OTHER'), net_adm:ping('$WEFT'), " +
          "Keys = fun(L) when is_list(L) -> [element(1, E) || E <- L]; (X) -> X end"
      )
    }

    afterSpec { both.close() }

    fun same(expression: String) = both.same(expression)

    fun eval(expression: String): Term = erlang.eval(expression)

    test("5.3: the system is described with the keys of an OTP node, and types of their kind") {
      same("Keys(rpc:call(N, observer_backend, sys_info, []))")
      same(
        "[is_integer(V) || {K, V} <- rpc:call(N, observer_backend, sys_info, []), K =/= kernel_poll]"
      )
      same("rpc:call(N, observer_backend, vsn, [])")
      same("Keys(rpc:call(N, erlang, memory, []))")
      same("Keys(rpc:call(N, erlang, memory, [[total, ets]]))")
      same("is_integer(rpc:call(N, erlang, memory, [total]))")
      same("rpc:call(N, erlang, memory, [nonsense])")
      same("rpc:call(N, erlang, system_info, [nonsense])")
      same("rpc:call(N, erlang, statistics, [nonsense])")
      same("element(1, rpc:call(N, erlang, statistics, [wall_clock])) > 0")
      same("Keys(tuple_to_list(rpc:call(N, erlang, statistics, [io])))")
      same("rpc:call(N, erlang, system_info, [otp_release])")
      eval("rpc:call('$WEFT', erlang, system_info, [process_count])").toString().toInt() shouldBe
        weft.processCount() + 1
    }

    test("5.3: names, processes and nodes are those of this node") {
      same("erpc:call(N, erlang, node, []) =:= N")
      same("node(erpc:call(N, erlang, whereis, [shown])) =:= N")
      same("erpc:call(N, erlang, whereis, [nobody_is_called_so])")
      same("lists:member(shown, erpc:call(N, erlang, registered, []))")
      same(
        "lists:member(erpc:call(N, erlang, whereis, [shown]), erpc:call(N, erlang, processes, []))"
      )
      same("erpc:call(N, erlang, is_process_alive, [erpc:call(N, erlang, whereis, [shown])])")
      same("catch erpc:call(N, erlang, is_process_alive, [self()])")
      same("lists:member(node(), erpc:call(N, erlang, nodes, []))")
      same("lists:member(N, erpc:call(N, erlang, nodes, [[this, hidden]]))")
      same("catch erpc:call(N, erlang, whereis, [1])")
    }

    test("5.3: process_info tells of a process in the words of OTP") {
      erlang.eval(
        "Info = fun(N, Items) -> P = erpc:call(N, erlang, whereis, [shown]), erpc:call(N, erlang, process_info, [P, Items]) end"
      )
      same("Keys(erpc:call(N, erlang, process_info, [erpc:call(N, erlang, whereis, [shown])]))")
      same("Info(N, registered_name)")
      same(
        "Info(N, [registered_name, message_queue_len, trap_exit, priority, status, links, monitors, monitored_by, error_handler, initial_call, messages, suspending])"
      )
      same(
        "Keys(Info(N, [memory, reductions, current_function, dictionary, group_leader, heap_size, total_heap_size, stack_size, garbage_collection, parent, message_queue_data, backtrace, binary, current_stacktrace, current_location, catchlevel, sequential_trace_token, max_heap_size, min_heap_size, last_calls, garbage_collection_info]))"
      )
      same("Keys(element(2, Info(N, garbage_collection)))")
      same(
        "[is_integer(V) || {_, V} <- Info(N, [memory, reductions, heap_size, total_heap_size, stack_size])]"
      )
      same(
        "try erpc:call(N, erlang, process_info, [erpc:call(N, erlang, whereis, [shown]), nonsense]) catch C:{exception, R, [{M, F, [_, A], I}]} -> {C, R, M, F, A, I} end"
      )
      same("element(1, Info(N, current_function))")
      same(
        "[K || {K, _} <- element(2, Info(N, dictionary)), K =:= '${'$'}initial_call' orelse K =:= '${'$'}ancestors'] -- ['${'$'}ancestors', '${'$'}initial_call']"
      )
      same(
        "erpc:call(N, erlang, process_info, [element(1, {spawn(N, erlang, node, []), timer:sleep(100)}), memory])"
      )
      same(
        "begin M = monitor(process, {shown, N}), R = Info(N, monitored_by), demonitor(M), R =:= {monitored_by, [self()]} end"
      )
      val nameless =
        (weft.spawn(Blueprint.of<Term>("nameless") { Shown() }).target()!!.item()) as Pid
      erlang.eval("Nameless = receive {nameless, P} -> P after 0 -> none end")
      eval("length(rpc:call('$WEFT', erlang, processes, []))").toString().toInt() shouldBe
        weft.processCount() + 1
      weft.isAlive(nameless) shouldBe true
    }

    test("5.3: observer's list of processes comes as it expects it") {
      val procs =
        "begin Pid = spawn_link(N, observer_backend, procs_info, [self()]), " +
          "receive {procs_info, Pid, Info} -> {lists:usort([{element(1, I), tuple_size(I)} || I <- Info]), " +
          "[element(5, I) || I <- Info, element(5, I) =:= shown], [is_pid(element(2, I)) andalso is_integer(element(3, I)) || I <- Info, element(5, I) =:= shown]} after 5000 -> nothing end end"
      same(procs)
      same(
        "begin Pid = spawn_link(N, observer_backend, etop_collect, [self()]), receive {Pid, I} -> {element(1, I), tuple_size(I), element(3, I) > 0, is_list(element(9, I)), Keys(element(8, I))} after 5000 -> nothing end end"
      )
      same(
        "begin Pid = spawn(N, observer_backend, fetch_stats, [self(), 50]), S = receive {stats, V, _, Io, Mem} -> {V, Keys(tuple_to_list(Io)), Keys(Mem)} after 5000 -> nothing end, " +
          "R = monitor(process, Pid), Pid ! exit, receive {'DOWN', R, _, _, Why} -> {S, Why} after 5000 -> {S, lives} end end"
      )
    }

    test("5.3: a process is shown as sys and observer's window of it ask") {
      same("rpc:call(N, sys, get_state, [erpc:call(N, erlang, whereis, [shown]), 200])")
      same("erpc:call(N, sys, get_state, [shown])")
      same(
        "begin {status, P, {module, M}, [_, S | _]} = rpc:call(N, sys, get_status, [shown, 200]), {node(P) =:= N, M, S} end"
      )
      same("rpc:call(N, sys, get_state, [nobody_is_called_so])")
      same("rpc:call(N, gen_server, call, [shown, hello])")
      same("sys:get_state({shown, N})")
    }

    test("5.3: tables, ports and sockets are none, and mnesia does not run") {
      eval(
        "rpc:call('$WEFT', observer_backend, get_table_list, [ets, [{unreadable_hidden, true}]])"
      ) shouldBe ListTerm.NIL
      eval("rpc:call('$WEFT', observer_backend, get_port_list, [])") shouldBe ListTerm.NIL
      eval("rpc:call('$WEFT', observer_backend, get_socket_list, [])") shouldBe ListTerm.NIL
      same("element(1, rpc:call(N, observer_backend, get_table_list, [mnesia, []]))")
      same(
        "begin P = rpc:call(N, observer_backend, get_table, [self(), nosuch, ets]), receive {P, X} -> X after 3000 -> nothing end end"
      )
    }

    test("5.3: what observer reckons with on its pages can be reckoned with") {
      // It divides by limits, and the sizes of allocators by each other.
      eval(
        "[K || {K, V} <- rpc:call('$WEFT', observer_backend, sys_info, []), lists:suffix(\"_limit\", atom_to_list(K)), K =/= dist_buf_busy_limit, V =< 0]"
      ) shouldBe ListTerm.NIL
      same(
        "begin [{A, [{instance, _, Kinds} | _]} | _] = proplists:get_value(alloc_info, rpc:call(N, observer_backend, sys_info, [])), " +
          "{is_atom(A), [begin [{blocks, B}, {carriers_size, C, C2, C3}] = D, is_list(B) and is_integer(C + C2 + C3) end || {K, D} <- Kinds, K =/= mbcs_pool], " +
          "[is_integer(S) || {mbcs, [{blocks, [{_, [{size, S, _, _}]}]}, _]} <- Kinds]} end"
      )
      eval(
        "[C || {_, [{instance, _, [{mbcs, [_, {carriers_size, C, _, _}]} | _]}]} <- proplists:get_value(alloc_info, rpc:call('$WEFT', observer_backend, sys_info, [])), C =< 0]"
      ) shouldBe ListTerm.NIL
    }

    test("5.3: what observer and the shell ask about code is answered") {
      same("rpc:call(N, code, ensure_loaded, [observer_backend])")
      same("rpc:call(N, code, ensure_loaded, [no_such_module])")
      same("rpc:call(N, erlang, function_exported, [observer_backend, procs_info, 1])")
      same("rpc:call(N, erlang, function_exported, [observer_backend, procs_info, 7])")
      same("rpc:call(N, code, which, [no_such_module])")
      same("rpc:call(N, code, is_loaded, [no_such_module])")
      same("lists:keymember(observer_backend, 1, rpc:call(N, code, all_loaded, []))")
      same("rpc:call(N, proc_lib, translate_initial_call, [rpc:call(N, erlang, whereis, [shown])])")
      // The page "State" of a process goes from there to the module, and to the process's status.
      eval("rpc:call('$WEFT', shown, module_info, [attributes])") shouldBe
        Term.parse("[{behaviour, [gen_server]}]")
      same("is_list(rpc:call(N, shown, module_info, [exports]))")
    }

    test("5.3: the page of applications gets their trees, by links and by supervisors") {
      val inner =
        Supervisor.define("inner", Intensity(1, Duration.ofSeconds(1))) { children ->
          children.add(ChildSpec.of(leaf("deep")))
        }
      val top =
        Supervisor.define("top", Intensity(1, Duration.ofSeconds(1))) { children ->
          children.add(ChildSpec.of(leaf("till")))
          children.add(ChildSpec.of(inner))
        }
      val applications = Applications.of(weft)
      val sells = Application.define("sells").description("all").version("1")
      applications.start(sells.start { top.named("top") }.build(), ApplicationType.TEMPORARY)
      erlang.eval(
        "{ok, Mon} = appmon_info:start_link('$WEFT', self(), []), {ok, Mon} = appmon_info:start_link('$WEFT', self(), []), " +
          "Told = fun(What, About) -> receive {delivery, Mon, What, About, R} -> R after 9000 -> nothing end end"
      )
      eval(
        "appmon_info:app_ctrl(Mon, '$WEFT', true, []), " +
          "[{Master, sells, {sells, \"all\", \"1\"}}] = Told(app_ctrl, '$WEFT'), node(Master)"
      ) shouldBe Atom.of(WEFT)
      for (way in listOf("link", "sup")) {
        eval(
          "(fun() -> appmon_info:app(Mon, sells, true, [{info_type, $way}]), {Root, Pids, Links, []} = Told(app, sells), " +
            "Up = fun Up(T) -> case lists:keyfind(T, 2, Links) of {P, _} -> [T | Up(P)]; false -> [T] end end, " +
            "Named = fun(T) -> case T of [$< | _] -> pid; _ -> T end end, " +
            "{[Named(T) || T <- Up(\"deep\")], [Named(T) || T <- Up(\"till\")], length(Pids), lists:keyfind(Root, 2, Pids) =:= {Master, Root}} end)()"
        ) shouldBe Term.parse("{[\"deep\", pid, \"top\", pid], [\"till\", \"top\", pid], 5, true}")
        eval("appmon_info:app(Mon, sells, false, [])")
      }
      eval("appmon_info:app(Mon, none, true, []), Told(app, none)") shouldBe
        Term.parse("{[], [], [], []}")
      eval("is_pid(rpc:call('$WEFT', application_controller, get_master, [sells]))") shouldBe
        Atom.TRUE
      eval("length(rpc:call('$WEFT', supervisor, which_children, [top]))").toString() shouldBe "2"
      applications.stop("sells")
      eval("Told(app_ctrl, '$WEFT')") shouldBe ListTerm.NIL
      eval(
        "Gone = monitor(process, Mon), unlink(Mon), exit(Mon, normal), receive {'DOWN', Gone, _, _, Why} -> Why after 9000 -> lives end"
      ) shouldBe Atom.of("normal")
    }

    test("5.3: a remote shell, as erl -remsh starts it, says that there is none, and ends") {
      erlang.eval(
        "Before = group_leader(), group_leader(self(), self()), Shell = rpc:call('$WEFT', shell, start, []), " +
          "Watch = monitor(process, Shell), " +
          "Said = receive {io_request, From, As, {put_chars, unicode, Text}} -> From ! {io_reply, As, ok}, Text after 9000 -> nothing end, " +
          "group_leader(Before, self()), ok"
      )
      eval("string:find(Said, \"has no Erlang shell\") =/= nomatch") shouldBe Atom.TRUE
      eval("receive {'DOWN', Watch, _, _, Reason} -> Reason after 9000 -> lives end") shouldBe
        Atom.of("normal")
    }

    fun etopInstalled(): Enabled =
      if (eval("code:which(etop)") != Atom.of("non_existing")) Enabled.enabled
      else Enabled.disabled("there is no etop; Debian has it as erlang-observer")

    test("5.3: etop shows this node's processes as text").config(
      enabledOrReasonIf = { etopInstalled() }
    ) {
      erlang.eval(
        "Etop = spawn(fun() -> etop:start([{node, '$WEFT'}, {output, text}, {tracing, off}, {interval, 1}, {lines, 50}]) end), ok"
      )
      erlang.lineWith("shown")
      eval("exit(Etop, kill)") shouldBe Atom.TRUE
    }

    test("5.3: the applications of this node are listed") {
      eval("rpc:call('$WEFT', application, which_applications, [])") shouldBe ListTerm.NIL
      val applications = Applications.of(weft)
      val lib = Application.define("lib").description("a library").version("1.2").build()
      applications.start(lib, ApplicationType.TEMPORARY)
      val listed = Term.parse("[{lib, \"a library\", \"1.2\"}]")
      eval("rpc:call('$WEFT', application, which_applications, [])") shouldBe listed
      eval("rpc:call('$WEFT', application, which_applications, [1000])") shouldBe listed
      eval("proplists:get_value(started, rpc:call('$WEFT', application, info, []))") shouldBe
        Term.parse("[{lib, temporary}]")
    }
  })
