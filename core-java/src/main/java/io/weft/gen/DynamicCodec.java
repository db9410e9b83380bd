package io.weft.gen;

import io.weft.gen.DynamicSupervisor.Query;
import io.weft.node.TermMappingException;
import io.weft.term.Term;
import io.weft.term.Tuple;

/** The typed requests of a {@link DynamicSupervisor} on their way to another node. */
final class DynamicCodec<A, M> implements SupervisorForms<Query<A, M>> {
  @Override
  public Query<A, M> foreign(Term request) {
    return new DynamicBody.Foreign<>(request);
  }

  @Override
  public Term encode(Query<A, M> message) {
    return switch (message) {
      case DynamicSupervisor.WhichChildren<A, M> _ -> WHICH_CHILDREN;
      case DynamicSupervisor.CountChildren<A, M> _ -> COUNT_CHILDREN;
      case DynamicSupervisor.TerminateChild<A, M> terminate ->
          Tuple.of(TERMINATE_CHILD, terminate.pid());
      case DynamicBody.Foreign<A, M> foreign -> foreign.request();
      default ->
          throw new TermMappingException(
              "the argument of a child has no form as a term: " + message);
    };
  }

  @Override
  public Object decodeReply(Query<A, M> request, Term reply) {
    return switch (request) {
      case DynamicSupervisor.WhichChildren<A, M> _ -> SupervisorCodec.infos(reply);
      case DynamicSupervisor.CountChildren<A, M> _ -> SupervisorCodec.counts(reply);
      default -> SupervisorCodec.result(reply);
    };
  }
}
