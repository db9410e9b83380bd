%% A gen_statem that does what a script says, and tells what it saw.
%%
%% {InitActions, [{Key, [Reaction]}], [{cast | call, Id}]}: the n-th time something happens for a
%% key, its n-th reaction is done; {keep | repeat | {to, State}, Actions}. Compiled three times, as the
%% callback modules m0, m1 and m2, which do the same and note which they are.
-module(?NAME).
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
    Data = #{reactions => maps:from_list(Reactions), calls => #{}, log => [], pushed => 0},
    {Actions, Acted} = actions(Start, Data),
    {ok, a, Acted, Actions}.

handle_event(cast, stop, _, _) -> stop;
handle_event({call, From}, done, _, #{log := Log}) ->
    {keep_state_and_data, [{reply, From, lists:reverse(Log)}]};
handle_event({call, From}, Id, State, #{calls := Calls} = Data) ->
    react({event, Id}, {?MODULE, State, call, Id}, Data#{calls := Calls#{Id => From}});
handle_event(enter, From, State, Data) ->
    react({enter, State}, {?MODULE, State, enter, From}, Data);
handle_event(state_timeout, Content, State, Data) ->
    react(state_timeout, {?MODULE, State, state_timeout, Content}, Data);
handle_event(timeout, Content, State, Data) ->
    react(event_timeout, {?MODULE, State, event_timeout, Content}, Data);
handle_event({timeout, Name}, Content, State, Data) ->
    react({timeout, Name}, {?MODULE, State, {timeout, Name}, Content}, Data);
handle_event(Type, Id, State, Data) ->
    react({event, Id}, {?MODULE, State, Type, Id}, Data).

react(Key, Seen, #{reactions := All, log := Log} = Data0) ->
    Data1 = Data0#{log := [Seen | Log]},
    case All of
        #{Key := [{Kind, Actions} | Rest]} ->
            {Done, Data} = actions(Actions, Data1#{reactions := All#{Key := Rest}}),
            case Kind of
                keep -> {keep_state, Data, Done};
                repeat -> {repeat_state, Data, Done};
                {to, State} -> {next_state, State, Data, Done}
            end;
        _ -> {keep_state, Data1}
    end.

actions([], Data) -> {[], Data};
actions([Action | Rest], Data) ->
    {Actions, Acted} = action(Action, Data),
    {More, Last} = actions(Rest, Acted),
    {Actions ++ More, Last}.

action({push, Module}, #{pushed := N} = Data) -> {[{push_callback_module, Module}], Data#{pushed := N + 1}};
action(pop, #{pushed := 0} = Data) -> {[], Data};
action(pop, #{pushed := N} = Data) -> {[pop_callback_module], Data#{pushed := N - 1}};
action({reply, Id}, #{calls := Calls} = Data) ->
    case Calls of
        #{Id := From} -> {[{reply, From, Id}], Data};
        _ -> {[], Data}
    end;
action({next_call, Id}, #{calls := Calls} = Data) ->
    case Calls of
        #{Id := From} -> {[{next_event, {call, From}, Id}], Data};
        _ -> {[], Data}
    end;
action(Action, Data) -> {[action(Action)], Data}.

action(postpone) -> postpone;
action({internal, Id}) -> {next_event, internal, Id};
action({event, Id}) -> {next_event, cast, Id};
action({next, event_timeout, Content}) -> {next_event, timeout, Content};
action({next, Type, Content}) -> {next_event, Type, Content};
action({change, Module}) -> {change_callback_module, Module};
action({state_timeout, Time, Content}) -> {state_timeout, Time, Content};
action({state_timeout_at, Content}) -> {state_timeout, far_away(), Content, [{abs, true}]};
action({update_state_timeout, Content}) -> {state_timeout, update, Content};
action(cancel_state_timeout) -> {state_timeout, cancel};
action({event_timeout, Time, Content}) -> {timeout, Time, Content};
action({event_timeout_at, Content}) -> {timeout, far_away(), Content, {abs, true}};
action({update_event_timeout, Content}) -> {timeout, update, Content};
action(cancel_event_timeout) -> {timeout, cancel};
action({timeout, Name, Time, Content}) -> {{timeout, Name}, Time, Content};
action({timeout_at, Name, Content}) -> {{timeout, Name}, far_away(), Content, [{abs, true}]};
action({update, Name, Content}) -> {{timeout, Name}, update, Content};
action({cancel, Name}) -> {{timeout, Name}, cancel}.

far_away() -> erlang:monotonic_time(millisecond) + 1000000.
