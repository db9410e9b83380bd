%% Servers that do what their messages say and tell a director what they see, and the scripts that
%% try them. A server may be a gen_server here, or run on any other node: its parent starts it.
%%
%% A message is {call | cast | info, Label, Act}:
%%   Act: {reply, Value}, {reply, Value, X}, noreply, {noreply, X}, {stop, Reason},
%%        {stop, Reason, Reply}, {exit, Reason}, crash, {reply_to, Label, Value}
%%   X:   {'after', Milliseconds}, hibernate, {continue, Label}
%% A server begins with ok, {ok, X}, ignore, {stop, Reason}, {exit, Reason} or crash.
%%
%% A script is {Begin, Trap, Steps}.
%%   Steps: a message; {queue, [Message]}: all are in the mailbox before the first is handled;
%%          {exit, Reason}: an exit signal of the director; {parent, Reason}: the parent ends;
%%          {stop, Reason}: gen_server:stop; {await, Event};
%%          {system_messages, Milliseconds}: one after the other for so long
-module(servers).
-behaviour(gen_server).
-export([parent/1, outcome/2, compare/3]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, handle_continue/2, terminate/2]).

%% --- a server and its parent

parent(Log) ->
    process_flag(trap_exit, true),
    receive
        {start, From, Ref, Name, Trap, Begin} ->
            From ! {Ref, start(Name, {From, Trap, Begin})}, parent(Log);
        {log, From, Ref} -> From ! {Ref, lists:reverse(Log)}, parent([]);
        {finish, Reason} -> exit(Reason);
        Message -> parent([Message | Log])
    end.

start(none, Arguments) -> gen_server:start_link(?MODULE, Arguments, []);
start(Name, Arguments) -> gen_server:start_link({local, Name}, ?MODULE, Arguments, []).

init({Director, Trap, Begin}) ->
    process_flag(trap_exit, Trap),
    State = {Director, #{}},
    case Begin of
        ok -> {ok, State};
        {ok, X} -> {ok, State, extra(X)};
        ignore -> ignore;
        {stop, Reason} -> {stop, Reason};
        {exit, Reason} -> exit(Reason);
        crash -> error(crashed)
    end.

handle_call({call, Label, Act}, From, {Director, Owed}) ->
    say(Director, {call, Label}),
    act(Act, From, {Director, Owed#{Label => From}}).

handle_cast({cast, Label, Act}, {Director, _} = State) ->
    say(Director, {cast, Label}),
    act(Act, none, State).

handle_info({info, Label, Act}, {Director, _} = State) ->
    say(Director, {info, Label}),
    act(Act, none, State);
handle_info(timeout, {Director, _} = State) ->
    say(Director, timeout),
    {noreply, State};
handle_info(Other, {Director, _} = State) ->
    say(Director, {other, Other}),
    {noreply, State}.

handle_continue({Label, Act}, {Director, _} = State) ->
    say(Director, {continue, Label}),
    act(Act, none, State).

terminate(Reason, {Director, _}) -> say(Director, {terminate, Reason}).

act({reply, Value}, From, State) when From =/= none -> {reply, Value, State};
act({reply, Value, X}, From, State) when From =/= none -> {reply, Value, State, extra(X)};
act({stop, Reason, Reply}, From, State) when From =/= none -> {stop, Reason, Reply, State};
act(noreply, _, State) -> {noreply, State};
act({noreply, X}, _, State) -> {noreply, State, extra(X)};
act({stop, Reason}, _, State) -> {stop, Reason, State};
act({exit, Reason}, _, _) -> exit(Reason);
act(crash, _, _) -> error(crashed);
act({reply_to, Label, Value}, _, {_, Owed} = State) ->
    gen_server:reply(maps:get(Label, Owed), Value),
    {noreply, State}.

extra({'after', Time}) -> Time;
extra(Other) -> Other.

say(Director, Event) -> Director ! {seen, Event}.

%% --- a script

%% same, or what came of it on the others.
compare(Script, Reference, Other) ->
    case {outcome(Script, Reference), outcome(Script, Other)} of
        {Same, Same} when is_list(Same) -> same;
        {Expected, Got} -> {{expected, Expected}, {got, Got}}
    end.

%% Parent: fun(() -> Pid), which starts a parent.
outcome(Script, Parent) ->
    {Director, Monitor} = spawn_monitor(fun() -> exit({outcome, direct(Script, Parent)}) end),
    receive
        {'DOWN', Monitor, process, Director, {outcome, Outcome}} -> Outcome;
        {'DOWN', Monitor, process, Director, Failure} -> {failed, Failure}
    end.

direct({Begin, Trap, Steps}, NewParent) ->
    Parent = NewParent(),
    put(parent, Parent),
    Started = ask(Parent, {start, none, Trap, Begin}),
    case Started of
        {ok, Server} ->
            put(server, Server),
            put(monitor, monitor(process, Server)),
            lists:foreach(fun step/1, Steps),
            settle();
        _ -> ok
    end,
    Heard = ask(Parent, log),
    exit(Parent, kill),
    normal([Started, in_order(lists:reverse(events())), Heard]).

ask(Pid, Question) ->
    Monitor = monitor(process, Pid),
    Pid ! case Question of
        {start, Name, Trap, Begin} -> {start, self(), Monitor, Name, Trap, Begin};
        log -> {log, self(), Monitor}
    end,
    receive
        {Monitor, Answer} -> demonitor(Monitor, [flush]), Answer;
        {'DOWN', Monitor, process, Pid, _} -> ended
    after 10000 -> exit({no_answer, Question})
    end.

step({queue, Messages}) ->
    Server = get(server),
    ok = sys:suspend(Server),
    [send(Message) || Message <- Messages],
    catch sys:resume(Server),
    settle();
step({exit, Reason}) -> exit(get(server), Reason), settle();
step({parent, Reason}) -> get(parent) ! {finish, Reason}, until_down(), settle();
step({stop, Reason}) ->
    Result = (catch gen_server:stop(get(server), Reason, 5000)),
    settle(),
    note({stopped, Result});
step({await, Event}) -> await(Event, length([Event || Seen <- events(), Seen =:= Event]));
step({system_messages, Time}) ->
    Until = erlang:monotonic_time(millisecond) + Time,
    system_messages(Until),
    note({system_messages, over});
step(Message) -> send(Message), settle().

system_messages(Until) ->
    settle(),
    erlang:monotonic_time(millisecond) >= Until orelse system_messages(Until).

send({call, Label, _} = Message) ->
    put(requests, requests() ++ [{Label, gen_server:send_request(get(server), Message)}]);
send({cast, _, _} = Message) -> gen_server:cast(get(server), Message);
send({info, _, _} = Message) -> get(server) ! Message;
send(Other) -> get(server) ! Other.

requests() -> case get(requests) of undefined -> []; Requests -> Requests end.

events() -> case get(events) of undefined -> []; Events -> Events end.

note(Event) -> put(events, [Event | events()]).

%% Takes in what comes until the server has handled all, or has ended and all who called know.
settle() ->
    case has_ended() of
        false ->
            Ref = make_ref(),
            get(server) ! {system, {self(), Ref}, get_state},
            settle(Ref);
        true -> answers()
    end.

settle(Ref) ->
    receive
        {Ref, _} -> ok;
        Message ->
            note(event(Message)),
            case has_ended() of
                true -> answers();
                false -> settle(Ref)
            end
    after 10000 -> exit({not_settled, events()})
    end.

has_ended() -> lists:keymember(ended, 1, [Event || Event <- events(), is_tuple(Event)]).

answers() ->
    Answered = [Label || {Kind, Label, _} <- events(), Kind =:= reply orelse Kind =:= no_reply],
    case [Label || {Label, _} <- requests()] -- Answered of
        [] -> ok;
        Missing ->
            receive Message -> note(event(Message)), answers()
            after 10000 -> exit({not_answered, Missing})
            end
    end.

until_down() ->
    Monitor = monitor(process, get(server)),
    receive {'DOWN', Monitor, process, _, _} -> ok after 10000 -> exit(not_down) end.

%% Each event is awaited once.
await(Event, 0) ->
    receive
        {seen, Event} -> note(Event), note({awaited, Event});
        Message -> note(event(Message)), await(Event, 0)
    after 10000 -> exit({no, Event})
    end;
await(Event, _) ->
    Awaited = length([Seen || Seen <- events(), Seen =:= {awaited, Event}]),
    case length([Seen || Seen <- events(), Seen =:= Event]) of
        Enough when Enough > Awaited -> note({awaited, Event});
        _ -> await(Event, 0)
    end.

event({seen, Event}) -> Event;
event({'DOWN', Monitor, process, _, Reason} = Message) ->
    case get(monitor) of
        Monitor -> {ended, Reason};
        _ -> response(Message)
    end;
event(Message) -> response(Message).

response(Message) ->
    Answers = [{Label, Answer} || {Label, Id} <- requests(),
                                  (Answer = gen_server:check_response(Message, Id)) =/= no_reply],
    case Answers of
        [{Label, {reply, Value}}] -> {reply, Label, Value};
        [{Label, {error, {Reason, _}}}] -> {no_reply, Label, Reason};
        [] -> {unexpected, Message}
    end.

%% --- the same on all nodes

%% Who hears first of an end is not defined.
in_order(Events) ->
    Ends = fun({ended, _}) -> true; ({no_reply, _, _}) -> true; (_) -> false end,
    case lists:splitwith(Ends, [Event || Event <- Events, not is_awaited(Event)]) of
        {[], []} -> [];
        {[], [First | Rest]} -> [First | in_order(Rest)];
        {Ended, Rest} -> lists:sort(Ended) ++ in_order(Rest)
    end.

is_awaited({awaited, _}) -> true;
is_awaited(_) -> false.

normal(Pid) when is_pid(Pid) ->
    case {get(server), get(parent)} of
        {Pid, _} -> server;
        {_, Pid} -> parent;
        _ when Pid =:= self() -> director;
        _ -> pid
    end;
normal({_, [{M, F, _, Where} | _]}) when is_atom(M), is_atom(F), is_list(Where) -> {reason, stack};
normal(Tuple) when is_tuple(Tuple) -> list_to_tuple(normal(tuple_to_list(Tuple)));
normal([Head | Tail]) -> [normal(Head) | normal(Tail)];
normal(Other) -> Other.
