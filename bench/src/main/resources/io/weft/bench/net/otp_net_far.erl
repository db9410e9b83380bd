%% The other node as an Erlang one. What its processes expect is the same for every kind of near end.
-module(otp_net_far).
-behaviour(gen_server).

-export([main/1, start/0]).
-export([init/1, handle_call/3, handle_cast/2]).
-export([sink/0, awaiting/2]).

-define(PAIRS, 4).
-define(MEMBERS, 1000).

%% Runs until the near node is gone.
main([Near]) ->
    start(),
    Node = list_to_atom(Near),
    monitor_node(Node, true),
    io:format("ready~n"),
    receive {nodedown, Node} -> halt(0) end.

start() ->
    [register(list_to_atom("sink_" ++ integer_to_list(I)), spawn(?MODULE, sink, []))
     || I <- lists:seq(1, ?PAIRS)],
    {ok, _} = gen_server:start({local, echo}, ?MODULE, echo, []),
    {ok, _} = gen_server:start({local, members}, ?MODULE, members, []),
    ok.

%% Counts items down and tells when the last has come.
sink() ->
    receive {'begin', From, N} -> count(From, N, true) end,
    sink().

count(From, 0, InOrder) -> From ! {landed, InOrder};
count(From, N, InOrder) ->
    receive
        {item, K} -> count(From, N - 1, InOrder andalso K =:= N);
        {item, K, _} -> count(From, N - 1, InOrder andalso K =:= N)
    end.

init(Role) -> {ok, Role}.

handle_call({gather, From, Each}, _, members) ->
    Hub = spawn(?MODULE, awaiting, [?MEMBERS, From]),
    {reply, [spawn(?MODULE, awaiting, [Each, Hub]) || _ <- lists:seq(1, ?MEMBERS)], members};
handle_call(Request, _, echo) ->
    {reply, Request, echo}.

handle_cast(_, Role) -> {noreply, Role}.

%% Ends with the last of the messages that it awaits, and tells another.
awaiting(0, Then) -> Then ! {landed, true};
awaiting(N, Then) -> receive _ -> awaiting(N - 1, Then) end.
