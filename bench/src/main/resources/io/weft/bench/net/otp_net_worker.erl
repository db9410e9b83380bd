%% Erlang/OTP as a contestant between two nodes: the near one, which starts the far one.
%% The lines it reads and writes are those of io.weft.bench.compare.WorkerProcess.
-module(otp_net_worker).

-export([main/1]).
-export([sender/4, caller/4]).

-define(MEMBERS, 1000).
-define(LARGE_BYTES, (1 bsl 20)).
-define(COMPRESSIBLE_BYTES, 10000).

main([Compiled | Tls]) ->
    ok = io:setopts([{encoding, utf8}]),
    [_, Host] = string:split(atom_to_list(node()), "@"),
    {ok, _, Far} = peer:start_link(#{name => far_otp, host => Host, longnames => true,
                                     connection => standard_io,
                                     args => ["-start_epmd", "false", "-pa", Compiled,
                                              "-setcookie", atom_to_list(erlang:get_cookie())
                                              | tls_arguments(Tls)]}),
    ok = rpc:call(Far, otp_net_far, start, []),
    io:format("ready Erlang/OTP ~s, ERTS ~s~n",
              [erlang:system_info(otp_release), erlang:system_info(version)]),
    serve(Far, Tls =/= []).

tls_arguments([]) -> [];
tls_arguments([Options]) -> ["-proto_dist", "inet_tls", "-ssl_dist_optfile", Options].

serve(Far, Tls) ->
    case io:get_line("") of
        eof ->
            halt(0);
        Line ->
            ["run", Request] = string:split(string:trim(Line), " "),
            [Ops, Row] = string:split(Request, " "),
            io:format("~s~n", [answer(Far, Tls, Row, list_to_integer(Ops))]),
            serve(Far, Tls)
    end.

%% A process of its own for each sample: it begins with an empty heap.
answer(_, true, Row, _) when Row =/= "tls one-way" -> "absent";
answer(_, false, "tls one-way", _) -> "absent";
answer(Far, _, Row, Ops) ->
    [Plain | _] = string:split(Row, ", to OTP"),
    {Worker, Monitor} = spawn_monitor(fun() -> exit({took, run(Far, Plain, Ops)}) end),
    receive
        {'DOWN', Monitor, process, Worker, {took, absent}} -> "absent";
        {'DOWN', Monitor, process, Worker, {took, N}} -> ["took ", integer_to_list(N)];
        {'DOWN', Monitor, process, Worker, Why} -> io_lib:format("failed ~0p", [Why])
    end.

run(Far, "one-way 1 pair", Ops) -> one_way(Far, 1, [], Ops);
run(Far, "tls one-way", Ops) -> one_way(Far, 1, [], Ops);
run(Far, "compressed", Ops) -> one_way(Far, 1, [compressible()], Ops);
run(Far, "one-way 4 pairs", Ops) -> one_way(Far, 4, [], Ops);
run(Far, "call 1 caller", Ops) -> calls(Far, 1, ping, Ops);
run(Far, "call 30 callers", Ops) -> calls(Far, 30, ping, Ops);
run(Far, "1 MB call", Ops) -> calls(Far, 1, binary:copy(<<$x>>, ?LARGE_BYTES), Ops);
run(Far, "fan-out 1000", Ops) -> fan_out(Far, Ops);
run(_, _, _) -> absent.

nanos(Work) ->
    Before = erlang:monotonic_time(nanosecond),
    Work(),
    erlang:monotonic_time(nanosecond) - Before.

landed(0) -> ok;
landed(N) -> receive {landed, true} -> landed(N - 1) end.

one_way(Far, Pairs, Payload, Ops) ->
    Self = self(),
    Each = Ops div Pairs,
    Sinks = [{list_to_atom("sink_" ++ integer_to_list(I)), Far} || I <- lists:seq(1, Pairs)],
    nanos(fun() ->
                  [spawn_link(?MODULE, sender, [Sink, Self, Payload, Each]) || Sink <- Sinks],
                  landed(Pairs)
          end).

sender(Sink, Referee, Payload, N) ->
    Sink ! {'begin', Referee, N},
    case Payload of
        [] -> send_items(Sink, N);
        [Binary] -> send_items(Sink, Binary, N)
    end.

send_items(_, 0) -> ok;
send_items(Sink, N) -> Sink ! {item, N}, send_items(Sink, N - 1).

send_items(_, _, 0) -> ok;
send_items(Sink, Binary, N) -> Sink ! {item, N, Binary}, send_items(Sink, Binary, N - 1).

%% JSON as services send it, line by line; the same in io.weft.bench.net.NetRows.
compressible() ->
    Lines = [io_lib:format("{\"id\":~b,\"customer\":\"c-~b\",\"sku\":\"tea-~b\",\"pieces\":~b,\"open\":true}~n",
                           [I, I * 7919 rem 10007, I * 31 rem 97, I rem 12])
             || I <- lists:seq(1, ?COMPRESSIBLE_BYTES div 10)],
    binary:copy(binary:part(iolist_to_binary(Lines), 0, ?COMPRESSIBLE_BYTES)).

calls(Far, Callers, Request, Ops) ->
    Self = self(),
    nanos(fun() ->
                  [spawn_link(?MODULE, caller, [Far, Self, Request, Ops div Callers])
                   || _ <- lists:seq(1, Callers)],
                  landed(Callers)
          end).

caller(_, Referee, _, 0) -> Referee ! {landed, true};
caller(Far, Referee, Request, N) ->
    Request = gen_server:call({echo, Far}, Request),
    caller(Far, Referee, Request, N - 1).

%% The members are there before the clock starts.
fan_out(Far, Ops) ->
    Each = max(1, Ops div ?MEMBERS),
    Members = gen_server:call({members, Far}, {gather, self(), Each}),
    Took = nanos(fun() -> rounds(Members, Each), landed(1) end),
    Took * Ops div (Each * ?MEMBERS).

rounds(_, 0) -> ok;
rounds(Members, N) ->
    [Member ! {item, N} || Member <- Members],
    rounds(Members, N - 1).
