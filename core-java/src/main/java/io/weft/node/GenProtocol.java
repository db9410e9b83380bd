package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.ImproperList;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How calls, casts and replies look as terms.
 *
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/gen_server.html">OTP, modules gen and
 *     gen_server</a>
 */
final class GenProtocol {
  private static final Atom BAD_REQUEST = Atom.of("bad_request");
  private static final Atom CALL = Atom.of("$gen_call");
  private static final Atom CAST = Atom.of("$gen_cast");
  private static final Atom SYSTEM = Atom.of("system");
  private static final Atom ALIAS = Atom.of("alias");
  private static final Atom UNKNOWN_SYSTEM_MESSAGE = Atom.of("unknown_system_msg");

  private GenProtocol() {}

  /** What a term means to a process that speaks the generic protocol. */
  sealed interface Meaning {
    record Call(Pid client, Term tag, Term request) implements Meaning {}

    record System(Pid client, Term tag, Term request) implements Meaning {}

    record Message(Term content) implements Meaning {}
  }

  /**
   * Reads {@code {'$gen_call', {Pid, Tag}, Request}}, {@code {'$gen_cast', Request}}, or else a
   * plain message.
   */
  static Meaning meaningOf(Term term) {
    if (!(term instanceof Tuple tuple)) {
      return new Meaning.Message(term);
    }
    if (tuple.isTagged(CAST, 2)) {
      return new Meaning.Message(tuple.get(1));
    }
    boolean call = tuple.isTagged(CALL, 3);
    if ((call || tuple.isTagged(SYSTEM, 3))
        && tuple.get(1) instanceof Tuple from
        && from.arity() == 2
        && from.get(0) instanceof Pid client) {
      return call
          ? new Meaning.Call(client, from.get(1), tuple.get(2))
          : new Meaning.System(client, from.get(1), tuple.get(2));
    }
    return new Meaning.Message(term);
  }

  /** Whether a term is {@code {system, From, Request}}. */
  static boolean isSystem(Term term) {
    return meaningOf(term) instanceof Meaning.System;
  }

  /**
   * Whether a message may be one that a process takes at once, whatever waits in its mailbox: the
   * reply to a call, or a system message while it is suspended.
   */
  static boolean mayNeedNoRoom(Message message) {
    return message instanceof Message.OfTerm of
        && (answeredBy(of.term) != null || isSystem(of.term));
  }

  static Term call(Pid client, Reference alias, Term request) {
    return call(Tuple.of(client, new ImproperList(List.of(ALIAS), alias)), request);
  }

  /** Returns {@code {'$gen_call', From, Request}}. */
  static Term call(Tuple from, Term request) {
    return Tuple.of(CALL, from, request);
  }

  static Term cast(Term message) {
    return Tuple.of(CAST, message);
  }

  /** Returns how a foreign caller is told that its request cannot be handled. */
  static Term refusal(String why) {
    return Tuple.of(Atom.ERROR, Tuple.of(BAD_REQUEST, Terms.binary(why)));
  }

  /** Returns a label where OTP has the name of a module: an atom, unless it is too long for one. */
  static Term moduleOf(String label) {
    return label.codePointCount(0, label.length()) <= Atom.MAX_CODE_POINTS
        ? Atom.of(label)
        : Terms.binary(label);
  }

  static Term unknownSystemMessage(Term request) {
    return Tuple.of(Atom.ERROR, Tuple.of(UNKNOWN_SYSTEM_MESSAGE, request));
  }

  /**
   * Returns the alias in a tag of the form {@code [alias | Ref]} or {@code [[alias | Ref] | Any]},
   * else null.
   */
  static @Nullable Reference aliasOf(Term tag) {
    if (!(tag instanceof ImproperList list) || list.elements().size() != 1) {
      return tag instanceof ListTerm proper && !proper.elements().isEmpty()
          ? plainAliasOf(proper.elements().getFirst())
          : null;
    }
    Term head = list.elements().getFirst();
    return head.equals(ALIAS) ? referenceOf(list.tail()) : plainAliasOf(head);
  }

  /** Returns the reference that a reply {@code {Tag, Value}} answers, else null. */
  static @Nullable Reference answeredBy(Term message) {
    if (!(message instanceof Tuple reply) || reply.arity() != 2) {
      return null;
    }
    Reference alias = aliasOf(reply.get(0));
    return alias != null ? alias : referenceOf(reply.get(0));
  }

  private static @Nullable Reference plainAliasOf(Term term) {
    return term instanceof ImproperList list
            && list.elements().size() == 1
            && list.elements().getFirst().equals(ALIAS)
        ? referenceOf(list.tail())
        : null;
  }

  private static @Nullable Reference referenceOf(Term term) {
    return term instanceof Reference reference ? reference : null;
  }
}
