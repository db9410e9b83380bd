package io.weft.term;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one term in Erlang syntax. Terms that are still open stand on a stack on the heap, so the
 * memory it takes is proportional to the text and the native stack it takes is constant.
 */
final class TermParser {

  private final Scanner in;
  private @Nullable Open stack;

  private TermParser(String text) {
    in = new Scanner(text);
  }

  static Term parse(CharSequence text) {
    return new TermParser(text.toString()).parse();
  }

  /** A compound term whose closing token has not come yet. */
  private static final class Open {
    final Shape shape;
    final int start;
    final String call;
    final @Nullable Open below;
    final List<Term> items = new ArrayList<>();
    boolean hasTail;

    /** Of a list, how many tails are written as lists of their own: {@code [a|[b|[c]]]} has two. */
    int tailLists;

    Open(Shape shape, int start, String call, @Nullable Open below) {
      this.shape = shape;
      this.start = start;
      this.call = call;
      this.below = below;
    }
  }

  private enum Shape {
    TUPLE("}"),
    LIST("]"),
    MAP("}"),
    CALL(")");

    final String end;

    Shape(String end) {
      this.end = end;
    }
  }

  private Term parse() {
    while (true) {
      Term term = begin();
      while (term != null && stack != null) {
        term = add(stack, term);
      }
      if (term != null) {
        in.skipSpace();
        if (in.skip(".")) {
          in.skipSpace();
        }
        if (in.peek() >= 0) {
          throw in.expected("the end of the text");
        }
        return term;
      }
    }
  }

  /**
   * Adds a term to the open one on top of the stack, and reads the token after it.
   *
   * @return the open term if that token closes it, null if more of it follows
   */
  private @Nullable Term add(Open open, Term term) {
    open.items.add(term);
    in.skipSpace();
    if (open.shape == Shape.MAP && open.items.size() % 2 != 0) {
      in.expect("=>");
      return null;
    }
    if (in.skip(open.shape.end)) {
      return close(open);
    }
    if (open.hasTail) {
      throw in.expected("']'");
    }
    if (open.shape == Shape.LIST && in.skip("|")) {
      return tail(open);
    }
    if (!in.skip(",")) {
      throw in.expected((open.shape == Shape.LIST ? "',', '|'" : "','") + orEnd(open));
    }
    return null;
  }

  private static String orEnd(Open open) {
    return " or '" + open.shape.end + "'";
  }

  /**
   * A tail that is a list goes on with the same list: a term for each would take quadratic time.
   */
  private @Nullable Term tail(Open open) {
    in.skipSpace();
    if (!in.skip("[")) {
      open.hasTail = true;
      return null;
    }
    open.tailLists++;
    in.skipSpace();
    return in.skip("]") ? close(open) : null;
  }

  /** Makes the term on top of the stack, whose closing token has been read. */
  private Term close(Open open) {
    for (int i = 0; i < open.tailLists; i++) {
      in.expect("]");
    }
    stack = open.below;
    try {
      return switch (open.shape) {
        case TUPLE -> Tuple.wrap(open.items.toArray(Term[]::new));
        case MAP -> MapTerm.wrap(open.items.toArray(Term[]::new));
        case CALL -> TermCalls.call(open.call, open.items);
        case LIST -> {
          Term tail = open.hasTail ? open.items.removeLast() : ListTerm.NIL;
          yield Terms.improper(open.items, tail);
        }
      };
    } catch (IllegalArgumentException e) {
      throw in.error(open.start, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads a term that is one token, or the beginning of a compound one.
   *
   * @return the term, null if it is one that is open now
   */
  private @Nullable Term begin() {
    in.skipSpace();
    int start = in.position();
    int c = in.peek();
    if (in.skip("{")) {
      return open(Shape.TUPLE, start, "");
    } else if (in.skip("[")) {
      return open(Shape.LIST, start, "");
    } else if (in.skip("#{")) {
      return open(Shape.MAP, start, "");
    } else if (in.skip("<<")) {
      return BitSyntax.read(in);
    } else if (c == '"') {
      return strings();
    } else if (in.atNumber()) {
      return in.number();
    } else if (c == '\'' || Lexis.isAtomStart(c)) {
      return atomOrCall(start);
    }
    throw in.expected(Lexis.isVariableStart(c) ? "a term, not a variable" : "a term");
  }

  private @Nullable Term open(Shape shape, int start, String call) {
    stack = new Open(shape, start, call, stack);
    in.skipSpace();
    return in.skip(shape.end) ? close(stack) : null;
  }

  /** Reads strings; several in a row are one. */
  private ListTerm strings() {
    StringBuilder text = new StringBuilder();
    do {
      text.append(in.quoted('"'));
      in.skipSpace();
    } while (in.peek() == '"');
    return Terms.charlist(text.toString());
  }

  private @Nullable Term atomOrCall(int start) {
    if (in.peek() == '\'') {
      return quotedAtom();
    }
    String word = in.word();
    if (word.equals("fun")) {
      return export();
    }
    return in.skip("(") ? open(Shape.CALL, start, word) : bareAtom(word, start);
  }

  private Export export() {
    Atom module = name();
    in.expect(":");
    Atom function = name();
    in.expect("/");
    in.skipSpace();
    int start = in.position();
    if (in.atNumber()
        && in.number() instanceof IntTerm(long arity)
        && arity >= 0
        && arity <= 0xff) {
      return new Export(module, function, (int) arity);
    }
    throw in.error(start, "expected an arity from 0 to 255");
  }

  /** Reads an atom where it can be nothing else: OTP 25 prints {@code fun end:of/1}. */
  private Atom name() {
    in.skipSpace();
    if (in.peek() == '\'') {
      return quotedAtom();
    }
    int start = in.position();
    if (!Lexis.isAtomStart(in.peek())) {
      throw in.expected("an atom");
    }
    return checkedAtom(in.word(), start);
  }

  private Atom quotedAtom() {
    int start = in.position();
    return checkedAtom(in.quoted('\''), start);
  }

  private Atom bareAtom(String word, int start) {
    if (Lexis.isAlwaysReserved(word)) {
      throw in.error(start, "the reserved word " + word + " is an atom only in quotes");
    }
    return checkedAtom(word, start);
  }

  private Atom checkedAtom(String name, int start) {
    try {
      return Atom.of(name);
    } catch (IllegalArgumentException e) {
      throw in.error(start, String.valueOf(e.getMessage()));
    }
  }
}
