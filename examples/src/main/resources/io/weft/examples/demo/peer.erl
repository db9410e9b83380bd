%% What the Erlang side of the demo does, as one expression for erl -eval.
Weft = list_to_atom(os:getenv("WEFT_NODE")),
Say = fun(Format, Arguments) -> io:format(Format ++ "~n", Arguments) end,
Counter = {counter, Weft},
Child = fun Child() ->
    case supervisor:which_children({shop, Weft}) of
        [{counter, Pid, worker, _}] when is_pid(Pid) -> Pid;
        _ -> Child()
    end
end,

Say("net_adm:ping('~s') -> ~p", [Weft, net_adm:ping(Weft)]),
Counter ! {add, 5},
Say("{counter, '~s'} ! {add, 5}", [Weft]),
gen_server:cast(Counter, {add, 10}),
Say("gen_server:cast(.., {add, 10})", []),
Say("gen_server:call(.., get) -> ~p", [gen_server:call(Counter, get)]),

process_flag(trap_exit, true),
First = Child(),
Say("supervisor:which_children({shop, ..}) -> the counter is ~p; monitor and link it", [First]),
Monitor = monitor(process, Counter),
link(First),
Ended = fun({{Reason, _Stack}, _Call}) -> Reason end,
try gen_server:call(Counter, {divide, 0})
catch exit:Why -> Say("gen_server:call(.., {divide, 0}) exits: ~p", [Ended(Why)])
end,
receive {'DOWN', Monitor, process, Item, {Down, _}} -> Say("monitor: 'DOWN' of ~p: ~p", [Item, Down]) end,
receive {'EXIT', First, {Exit, _}} -> Say("link:    'EXIT' of ~p: ~p", [First, Exit]) end,
Second = Child(),
Say("the supervisor restarted it: now ~p, get -> ~p", [Second, gen_server:call(Counter, get)]),

spawn(fun() ->
    register(speaker, self()),
    receive bye -> exit(tired) end
end),
register(peer, self()),
{visitor, Weft} ! ready,
receive stop -> Say("leaving", []) end,
init:stop().
