%% Evaluated by erl -eval: answers packets on stdin and stdout, each with a length of 32 bits.
%% A request is one character, then bytes.
Port = open_port({fd, 0, 1}, [binary, {packet, 4}, eof]),
Answer =
    fun (<<$e, Bytes/binary>>) ->                       % echo: decode, encode again
            term_to_binary(binary_to_term(Bytes), [{minor_version, 2}]);
        (<<$v, Bytes/binary>>) ->                       % the same; empty if it is no term
            try term_to_binary(binary_to_term(Bytes), [{minor_version, 2}])
            catch error:badarg -> <<>>
            end;
        (<<$t, Bytes/binary>>) ->                       % text of a term
            unicode:characters_to_binary(io_lib:format("~0tp", [binary_to_term(Bytes)]));
        (<<$w, Bytes/binary>>) ->                       % text of a term without strings
            unicode:characters_to_binary(io_lib:format("~tw", [binary_to_term(Bytes)]));
        (<<$p, Text/binary>>) ->                        % the term of a text
            {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(<<Text/binary, ".">>)),
            {ok, Term} = erl_parse:parse_term(Tokens),
            term_to_binary(Term, [{minor_version, 2}]);
        (<<$c, Bytes/binary>>) ->                       % order and exact equality of a pair
            {A, B} = binary_to_term(Bytes),
            Order = if A < B -> $<; A > B -> $>; true -> $= end,
            <<Order, (atom_to_binary(A =:= B))/binary>>;
        (<<$h, Bytes/binary>>) ->                       % the hashes of the first of a pair
            {Hashed, Range} = binary_to_term(Bytes),
            term_to_binary({erlang:phash2(Hashed), erlang:phash2(Hashed, Range)})
    end,
Loop =
    fun Next() ->
            receive
                {Port, {data, Request}} ->
                    port_command(Port, try Answer(Request) catch _:Error -> io_lib:format("~tp", [Error]) end),
                    Next();
                {Port, eof} ->
                    halt(0)
            end
    end,
Loop().
