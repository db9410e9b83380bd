package io.weft.global;

import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;

/**
 * A name that stands for a process in the whole cluster.
 *
 * @param method decides in a clash, as the term that nodes send each other: see {@link ClashMethod}
 */
record Registration(Term name, Pid pid, Term method) {
  static Registration of(Term term) {
    Tuple tuple = Words.tuple(term, 3);
    return new Registration(tuple.get(0), Words.pid(tuple.get(1)), tuple.get(2));
  }

  Tuple toTerm() {
    return Tuple.of(name, pid, method);
  }
}
