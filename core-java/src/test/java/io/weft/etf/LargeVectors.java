package io.weft.etf;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.BitString;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.Arrays;
import java.util.Collections;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Builds the terms that the vector file gives only as an expression or a note. */
final class LargeVectors {

  private static final Pattern CALL = Pattern.compile("(\\w+)\\((\\d+)(?:,(.+))?\\)");

  private LargeVectors() {}

  static Term build(String expression) {
    return switch (expression) {
      case "{tup(256,x),tup(255,y)}" ->
          Tuple.of(filled(256, Atom.of("x")), filled(255, Atom.of("y")));
      case "<<(bin(100000,170))/binary,5:3>>" -> {
        byte[] bytes = bytes(100_001, 170);
        bytes[100_000] = (byte) 0b101_00000;
        yield BitString.wrap(bytes, 3);
      }
      case "100000 nested 1-tuples" -> nested(100_000, ListTerm.NIL, Tuple::of);
      case "100000 nested 1-lists" -> nested(100_000, ListTerm.NIL, ListTerm::of);
      case "20000 nested maps" -> nested(20_000, ListTerm.NIL, t -> Terms.map(IntTerm.of(1), t));
      default -> call(expression);
    };
  }

  private static Term call(String expression) {
    Matcher call = CALL.matcher(expression);
    if (!call.matches()) {
      throw new AssertionError("no rule for " + expression);
    }
    int count = Integer.parseInt(call.group(2));
    String argument = call.group(3);
    return switch (call.group(1)) {
      case "dup" -> Terms.list(Collections.nCopies(count, Term.parse(argument)));
      case "tup" -> filled(count, Term.parse(argument));
      case "bin" -> Binary.wrap(bytes(count, Integer.parseInt(argument)));
      case "nestl" -> nested(count, ListTerm.NIL, ListTerm::of);
      case "nestt" -> nested(count, Tuple.EMPTY, Tuple::of);
      case "mapn" ->
          Terms.map(
              Stream.iterate(1L, i -> i + 1)
                  .limit(count)
                  .flatMap(i -> Stream.of(IntTerm.of(i), IntTerm.of(i * i)))
                  .toArray(Term[]::new));
      default -> throw new AssertionError("no rule for " + expression);
    };
  }

  private static Tuple filled(int arity, Term element) {
    return Tuple.wrap(Collections.nCopies(arity, element).toArray(Term[]::new));
  }

  private static byte[] bytes(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static Term nested(int depth, Term core, UnaryOperator<Term> wrap) {
    return Stream.iterate(core, wrap).skip(depth).findFirst().orElseThrow();
  }
}
