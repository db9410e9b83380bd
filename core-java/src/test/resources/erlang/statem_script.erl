%% A gen_statem that does what a script says, and tells what it saw.
%%
%% {InitActions, [{Key, [Reaction]}], [{cast | call, Id}]}: the n-th time something happens for a
%% key, its n-th reaction is done; {keep | repeat | {to, State}, Actions}.
-module(statem_script).
-behaviour(gen_statem).
-export([main/2, callback_mode/0, init/1, handle_event/4]).

main(In, Out) ->
    {ok, Bytes} = file:read_file(In),
    Seen = [run(Script) || Script <- binary_to_term(Bytes)],
    ok = file:write_file(Out, term_to_binary(Seen)),
    halt(0).

run({Start, Reactions, Events}) ->
    {ok, Pid} = gen_statem:start(?MODULE, {Start, Reactions}, []),
    lists:foreach(fun(Event) -> send(Pid, Event) end, Events),
    Pid ! {'$gen_call', {self(), done}, done},
    Answers = answers([]),
    Pid ! {'$gen_cast', stop},
    Answers.

send(Pid, {cast, Id}) -> Pid ! {'$gen_cast', Id};
send(Pid, {call, Id}) -> Pid ! {'$gen_call', {self(), {tag, Id}}, Id}.

answers(Replies) ->
    receive
        {{tag, Id}, Id} -> answers([Id | Replies]);
        {done, Log} -> {Log, lists:reverse(Replies)}
    after 5000 -> {timeout, lists:reverse(Replies)}
    end.

callback_mode() -> [handle_event_function, state_enter].

init({Start, Reactions}) ->
    {ok, a, #{reactions => maps:from_list(Reactions), calls => #{}, log => []}, actions(Start, #{})}.

handle_event(cast, stop, _, _) -> stop;
handle_event({call, From}, done, _, #{log := Log}) ->
    {keep_state_and_data, [{reply, From, lists:reverse(Log)}]};
handle_event({call, From}, Id, State, #{calls := Calls} = Data) ->
    react({event, Id}, {State, call, Id}, Data#{calls := Calls#{Id => From}});
handle_event(enter, From, State, Data) ->
    react({enter, State}, {State, enter, From}, Data);
handle_event(state_timeout, _, State, Data) ->
    react(state_timeout, {State, state_timeout, none}, Data);
handle_event(timeout, _, State, Data) ->
    react(event_timeout, {State, event_timeout, none}, Data);
handle_event({timeout, Name}, Content, State, Data) ->
    react({timeout, Name}, {State, {timeout, Name}, Content}, Data);
handle_event(Type, Id, State, Data) ->
    react({event, Id}, {State, Type, Id}, Data).

react(Key, Seen, #{reactions := All, calls := Calls, log := Log} = Data0) ->
    Data1 = Data0#{log := [Seen | Log]},
    case All of
        #{Key := [{Kind, Actions} | Rest]} ->
            Data = Data1#{reactions := All#{Key := Rest}},
            Done = actions(Actions, Calls),
            case Kind of
                keep -> {keep_state, Data, Done};
                repeat -> {repeat_state, Data, Done};
                {to, State} -> {next_state, State, Data, Done}
            end;
        _ -> {keep_state, Data1}
    end.

actions(Actions, Calls) -> lists:flatmap(fun(A) -> action(A, Calls) end, Actions).

action(postpone, _) -> [postpone];
action({internal, Id}, _) -> [{next_event, internal, Id}];
action({event, Id}, _) -> [{next_event, cast, Id}];
action({state_timeout, Time}, _) -> [{state_timeout, Time, none}];
action(cancel_state_timeout, _) -> [{state_timeout, cancel}];
action({event_timeout, Time}, _) -> [{timeout, Time, none}];
action({timeout, Name, Time, Content}, _) -> [{{timeout, Name}, Time, Content}];
action({update, Name, Content}, _) -> [{{timeout, Name}, update, Content}];
action({cancel, Name}, _) -> [{{timeout, Name}, cancel}];
action({reply, Id}, Calls) ->
    case Calls of
        #{Id := From} -> [{reply, From, Id}];
        _ -> []
    end.
