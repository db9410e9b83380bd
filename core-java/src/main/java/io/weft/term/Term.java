package io.weft.term;

/**
 * An Erlang term: an immutable value of one of the types that the external term format knows.
 *
 * <p>{@code equals} is exact equality (Erlang's {@code =:=}); {@link TermOrder} gives Erlang's
 * order. {@code toString} gives Erlang syntax that {@link #parse} reads back to an equal term. None
 * of these recurses, so depth is limited by the heap only.
 */
public sealed interface Term
    permits Atom,
        IntegerTerm,
        FloatTerm,
        Tuple,
        ListTerm,
        ImproperList,
        MapTerm,
        Binary,
        BitString,
        Pid,
        Port,
        Reference,
        Export,
        Fun {

  /**
   * Reads one term in Erlang syntax, with an optional full stop at its end.
   *
   * <p>Accepted are the literals of Erlang source: integers (with {@code _}, bases such as {@code
   * 16#ff}, characters such as {@code $a}), floats, atoms, strings (lists of code points), tuples,
   * proper and improper lists, maps, binaries and bit strings, {@code fun m:f/1}, comments. Terms
   * that have no literal in Erlang are written as calls: {@code pid(Node,Id,Serial,Creation)},
   * {@code ref(Node,Creation,[Word,...])}, {@code port(Node,Id,Creation)} and {@code
   * localfun(Module,Index,Arity,Uniq,OldIndex,OldUniq,Pid,[Free,...])}.
   *
   * @throws TermSyntaxException telling line, column and what was expected
   */
  static Term parse(CharSequence text) {
    return TermParser.parse(text);
  }

  /**
   * This term in Erlang syntax, cut after about {@code maxChars} characters; a cut text ends in
   * {@code ...} and cannot be parsed. For logs and messages about terms of unknown size: the cost
   * is bounded by the length of the text, not by the size of the term.
   *
   * @throws IllegalArgumentException if {@code maxChars} is negative
   */
  default String abbreviate(int maxChars) {
    return TermPrinter.abbreviate(this, maxChars);
  }
}
