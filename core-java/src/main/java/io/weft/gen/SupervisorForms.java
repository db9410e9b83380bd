package io.weft.gen;

import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.Set;

/**
 * How the protocols of both kinds of supervisors look as terms. A blueprint with such a codec is
 * one of a supervisor.
 *
 * <p>What a foreign node asks is not made a typed request: it stays the term it is, and is answered
 * by {@link SupervisorTerms} with OTP's own terms.
 */
interface SupervisorForms<Q> extends TermCodec<Q>, SupervisorProtocol {
  Atom WHICH_CHILDREN = Atom.of("which_children");
  Atom COUNT_CHILDREN = Atom.of("count_children");
  Atom START_CHILD = Atom.of("start_child");
  Atom TERMINATE_CHILD = Atom.of("terminate_child");
  Atom RESTART_CHILD = Atom.of("restart_child");
  Atom DELETE_CHILD = Atom.of("delete_child");
  Atom GET_CHILDSPEC = Atom.of("get_childspec");

  Set<Term> ABOUT_ALL = Set.of(WHICH_CHILDREN, COUNT_CHILDREN);
  Set<Term> ABOUT_ONE =
      Set.of(START_CHILD, TERMINATE_CHILD, RESTART_CHILD, DELETE_CHILD, GET_CHILDSPEC);

  /** Returns the message that stands for a request of OTP's module supervisor. */
  Q foreign(Term request);

  @Override
  default Q decode(Term term) {
    boolean known =
        ABOUT_ALL.contains(term)
            || term instanceof Tuple request
                && request.arity() == 2
                && ABOUT_ONE.contains(request.get(0));
    if (!known) {
      throw new TermMappingException("a supervisor has no request " + term.abbreviate(200));
    }
    return foreign(term);
  }

  @Override
  default Term encodeReply(Q request, Object reply) {
    if (reply instanceof Term term) {
      return term;
    }
    throw new TermMappingException("no reply of a supervisor to a foreign node: " + reply);
  }
}
