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
  /** What {@link #deadline} returns of a caller that waits for ever, or does not tell. */
  long NO_DEADLINE = Long.MAX_VALUE;

  /** Returns the process that waits. */
  Pid client();

  /**
   * Returns when the caller gives up, by {@code nanoTime} of the node's clock, or {@link
   * #NO_DEADLINE}. Callers on other Weft nodes tell it, those of OTP do not. The way is not
   * counted: a caller elsewhere gives up earlier, by the time that its request was on the way.
   */
  default long deadline() {
    return NO_DEADLINE;
  }

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
    return foreign(node, server, client, tag, NO_DEADLINE);
  }

  /** As the other {@code foreign}, for a caller that told when it gives up. */
  static From foreign(Node node, Pid server, Pid client, Term tag, long deadline) {
    return new Foreign(
        node,
        server,
        client,
        tag,
        deadline,
        reply -> IdentityCodec.INSTANCE.encodeReply(tag, reply));
  }

  /**
   * Returns the caller that a term {@code {Pid, Tag}} is, to be answered in the name of the process
   * in whose turn this is called: what a codec makes of a caller inside of a message.
   *
   * @throws TermMappingException if the term is no caller
   * @throws IllegalStateException outside of processes
   */
  static From of(Term from) {
    Process<?> process = Node.current();
    if (process == null) {
      throw new IllegalStateException("only a process can answer " + from);
    }
    if (from instanceof Tuple pair && pair.arity() == 2 && pair.get(0) instanceof Pid client) {
      return foreign(process.node(), process.pid(), client, pair.get(1));
    }
    throw new TermMappingException("a caller is {Pid, Tag}, not " + from.abbreviate(200));
  }

  /** A caller of this node that asked with a term, and is answered with one. */
  record Encoding(From caller, Function<Object, Term> form) implements From {
    @Override
    public Pid client() {
      return caller.client();
    }

    @Override
    public long deadline() {
      return caller.deadline();
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
  record Foreign(
      Node node, Pid server, Pid client, Term tag, long deadline, Function<Object, Term> form)
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
      return new Foreign(node, server, client, tag, deadline, form);
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
