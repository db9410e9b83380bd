package io.weft.global;

import io.weft.term.Term;
import io.weft.term.Tuple;

/**
 * What is locked, and for whom: {@code {ResourceId, LockRequesterId}}. The same requester may take
 * a lock that it has; others may not.
 *
 * @param resource any term but {@code global}, which is for names
 * @param requester any term: a pid as a rule
 */
public record LockId(Term resource, Term requester) {
  Tuple toTerm() {
    return Tuple.of(resource, requester);
  }
}
