package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.function.Function;

/**
 * Who waits for the reply to a call. May be kept and answered later, from any thread, at most once;
 * later answers are dropped by the caller, whose alias is used up.
 */
public sealed interface From permits From.Encoding, From.Foreign, LocalCall, SystemDebug.NotedFrom {
  /** Returns the process that waits. */
  Pid client();

  /**
   * Answers the call. A caller that speaks terms gets the term of the protocol's codec.
   *
   * <p>A reply that is too large for another node becomes {@code {error, {system_limit,
   * {message_size, Size, Limit}}}}, with a line in the log.
   *
   * @throws TermMappingException if the reply has no form as a term; the caller still waits
   */
  void reply(Object value);

  /**
   * Answers that the request cannot be handled: {@code {error, {bad_request, Why}}} to a foreign
   * caller.
   */
  void refuse(String why);

  /**
   * Answers that there will be no reply: the caller's {@link CallException} has this reason. To a
   * foreign caller it is {@code {error, Reason}}.
   */
  void fail(ExitReason reason);

  /** Returns this caller, answered with what {@code form} makes of a reply. */
  From encoding(Function<Object, Term> form);

  /** Returns a caller that speaks the generic protocol of OTP; {@code tag} is echoed as it came. */
  static From foreign(Node node, Pid server, Pid client, Term tag) {
    return new Foreign(
        node, server, client, tag, reply -> IdentityCodec.INSTANCE.encodeReply(tag, reply));
  }

  /** A caller of this node that asked with a term, and is answered with one. */
  record Encoding(From caller, Function<Object, Term> form) implements From {
    @Override
    public Pid client() {
      return caller.client();
    }

    @Override
    public void reply(Object value) {
      caller.reply(form.apply(value));
    }

    @Override
    public void refuse(String why) {
      caller.refuse(why);
    }

    @Override
    public void fail(ExitReason reason) {
      caller.fail(reason);
    }

    @Override
    public From encoding(Function<Object, Term> other) {
      return new Encoding(caller, other);
    }
  }

  /** A caller elsewhere, or one that was given no better way than a term. */
  record Foreign(Node node, Pid server, Pid client, Term tag, Function<Object, Term> form)
      implements From {
    @Override
    public void reply(Object value) {
      send(form.apply(value));
    }

    @Override
    public void refuse(String why) {
      send(GenProtocol.refusal(why));
    }

    @Override
    public void fail(ExitReason reason) {
      send(Tuple.of(Atom.ERROR, reason.term()));
    }

    @Override
    public From encoding(Function<Object, Term> form) {
      return new Foreign(node, server, client, tag, form);
    }

    /**
     * A reply that is too large must not end the server: one caller's wish would end it for all.
     */
    private void send(Term reply) {
      try {
        sendTagged(Tuple.of(tag, reply));
      } catch (MessageTooLargeException tooLarge) {
        node.messageLimit().replyRefused(server, tooLarge);
        tellTooLarge(tooLarge.reason().term());
      }
    }

    private void tellTooLarge(Term why) {
      try {
        sendTagged(Tuple.of(tag, Tuple.of(Atom.ERROR, why)));
      } catch (MessageTooLargeException tag) {
        // a tag that fills a message by itself is no question that wants an answer
      }
    }

    private void sendTagged(Term answer) {
      Reference alias = GenProtocol.aliasOf(tag);
      if (alias != null) {
        node.router().sendToAlias(server, alias, answer);
      } else {
        node.router().send(server, new Target.ByPid(client), answer);
      }
    }
  }
}
