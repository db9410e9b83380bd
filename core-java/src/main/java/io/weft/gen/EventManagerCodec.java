package io.weft.gen;

import io.weft.gen.EventManager.Foreign;
import io.weft.gen.EventManager.Message;
import io.weft.gen.EventManager.Notify;
import io.weft.node.Node;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.function.Function;

/**
 * The messages of gen_event: {@code {notify, Event}}, and requests labelled with the pid of their
 * caller, {@code {Pid, {Pid, Tag}, Request}}.
 */
record EventManagerCodec<E>(TermCodec<E> events) implements TermCodec<Message<E>> {
  private static final Atom NOTIFY = Atom.of("notify");

  @Override
  public Term encode(Message<E> message) {
    if (message instanceof Notify<E>(E event)) {
      return Tuple.of(NOTIFY, events.encode(event));
    }
    throw new TermMappingException("only events can be sent to a manager of another node");
  }

  @Override
  public Message<E> decode(Term term) {
    return decode(term, events::decode);
  }

  @Override
  public Message<E> decode(Term term, Node node) {
    return decode(term, event -> events.decode(event, node));
  }

  private Message<E> decode(Term term, Function<Term, E> event) {
    if (term instanceof Tuple tuple) {
      if (tuple.isTagged(NOTIFY, 2)) {
        return new Notify<>(event.apply(tuple.get(1)));
      }
      if (tuple.arity() == 3
          && tuple.get(0) instanceof Pid
          && tuple.get(1) instanceof Tuple from
          && from.arity() == 2
          && from.get(0) instanceof Pid client) {
        return new Foreign<>(client, from.get(1), tuple.get(2), term);
      }
    }
    throw new TermMappingException("no message of an event manager: " + term);
  }

  @Override
  public Term encodeReply(Message<E> request, Object reply) {
    throw new TermMappingException("an event manager is not called as a gen_server");
  }

  @Override
  public Object decodeReply(Message<E> request, Term reply) {
    throw new TermMappingException("an event manager is not called as a gen_server");
  }
}
