package io.weft.term;

import java.math.BigInteger;
import java.util.List;

/** The terms without a literal in Erlang, which are written as calls. */
final class TermCalls {

  private final String form;
  private final List<Term> arguments;

  private TermCalls(String form, List<Term> arguments) {
    this.form = form;
    this.arguments = arguments;
  }

  /**
   * The term that a call stands for.
   *
   * @throws IllegalArgumentException if there is no such call or the arguments do not fit
   */
  static Term call(String name, List<Term> arguments) {
    return switch (name) {
      case "pid" -> new TermCalls("pid(Node,Id,Serial,Creation)", arguments).pid();
      case "port" -> new TermCalls("port(Node,Id,Creation)", arguments).port();
      case "ref" -> new TermCalls("ref(Node,Creation,[Word,...])", arguments).reference();
      case "localfun" ->
          new TermCalls(
                  "localfun(Module,Index,Arity,Uniq,OldIndex,OldUniq,Pid,[Free,...])", arguments)
              .fun();
      default ->
          throw new IllegalArgumentException(
              name + " is none of the calls that stand for terms: pid, port, ref, localfun");
    };
  }

  private Pid pid() {
    requireArity(4);
    return new Pid(atom(0), unsigned32(1), unsigned32(2), unsigned32(3));
  }

  private Port port() {
    requireArity(3);
    return new Port(atom(0), unsigned(1, Long.SIZE), unsigned32(2));
  }

  private Reference reference() {
    requireArity(3);
    TermCalls words = new TermCalls(form, list(2));
    int[] numbers = new int[words.arguments.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = words.unsigned32(i);
    }
    return Reference.of(atom(0), unsigned32(1), numbers);
  }

  private Fun fun() {
    requireArity(8);
    return new Fun(
        atom(0),
        unsigned32(1),
        unsigned32(2),
        argument(3, Binary.class),
        argument(4, IntTerm.class).value(),
        argument(5, IntTerm.class).value(),
        argument(6, Pid.class),
        list(7));
  }

  private void requireArity(int arity) {
    if (arguments.size() != arity) {
      throw new IllegalArgumentException(
          "expected %s, found %d arguments".formatted(form, arguments.size()));
    }
  }

  private <T extends Term> T argument(int index, Class<T> type) {
    if (!type.isInstance(arguments.get(index))) {
      throw misfit(index);
    }
    return type.cast(arguments.get(index));
  }

  private IllegalArgumentException misfit(int index) {
    return new IllegalArgumentException(
        "expected %s, found %s".formatted(form, arguments.get(index).abbreviate(40)));
  }

  private Atom atom(int index) {
    return argument(index, Atom.class);
  }

  private List<Term> list(int index) {
    return argument(index, ListTerm.class).elements();
  }

  private int unsigned32(int index) {
    return (int) unsigned(index, Integer.SIZE);
  }

  private long unsigned(int index, int bits) {
    BigInteger value = argument(index, IntegerTerm.class).toBigInteger();
    if (value.signum() < 0 || value.bitLength() > bits) {
      throw misfit(index);
    }
    return value.longValue();
  }
}
