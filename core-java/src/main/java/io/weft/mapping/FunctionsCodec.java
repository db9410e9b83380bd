package io.weft.mapping;

import io.weft.node.Node;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests as calls of the functions of a module: {@code {price,Sku}} as {@code
 * {shop,price,[Sku]}}.
 */
final class FunctionsCodec<P> implements TermCodec<P> {
  private final Atom module;
  private final TermCodec<P> requests;

  FunctionsCodec(Atom module, TermCodec<P> requests) {
    this.module = module;
    this.requests = requests;
  }

  @Override
  public Term encode(P request) {
    Term term = requests.encode(request);
    Atom function = TaggedForm.tagOf(term);
    if (function == null) {
      throw Misfit.expected("a function and its arguments", term).atRoot();
    }
    List<Term> arguments =
        term instanceof Tuple tuple ? tuple.elements().subList(1, tuple.arity()) : List.of();
    return Tuple.of(module, function, new ListTerm(arguments));
  }

  @Override
  public P decode(Term term) {
    return requests.decode(request(term));
  }

  @Override
  public P decode(Term term, Node node) {
    return requests.decode(request(term), node);
  }

  /** Returns the request that a call stands for. */
  private Term request(Term term) {
    if (term instanceof Tuple call
        && call.isTagged(module, 3)
        && call.get(1) instanceof Atom function
        && call.get(2) instanceof ListTerm arguments) {
      if (arguments.isEmpty()) {
        return function;
      }
      List<Term> request = new ArrayList<>(arguments.size() + 1);
      request.add(function);
      request.addAll(arguments.elements());
      return new Tuple(request);
    }
    throw Misfit.expected("a call of a function of " + module, term).atRoot();
  }

  @Override
  public Term encodeReply(P request, Object reply) {
    return requests.encodeReply(request, reply);
  }

  @Override
  public Object decodeReply(P request, Term reply) {
    return requests.decodeReply(request, reply);
  }

  @Override
  public Object decodeReply(P request, Term reply, Node node) {
    return requests.decodeReply(request, reply, node);
  }
}
