package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.function.Function;

/**
 * Who waits for the reply to a call. May be kept and answered later, from any thread, at most once; later answers are
 * dropped by the caller, whose alias is used up.
 */
public sealed interface From {
  /** Returns the process that waits. */
  Pid client();

  /**
   * Answers the call. A foreign caller gets the term of the protocol's codec.
   *
   * @throws TermMappingException if the reply has no form as a term; the caller still waits
   */
  void reply(Object value);

  /** Answers that the request cannot be handled: {@code {error, {bad_request, Why}}} to a foreign caller. */
  void refuse(String why);

  /** A caller of this node: objects go as they are. */
  record Local(Node node, Pid client, Reference alias) implements From {
    @Override
    public void reply(Object value) {
      node.router().answer(client, alias, new Answer.Value(value));
    }

    @Override
    public void refuse(String why) {
      node.router().answer(client, alias, new Answer.Refused(why));
    }
  }

  /** A caller that speaks terms; {@code tag} is echoed as it came. */
  record Foreign(Node node, Pid server, Pid client, Term tag, Function<Object, Term> encode) implements From {
    @Override
    public void reply(Object value) {
      send(encode.apply(value));
    }

    @Override
    public void refuse(String why) {
      send(Tuple.of(Atom.ERROR, Tuple.of(GenProtocol.BAD_REQUEST, Terms.binary(why))));
    }

    private void send(Term reply) {
      Term answer = Tuple.of(tag, reply);
      Reference alias = GenProtocol.aliasOf(tag);
      if (alias != null) {
        node.router().sendToAlias(server, alias, answer);
      } else {
        node.router().send(server, new Target.ByPid(client), answer);
      }
    }
  }
}
