package io.weft.gen;

import io.weft.gen.Supervisor.ChildInfo;
import io.weft.gen.Supervisor.Query;
import io.weft.gen.Supervisor.WhichChildren;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;

/** The requests of OTP's module supervisor, as far as they are served. */
enum SupervisorCodec implements TermCodec<Query> {
  INSTANCE;

  private static final Atom WHICH_CHILDREN = Atom.of("which_children");
  private static final Atom RESTARTING = Atom.of("restarting");
  private static final Atom WORKER = Atom.of("worker");
  private static final Atom DYNAMIC = Atom.of("dynamic");

  @Override
  public Term encode(Query message) {
    return switch (message) {
      case WhichChildren _ -> WHICH_CHILDREN;
    };
  }

  @Override
  public Query decode(Term term) {
    if (term.equals(WHICH_CHILDREN)) {
      return new WhichChildren();
    }
    throw new TermMappingException("a supervisor serves which_children, not " + term);
  }

  @Override
  public Term encodeReply(Query request, Object reply) {
    List<Term> rows = new ArrayList<>();
    if (reply instanceof List<?> infos) {
      for (Object info : infos) {
        if (info instanceof ChildInfo child) {
          rows.add(row(child));
        }
      }
    }
    return new ListTerm(rows);
  }

  private static Term row(ChildInfo child) {
    Pid pid = child.pid();
    Term where = child.restarting() ? RESTARTING : pid == null ? Atom.UNDEFINED : pid;
    return Tuple.of(Atom.of(child.id()), where, WORKER, DYNAMIC);
  }

  @Override
  public Object decodeReply(Query request, Term reply) {
    if (!(reply instanceof ListTerm rows)) {
      throw new TermMappingException("which_children answers a list, not " + reply);
    }
    List<ChildInfo> infos = new ArrayList<>();
    for (Term row : rows.elements()) {
      if (!(row instanceof Tuple child) || child.arity() != 4) {
        throw new TermMappingException("a child is {Id, Child, Type, Modules}, not " + row);
      }
      Pid pid = child.get(1) instanceof Pid running ? running : null;
      String id = child.get(0) instanceof Atom atom ? atom.name() : child.get(0).toString();
      infos.add(new ChildInfo(id, pid, child.get(1).equals(RESTARTING)));
    }
    return infos;
  }
}
