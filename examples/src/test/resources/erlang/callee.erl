%% A server that ends its calls in every way, and what a caller in Erlang sees.
-module(callee).
-behaviour(gen_server).
-export([start/0, why/3, init/1, handle_call/3, handle_cast/2]).

start() ->
    {ok, Pid} = gen_server:start({local, ?MODULE}, ?MODULE, none, []),
    Pid.

init(State) -> {ok, State}.

handle_call({reply, Value}, _, State) -> {reply, Value, State};
handle_call(silence, _, State) -> {noreply, State};
handle_call({stop, Reason}, _, State) -> {stop, Reason, State};
handle_call({stop, Reason, Reply}, _, State) -> {stop, Reason, Reply, State};
handle_call({exit, Reason}, _, _) -> exit(Reason);
handle_call(crash, _, _) -> error(crashed);
handle_call(throw, _, _) -> throw(thrown);
handle_call(bad_return, _, _) -> what_is_this;
handle_call(kill, _, State) -> exit(self(), kill), {noreply, State};
handle_call(disconnect, {Pid, _}, State) -> erlang:disconnect_node(node(Pid)), {noreply, State};
handle_call(reply_to_pid, {Pid, Tag}, State) -> Pid ! {Tag, to_pid}, {noreply, State}.

handle_cast(_, State) -> {noreply, State}.

%% {reply, Value}, or why there is none: what gen_server:call exits with, without the call.
why(Server, Request, Timeout) ->
    try {reply, gen_server:call(Server, Request, Timeout)}
    catch exit:{Why, {gen_server, call, _}} -> {exit, no_stack(Why)}
    end.

no_stack({Reason, [{M, F, _, Where} | _]}) when is_atom(M), is_atom(F), is_list(Where) -> {Reason, stack};
no_stack(Other) -> Other.
