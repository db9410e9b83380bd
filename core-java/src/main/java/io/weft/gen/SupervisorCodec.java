package io.weft.gen;

import io.weft.gen.Supervisor.ChildCount;
import io.weft.gen.Supervisor.ChildInfo;
import io.weft.gen.Supervisor.CountChildren;
import io.weft.gen.Supervisor.DeleteChild;
import io.weft.gen.Supervisor.Query;
import io.weft.gen.Supervisor.RestartChild;
import io.weft.gen.Supervisor.TerminateChild;
import io.weft.gen.Supervisor.WhichChildren;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;

/** The typed requests of a supervisor on their way to another node, and its answers. */
enum SupervisorCodec implements SupervisorForms<Query> {
  INSTANCE;

  private static final Atom RESTARTING = Atom.of("restarting");

  @Override
  public Query foreign(Term request) {
    return new SupervisorBody.Foreign(request);
  }

  @Override
  public Term encode(Query message) {
    return switch (message) {
      case WhichChildren _ -> WHICH_CHILDREN;
      case CountChildren _ -> COUNT_CHILDREN;
      case TerminateChild(String id) -> Tuple.of(TERMINATE_CHILD, ChildTerms.idOf(id));
      case RestartChild(String id) -> Tuple.of(RESTART_CHILD, ChildTerms.idOf(id));
      case DeleteChild(String id) -> Tuple.of(DELETE_CHILD, ChildTerms.idOf(id));
      case SupervisorBody.Foreign(Term request) -> request;
      default ->
          throw new TermMappingException(
              "a child specification is code and stays on its node: " + message);
    };
  }

  @Override
  public Object decodeReply(Query request, Term reply) {
    return switch (request) {
      case WhichChildren _ -> infos(reply);
      case CountChildren _ -> counts(reply);
      default -> result(reply);
    };
  }

  static ChildResult result(Term reply) {
    return switch (reply) {
      case Atom ok when ok.equals(Atom.OK) -> ChildResult.DONE;
      case Tuple ok when ok.arity() >= 2 && ok.get(0).equals(Atom.OK) ->
          new ChildResult.Done(
              ok.get(1) instanceof Pid pid ? pid : null, ok.arity() == 3 ? ok.get(2) : null);
      case Tuple error when error.isTagged(Atom.ERROR, 2) -> new ChildResult.Refused(error.get(1));
      default ->
          throw new TermMappingException("a supervisor answers ok or an error, not " + reply);
    };
  }

  static ChildCount counts(Term reply) {
    return new ChildCount(
        count(reply, "specs"),
        count(reply, "active"),
        count(reply, "supervisors"),
        count(reply, "workers"));
  }

  private static int count(Term reply, String what) {
    if (reply instanceof ListTerm list) {
      for (Term entry : list.elements()) {
        if (entry instanceof Tuple pair
            && pair.isTagged(Atom.of(what), 2)
            && pair.get(1) instanceof IntTerm(long n)) {
          return Math.toIntExact(n);
        }
      }
    }
    throw new TermMappingException("count_children answers {" + what + ", N} too, not " + reply);
  }

  static List<ChildInfo> infos(Term reply) {
    if (!(reply instanceof ListTerm rows)) {
      throw new TermMappingException("which_children answers a list, not " + reply);
    }
    List<ChildInfo> infos = new ArrayList<>(rows.size());
    for (Term row : rows.elements()) {
      if (!(row instanceof Tuple child) || child.arity() != 4) {
        throw new TermMappingException("a child is {Id, Child, Type, Modules}, not " + row);
      }
      ChildType type =
          child.get(2).equals(ChildType.SUPERVISOR.term())
              ? ChildType.SUPERVISOR
              : ChildType.WORKER;
      infos.add(
          new ChildInfo(
              child.get(0),
              child.get(1) instanceof Pid pid ? pid : null,
              child.get(1).equals(RESTARTING),
              type,
              child.get(3)));
    }
    return infos;
  }
}
