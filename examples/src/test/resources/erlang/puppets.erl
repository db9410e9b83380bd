%% Scripts of links, monitors, exits, aliases and names, run by puppets: processes that do what they
%% are told and keep what else they get. A puppet may live on any node, of OTP or not; what it does
%% is written down here for OTP.
%%
%% A script is {Puppets, Steps}.
%%   Puppets: [{Name, Home}]
%%   Steps:   {Puppet, Command}, {Puppet, [Command]}: in one go, before anything else is taken in
%%            {Puppet, Command, as, Name}: the result gets a name; a pid is a puppet from then on
%%            {await, Puppet, N}: until it has got N messages
%% Commands that end a puppet are answered before: {die, return | crash | {exit, Reason}} and
%% {exit_self, Reason}, which is exit(self(), Reason).
%% In commands {p, Name} stands for a pid or a result, {node_of, Name} for the node of a puppet, {it, N}
%% for the result of the N-th command of the same go; {dead, Home}, {earlier, Name} and unreachable for
%% pids: of a process that ended, of an earlier life of the node, of a node that is not there.
%%
%% The outcome has for each step its results, and of each puppet what it got and whether it lives.
-module(puppets).
-export([loop/1, outcome/2, compare/3]).

%% --- a puppet

loop(Log) ->
    receive
        {do, From, Ref, [log]} -> From ! {Ref, [lists:reverse(Log)]}, loop([]);
        {do, From, Ref, [{sync, Anchor}]} -> Anchor ! {sync, self(), From, Ref}, loop(Log);
        {do, From, Ref, [{info, Item}]} ->
            From ! {Ref, [case process_info(self(), Item) of {Item, Value} -> Value; [] -> [] end]},
            loop(Log);
        {do, From, Ref, Commands} ->
            case do(Commands, From, Ref, []) of
                return -> ok;
                _ -> loop(Log)
            end;
        {sync, Puppet, From, Ref} -> Puppet ! {synced, From, Ref}, loop(Log);
        {synced, From, Ref} -> From ! {Ref, ok}, loop(Log);
        Message -> loop([Message | Log])
    end.

do([], From, Ref, Results) -> From ! {Ref, lists:reverse(Results)};
do([{die, How} | _], From, Ref, Results) ->
    From ! {Ref, lists:reverse([dying | Results])},
    die(How);
do([{exit_self, Reason} | _], From, Ref, Results) ->
    From ! {Ref, lists:reverse([true | Results])},
    exit(self(), Reason);
do([Command | Rest], From, Ref, Results) ->
    Result = try command(fill(Command, Results)) catch Class:Reason -> {Class, Reason} end,
    do(Rest, From, Ref, [Result | Results]).

fill({it, N}, Results) -> lists:nth(N, lists:reverse(Results));
fill(Tuple, Results) when is_tuple(Tuple) -> list_to_tuple(fill(tuple_to_list(Tuple), Results));
fill([Head | Tail], Results) -> [fill(Head, Results) | fill(Tail, Results)];
fill(Other, _) -> Other.

die(return) -> return;
die({exit, Reason}) -> exit(Reason);
die(crash) -> error(crashed).

command({link, Pid}) -> link(Pid);
command({unlink, Pid}) -> unlink(Pid);
command({exit, Pid, Reason}) -> exit(Pid, Reason);
command({trap, On}) -> process_flag(trap_exit, On);
command({monitor, Target, Options}) -> monitor(process, Target, Options);
command({demonitor, Ref, Options}) -> demonitor(Ref, Options);
command({alias, Options}) -> alias(Options);
command({unalias, Ref}) -> unalias(Ref);
command({send, To, Message}) -> To ! Message;
command({register, Name, Pid}) -> register(Name, Pid);
command({unregister, Name}) -> unregister(Name);
command({whereis, Name}) -> whereis(Name);
command({group_leader, Leader, Pid}) -> group_leader(Leader, Pid);
command(group_leader) -> group_leader();
command(spawn) -> spawn(?MODULE, loop, [[]]);
command(spawn_link) -> spawn_link(?MODULE, loop, [[]]);
command({disconnect, Node}) -> erlang:disconnect_node(Node).

%% --- a script

%% A script that is unordered compares what a step makes a puppet get without regard to its order.
%%
%% same, or the steps that are not on all homes what they are on those of reference.
compare(Script, Reference, Others) ->
    Expected = outcome(Script, Reference),
    Outcomes = [{Label, outcome(Script, Homes)} || {Label, Homes} <- Others],
    case [{Label, difference(Script, Expected, Outcome)}
          || {Label, Outcome} <- Outcomes, Outcome =/= Expected orelse is_tuple(Expected)] of
        [] -> same;
        Differing -> Differing
    end.

difference({unordered, Script}, Expected, Outcome) -> difference(Script, Expected, Outcome);
difference({_, Steps}, Expected, Outcome) when is_list(Expected), is_list(Outcome) ->
    [{Step, {expected, E}, {got, O}} || {Step, E, O} <- lists:zip3(Steps, Expected, Outcome), E =/= O];
difference(_, Expected, Outcome) -> {{expected, Expected}, {got, Outcome}}.

%% Homes: #{Home => fun(() -> Pid)}, which start puppets.
outcome(Script, Homes) ->
    {Director, Monitor} = spawn_monitor(fun() -> exit({outcome, direct(Script, Homes)}) end),
    receive
        {'DOWN', Monitor, process, Director, {outcome, Outcome}} -> Outcome;
        {'DOWN', Monitor, process, Director, Failure} -> {failed, Failure}
    end.

direct({unordered, Script}, Homes) ->
    put(unordered, true),
    direct(Script, Homes);
direct({Puppets, Steps}, Homes) ->
    put(homes, Homes),
    Anchors = [{Home, start(Home)} || Home <- lists:usort([Home || {_, Home} <- Puppets])],
    put(anchors, Anchors),
    [add(Name, start(Home)) || {Name, Home} <- Puppets],
    settle(),
    Outcome = steps(Steps),
    Normal = normal(Outcome),
    [end_of(Pid) || Pid <- pids() ++ [Pid || {_, Pid} <- Anchors]],
    Normal.

%% What happens at a time of its own is looked at when it has happened.
steps([Step, {await, _, _} = Await | Rest]) ->
    Result = step(Step),
    [Result | steps([Await | Rest])];
steps([Step | Rest]) ->
    Result = step(Step),
    settle(),
    Scene = scene(),
    [{Result, Scene} | steps(Rest)];
steps([]) -> [].

start(Home) -> (maps:get(Home, get(homes)))().

%% A puppet, or another result that has a name.
add(Name, Value) ->
    put(named, named() ++ [{Name, Value}]),
    is_pid(Value) andalso put({monitor, Value}, monitor(process, Value)),
    Value.

named() -> case get(named) of undefined -> []; Named -> Named end.

pids() -> [Pid || {_, Pid} <- named(), is_pid(Pid), get({monitor, Pid}) =/= undefined].

value_of(Name) -> {Name, Value} = lists:keyfind(Name, 1, named()), Value.

step(Step) -> try do_step(Step) catch throw:gone -> gone end.

%% What has no result because its puppet has ended is gone, and so is what would use it.
do_step({await, Name, Count}) -> await(value_of(Name), Count, 500);
do_step({Name, {info, Item}}) -> {info, tell(value_of(Name), [{info, Item}])};
do_step({Name, Command}) -> tell(value_of(Name), commands(Command));
do_step({Name, Command, as, Result}) ->
    case tell(value_of(Name), commands(Command)) of
        [Value] -> add(Result, Value), [Value];
        ended -> add(Result, gone), ended
    end.

commands(Commands) when is_list(Commands) -> lists:map(fun resolve/1, Commands);
commands(Command) -> commands([Command]).

resolve({p, Name}) -> case value_of(Name) of gone -> throw(gone); Value -> Value end;
resolve({node_of, Name}) -> node(value_of(Name));
resolve({dead, Home}) -> hidden({dead, Home}, fun() -> end_of(start(Home)) end);
resolve({earlier, Name}) -> hidden({earlier, Name}, fun() -> earlier(value_of(Name)) end);
resolve(unreachable) -> hidden(unreachable, fun unreachable/0);
resolve(Tuple) when is_tuple(Tuple) -> list_to_tuple(resolve(tuple_to_list(Tuple)));
resolve([Head | Tail]) -> [resolve(Head) | resolve(Tail)];
resolve(Other) -> Other.

%% A pid that is named, but no puppet.
hidden(Name, Make) ->
    case lists:keyfind(Name, 1, named()) of
        {Name, Pid} -> Pid;
        false -> Pid = Make(), put(named, named() ++ [{Name, Pid}]), Pid
    end.

earlier(Pid) ->
    Bytes = term_to_binary(Pid),
    Size = byte_size(Bytes) - 4,
    <<Start:Size/binary, Creation:32>> = Bytes,
    binary_to_term(<<Start/binary, (Creation bxor 16#10000):32>>).

unreachable() ->
    Node = <<"nobody@127.0.0.1">>,
    binary_to_term(<<131, 88, 119, (byte_size(Node)), Node/binary, 7:32, 0:32, 9:32>>).

tell(Pid, Commands) ->
    Ref = make_ref(),
    Monitor = get({monitor, Pid}),
    get({ended, Pid}) =:= undefined andalso (Pid ! {do, self(), Ref, Commands}),
    case get({ended, Pid}) of
        undefined ->
            receive
                {Ref, Results} -> Results;
                {'DOWN', Monitor, process, Pid, Reason} -> put({ended, Pid}, {Reason}), ended
            after 20000 -> exit({no_answer, Commands})
            end;
        _ -> ended
    end.

%% Waits until all that was sent has arrived and has done what it does. A puppet that was told
%% something over the connection of an anchor's home got all that was sent over it before.
settle() ->
    Anchors = [Pid || {_, Pid} <- get(anchors)],
    [tell(Puppet, [{sync, Anchor}])
     || _ <- [again | pids()], Puppet <- pids(), Anchor <- Anchors],
    ok.

scene() ->
    [{Name, case tell(Pid, [log]) of
                ended -> {Reason} = get({ended, Pid}), {ended, Reason};
                [Log] -> {got, keep(Pid, Log)}
            end} || {Name, Pid} <- named(), get({monitor, Pid}) =/= undefined].

%% Counts what it got for await.
keep(Pid, Log) ->
    All = early(Pid) ++ Log,
    put({count, Pid}, count(Pid) + length(All)),
    put({early, Pid}, []),
    All.

count(Pid) -> case get({count, Pid}) of undefined -> 0; Count -> Count end.

early(Pid) -> case get({early, Pid}) of undefined -> []; Early -> Early end.

await(Pid, Count, 0) -> exit({not_so_many, Count, Pid, early(Pid)});
await(Pid, Count, Tries) ->
    settle(),
    case tell(Pid, [log]) of
        ended -> ended;
        [Log] ->
            put({early, Pid}, early(Pid) ++ Log),
            case count(Pid) + length(early(Pid)) of
                Enough when Enough >= Count -> enough;
                _ -> timer:sleep(10), await(Pid, Count, Tries - 1)
            end
    end.

end_of(Pid) ->
    Monitor = monitor(process, Pid),
    exit(Pid, kill),
    receive {'DOWN', Monitor, process, Pid, _} -> Pid after 20000 -> exit({does_not_end, Pid}) end.

%% --- the same on all nodes

normal(Pid) when is_pid(Pid) -> name_of(Pid, pid);
normal(Ref) when is_reference(Ref) -> name_of(Ref, reference);
normal(Atom) when is_atom(Atom) ->
    case [Home || {Home, Pid} <- get(anchors), node(Pid) =:= Atom] of
        [Home | _] -> {node_of, Home};
        [] -> Atom
    end;
normal({got, Log}) ->
    Normal = [normal(Message) || Message <- Log],
    {got, case get(unordered) of true -> lists:sort(Normal); _ -> in_order(Normal) end};
normal({info, [List]}) when is_list(List) -> lists:sort(normal(List));
normal({_, [{M, F, _, Where} | _]}) when is_atom(M), is_atom(F), is_list(Where) -> {reason, stack};
normal(Tuple) when is_tuple(Tuple) -> list_to_tuple(normal(tuple_to_list(Tuple)));
normal([Head | Tail]) -> [normal(Head) | normal(Tail)];
normal(Other) -> Other.

%% The order of reports of monitors that end at once is not defined.
in_order([Down | _] = Log) when element(1, Down) =:= 'DOWN' ->
    {Downs, Others} = lists:splitwith(fun(M) -> is_tuple(M) andalso element(1, M) =:= 'DOWN' end, Log),
    lists:sort(Downs) ++ in_order(Others);
in_order([Message | Rest]) -> [Message | in_order(Rest)];
in_order([]) -> [].

name_of(Value, Otherwise) ->
    case lists:keyfind(Value, 2, named() ++ get(anchors)) of
        {Name, Value} -> {p, Name};
        false -> Otherwise
    end.
