package io.weft.gen;

import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Request;
import io.weft.term.Term;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a {@link GenStateMachine}: gen_statem's event types.
 *
 * @param <M> the protocol
 */
public sealed interface StateEvent<M> {
  /** A message that nobody waits for: gen_statem's {@code cast}. */
  record Cast<M>(M message) implements StateEvent<M> {}

  /** A request whose caller waits. */
  record Call<M>(M request, From from) implements StateEvent<M> {
    /** Returns the reply owed to the caller, for a protocol of terms. */
    public Reply<Term> replyTerm() {
      return new FromReply<>(from);
    }

    /**
     * Returns the reply owed to the caller, of the type its request names.
     *
     * @param asked the request of this call, after a pattern told its type
     */
    public <R, Q extends Request<R>> Reply<R> reply(Q asked) {
      if (!asked.equals(request)) {
        throw new IllegalArgumentException(asked + " is not the request of this call");
      }
      return new FromReply<>(from);
    }
  }

  /** An exit signal, a monitor's report, or a term that is no message of the protocol. */
  record Received<M>(Info info) implements StateEvent<M> {}

  /** An event the machine made for itself: {@link Next#internal}. Cannot come from outside. */
  record Internal<M>(Object content) implements StateEvent<M> {}

  /**
   * The machine was in its present state for as long as {@link Next#stateTimeout} said.
   *
   * @param content what the timeout carried; null for nothing
   */
  record StateTimeout<M>(@Nullable Object content) implements StateEvent<M> {
    /** Returns what the timeout carried. */
    public <T> T content(Class<T> type) {
      return ofType(type, content);
    }
  }

  /**
   * Nothing happened for as long as {@link Next#eventTimeout} said.
   *
   * @param content what the timeout carried; null for nothing
   */
  record EventTimeout<M>(@Nullable Object content) implements StateEvent<M> {
    /** Returns what the timeout carried. */
    public <T> T content(Class<T> type) {
      return ofType(type, content);
    }
  }

  /**
   * A named timeout elapsed.
   *
   * @param content what it carried; null for nothing
   */
  record Elapsed<M>(Timeout<?> timeout, @Nullable Object content) implements StateEvent<M> {
    /** Tells whether this is {@code other}. */
    public boolean is(Timeout<?> other) {
      return timeout.equals(other);
    }

    /** Returns what the timeout carried. */
    public <T> T content(Timeout<T> of) {
      if (!is(of)) {
        throw new IllegalArgumentException(timeout + " elapsed, not " + of);
      }
      return ofType(of.content(), content);
    }
  }

  private static <T> T ofType(Class<T> type, @Nullable Object content) {
    if (!type.isInstance(content)) {
      throw new IllegalArgumentException(
          "the timeout carries " + content + ", which is no " + type.getName());
    }
    return type.cast(content);
  }
}
