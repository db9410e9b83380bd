package io.weft.gen;

import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which handler of an {@link EventManager}, and what it can be asked: gen_event's {@code Module},
 * or {@code {Module, Id}} where there are several of one module.
 *
 * <p>Nothing keeps two handlers with the same id out of a manager, as nothing does in OTP: what is
 * about one of them is about the one added last.
 *
 * @param module the name of what it is; an atom to foreign nodes
 * @param id tells it from other handlers of its module; null for none
 * @param protocol the type of the requests it answers
 * @param codec how those look to foreign nodes
 */
public record HandlerId<Q>(
    String module, @Nullable Term id, Class<Q> protocol, TermCodec<Q> codec) {
  public HandlerId {
    Objects.requireNonNull(module);
    Objects.requireNonNull(protocol);
    Objects.requireNonNull(codec);
  }

  /** Returns the id of the one handler of a module that also answers foreign nodes. */
  public static <Q> HandlerId<Q> of(String module, Class<Q> protocol, TermCodec<Q> codec) {
    return new HandlerId<>(module, null, protocol, codec);
  }

  /** Returns the id of a handler that answers requests of this node. */
  public static <Q> HandlerId<Q> of(String module, Class<Q> protocol) {
    return of(module, protocol, TermCodec.localOnly("the event handler " + module));
  }

  /** Returns the id of a handler that is asked nothing. */
  public static HandlerId<Void> of(String module) {
    return of(module, Void.class);
  }

  /** Returns the id of another handler of the same module. */
  public HandlerId<Q> withId(Term id) {
    return new HandlerId<>(module, id, protocol, codec);
  }

  /** Returns the id of another handler of the same module, whose id is an atom to foreign nodes. */
  public HandlerId<Q> withId(String id) {
    return withId(Atom.of(id));
  }

  /** Returns {@code Module} or {@code {Module, Id}}. */
  public Term term() {
    return id == null ? Atom.of(module) : Tuple.of(Atom.of(module), id);
  }

  /** Tells whether this and another stand for the same handler. */
  boolean isSameAs(HandlerId<?> other) {
    return module.equals(other.module) && Objects.equals(id, other.id);
  }

  @Override
  public String toString() {
    return term().toString();
  }
}
