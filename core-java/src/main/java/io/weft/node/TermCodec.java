package io.weft.node;

import io.weft.term.ListTerm;
import io.weft.term.Term;
import java.util.List;
import java.util.function.Function;

/**
 * How the messages of a protocol look to a foreign node. Used only where a message crosses to or
 * from another node or arrives as a plain term; messages inside a node are passed as the objects
 * they are.
 *
 * <p>For records and sealed interfaces {@code io.weft.mapping.TermMapping} makes one. By hand it is
 * four methods, and two more if messages carry addresses.
 *
 * <p>Implementations are stateless and callable from any thread. Every method throws {@link
 * TermMappingException} for what it cannot map.
 *
 * @param <M> the protocol
 */
public interface TermCodec<M> {
  /** Returns the term a foreign node gets for {@code message}. */
  Term encode(M message);

  /** Returns the message that {@code term}, sent by a foreign node, stands for. */
  M decode(Term term);

  /**
   * Returns the message that {@code term} stands for at a node, which takes it in: addresses in the
   * message send from there. The same as {@link #decode(Term)} where there are none.
   */
  default M decode(Term term, Node node) {
    return decode(term);
  }

  /**
   * Returns the list of what {@link #encode} makes of each of {@code messages}, in order.
   *
   * @throws TermMappingException if one has no such form; it says which
   */
  default ListTerm encodeAll(List<? extends M> messages) {
    return TermElements.encode(messages, this::encode);
  }

  /**
   * Returns what {@link #decode(Term)} makes of each element of {@code terms}, in order.
   *
   * @throws TermMappingException if one is no such message; it says which
   */
  default List<M> decodeAll(ListTerm terms) {
    return TermElements.decode(terms, this::decode);
  }

  /** Returns the term a foreign caller gets as the reply to {@code request}. */
  Term encodeReply(M request, Object reply);

  /** Returns the reply that {@code reply}, sent by a foreign server, stands for. */
  Object decodeReply(M request, Term reply);

  /**
   * Returns the reply that {@code reply} stands for at a node, which takes it in: as {@link
   * #decode(Term, Node)}.
   */
  default Object decodeReply(M request, Term reply, Node node) {
    return decodeReply(request, reply);
  }

  /** Returns the codec of a process that speaks terms. */
  static TermCodec<Term> identity() {
    return IdentityCodec.INSTANCE;
  }

  /**
   * Returns the codec of a protocol most of which stays in the node: what comes from others is kept
   * as the term that it is, in a message of class {@code foreign}, and every answer is a term.
   */
  static <M, F extends M> TermCodec<M> foreign(
      Class<F> foreign, Function<Term, F> wrap, Function<F, Term> unwrap) {
    return new ForeignCodec<>(foreign, wrap, unwrap);
  }

  /**
   * Returns the codec of a protocol that never leaves the node; it refuses every mapping with a
   * message that says so.
   */
  static <M> TermCodec<M> localOnly(String label) {
    return new LocalOnlyCodec<>(label);
  }
}
