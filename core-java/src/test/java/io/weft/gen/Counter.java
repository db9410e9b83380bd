package io.weft.gen;

import io.weft.node.Blueprint;
import io.weft.node.Request;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.concurrent.atomic.AtomicLong;

/** The protocol of a counter, and a server for it in plain Java. */
sealed interface Counter {
  record Add(long n) implements Counter {}

  record Get() implements Counter, Request<Long> {}

  record Divide(long by) implements Counter, Request<Long> {}

  static Blueprint<Counter> blueprint() {
    return GenServer.define(
            "counter",
            Counter.class,
            (on, self) -> {
              var total = new AtomicLong();
              on.cast(Add.class, add -> total.addAndGet(add.n()));
              on.call(Get.class, get -> total.get());
              on.call(Divide.class, divide -> total.get() / divide.by());
            })
        .codec(Codec.INSTANCE);
  }

  enum Codec implements TermCodec<Counter> {
    INSTANCE;

    @Override
    public Term encode(Counter message) {
      return switch (message) {
        case Add(long n) -> Tuple.of(Atom.of("add"), new IntTerm(n));
        case Get() -> Atom.of("get");
        case Divide(long by) -> Tuple.of(Atom.of("divide"), new IntTerm(by));
      };
    }

    @Override
    public Counter decode(Term term) {
      return switch (term) {
        case Atom(String name) when name.equals("get") -> new Get();
        case Tuple add
            when add.isTagged(Atom.of("add"), 2) && add.get(1) instanceof IntTerm(long n) ->
            new Add(n);
        case Tuple div
            when div.isTagged(Atom.of("divide"), 2) && div.get(1) instanceof IntTerm(long by) ->
            new Divide(by);
        default -> throw new TermMappingException("no message of a counter: " + term);
      };
    }

    @Override
    public Term encodeReply(Counter request, Object reply) {
      return new IntTerm((Long) reply);
    }

    @Override
    public Object decodeReply(Counter request, Term reply) {
      if (reply instanceof IntTerm(long n)) {
        return n;
      }
      throw new TermMappingException("a counter replies with an integer, not " + reply);
    }
  }
}
