%% Erlang/OTP as a contestant: processes and messages within one node.
%% The lines it reads and writes are those of io.weft.bench.compare.WorkerProcess.
-module(otp_worker).
-behaviour(gen_server).

-export([main/0]).
-export([init/1, handle_call/3, handle_cast/2]).
-export([player/1, sender/2, member/2, child/2, caller/3, sleeper/0, hub/2]).

-define(RING_SIZE, 1000).
-define(SENDERS, 8).
-define(SKIPPED, 10000).

main() ->
    ok = io:setopts([{encoding, utf8}]),
    io:format("ready Erlang/OTP ~s, ERTS ~s~n",
              [erlang:system_info(otp_release), erlang:system_info(version)]),
    serve().

serve() ->
    case io:get_line("") of
        eof ->
            halt(0);
        Line ->
            ["run", Request] = string:split(string:trim(Line), " "),
            [Ops, Row] = string:split(Request, " "),
            io:format("~s~n", [answer(Row, list_to_integer(Ops))]),
            serve()
    end.

%% A process of its own for each sample: it begins with an empty heap.
answer(Row, Ops) ->
    {Worker, Monitor} = spawn_monitor(fun() -> exit({took, run(Row, Ops)}) end),
    receive
        {'DOWN', Monitor, process, Worker, {took, absent}} -> "absent";
        {'DOWN', Monitor, process, Worker, {took, N}} -> ["took ", integer_to_list(N)];
        {'DOWN', Monitor, process, Worker, Why} -> io_lib:format("failed ~0p", [Why])
    end.

run("ping-pong 1 pair", Ops) -> ping_pong(1, Ops);
run("ping-pong 100 pairs", Ops) -> ping_pong(100, Ops);
run("fan-in 8", Ops) -> fan_in(Ops);
run("ring 1000", Ops) -> ring(Ops);
run("spawn", Ops) -> spawn_all(Ops);
run("call 1 caller", Ops) -> calls(1, Ops);
run("call 30 callers", Ops) -> calls(30, Ops);
run("idle bytes", Ops) -> idle(Ops);
run("timers", Ops) -> timers(Ops);
run("link storm", Ops) -> link_storm(Ops);
run("selective receive", Ops) -> selective_receive(Ops);
run(_, _) -> absent.

nanos(Work) ->
    Before = erlang:monotonic_time(nanosecond),
    Work(),
    erlang:monotonic_time(nanosecond) - Before.

%% Waits for N messages.
await(_, 0) -> ok;
await(Message, N) -> receive Message -> await(Message, N - 1) end.

%% --- ping-pong -------------------------------------------------------------------------------------

ping_pong(Pairs, Ops) ->
    Spawn = fun() -> spawn_link(?MODULE, player, [self()]) end,
    Players = [{Spawn(), Spawn()} || _ <- lists:seq(1, Pairs)],
    nanos(fun() ->
                  [Left ! {ball, Right, Ops div Pairs - 1} || {Left, Right} <- Players],
                  await(landed, Pairs)
          end).

player(Referee) ->
    receive
        {ball, _, 0} -> Referee ! landed;
        {ball, HitBy, 1} -> HitBy ! {ball, self(), 0};
        {ball, HitBy, HitsLeft} -> HitBy ! {ball, self(), HitsLeft - 1}, player(Referee)
    end.

%% --- fan-in ----------------------------------------------------------------------------------------

fan_in(Ops) ->
    Each = Ops div ?SENDERS,
    Self = self(),
    nanos(fun() ->
                  [spawn_link(?MODULE, sender, [Self, Each]) || _ <- lists:seq(1, ?SENDERS)],
                  receive_items(Each * ?SENDERS)
          end).

sender(_, 0) -> ok;
sender(Receiver, N) -> Receiver ! {item, N}, sender(Receiver, N - 1).

receive_items(0) -> ok;
receive_items(N) -> receive {item, _} -> receive_items(N - 1) end.

%% --- ring ------------------------------------------------------------------------------------------

ring(Ops) ->
    Self = self(),
    Last = spawn_link(fun() -> receive {join, Next} -> member(Next, Self) end end),
    First = lists:foldl(fun(_, Next) -> spawn_link(?MODULE, member, [Next, Self]) end,
                        Last, lists:seq(2, ?RING_SIZE)),
    Last ! {join, First},
    nanos(fun() -> First ! {token, Ops - 1}, await(done, 1) end).

%% When no hops are left the token goes round once more and ends all.
member(Next, Referee) ->
    receive
        {token, Hops} when Hops > 0 ->
            Next ! {token, Hops - 1},
            member(Next, Referee);
        {token, 0} ->
            Referee ! done,
            Next ! {token, -1};
        {token, Hops} ->
            Next ! {token, Hops - 1}
    end.

%% --- spawn -----------------------------------------------------------------------------------------

spawn_all(Ops) ->
    Left = atomics:new(1, []),
    atomics:put(Left, 1, Ops),
    Self = self(),
    nanos(fun() -> spawn_children(Ops, Left, Self), await(ended, 1) end).

spawn_children(0, _, _) -> ok;
spawn_children(N, Left, Parent) ->
    spawn(?MODULE, child, [Left, Parent]) ! go,
    spawn_children(N - 1, Left, Parent).

child(Left, Parent) ->
    receive
        go ->
            case atomics:sub_get(Left, 1, 1) of
                0 -> Parent ! ended;
                _ -> ok
            end
    end.

%% --- call ------------------------------------------------------------------------------------------

calls(Callers, Ops) ->
    {ok, Server} = gen_server:start_link(?MODULE, [], []),
    Self = self(),
    Took = nanos(fun() ->
                         [spawn_link(?MODULE, caller, [Server, Self, Ops div Callers])
                          || _ <- lists:seq(1, Callers)],
                         await(done, Callers)
                 end),
    ok = gen_server:stop(Server),
    Took.

caller(_, Referee, 0) -> Referee ! done;
caller(Server, Referee, N) ->
    N = gen_server:call(Server, {ask, N}),
    caller(Server, Referee, N - 1).

init([]) -> {ok, []}.

handle_call({ask, N}, _From, State) -> {reply, N, State}.

handle_cast(_, State) -> {noreply, State}.

%% --- idle ------------------------------------------------------------------------------------------

%% Counts all that the node holds, tables and allocators' slack included.
idle(Ops) ->
    Others = processes(),
    Before = erlang:memory(total),
    spawn_sleepers(Ops),
    Bytes = erlang:memory(total) - Before,
    [exit(Sleeper, kill) || Sleeper <- processes() -- Others],
    await_process_count(length(Others)),
    Bytes.

spawn_sleepers(0) -> ok;
spawn_sleepers(N) -> spawn(?MODULE, sleeper, []), spawn_sleepers(N - 1).

sleeper() -> receive stop -> ok end.

%% --- timers ----------------------------------------------------------------------------------------

timers(Ops) ->
    nanos(fun() ->
                  Timers = [erlang:send_after(timer_millis(I), self(), ring)
                            || I <- lists:seq(0, Ops - 1)],
                  [erlang:cancel_timer(Timer) || Timer <- Timers]
          end).

timer_millis(I) -> 10000 + (I * 7919) rem 50000.

%% --- link storm ------------------------------------------------------------------------------------

link_storm(Ops) ->
    Before = erlang:system_info(process_count),
    Hub = spawn(?MODULE, hub, [Ops, self()]),
    await(linked, 1),
    nanos(fun() -> exit(Hub, shutdown), await_process_count(Before) end).

hub(Links, Referee) ->
    [spawn_link(?MODULE, sleeper, []) || _ <- lists:seq(1, Links)],
    Referee ! linked,
    sleeper().

%% A process that ends by a signal runs no code of its own that could tell.
await_process_count(N) ->
    case erlang:system_info(process_count) =< N of
        true -> ok;
        false -> timer:sleep(1), await_process_count(N)
    end.

%% --- selective receive -----------------------------------------------------------------------------

selective_receive(Ops) ->
    [self() ! {unwanted, I} || I <- lists:seq(1, ?SKIPPED)],
    nanos(fun() -> receive_wanted(Ops) end).

receive_wanted(0) -> ok;
receive_wanted(N) ->
    self() ! {wanted, N},
    receive {wanted, N} -> receive_wanted(N - 1) end.
