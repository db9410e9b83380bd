package io.weft.node;

import io.weft.term.Pid;
import io.weft.term.Term;
import org.jspecify.annotations.Nullable;

/**
 * One thing that {@code sys} sees a process do: what its log keeps, its trace prints, and a {@link
 * DebugFunction} is given. System messages are none.
 *
 * <p>Events hold the objects themselves. What is mutable, such as a state, may have changed by the
 * time it is looked at.
 */
public sealed interface SystemEvent {
  /**
   * The process begins to handle a message: OTP's {@code {in, Message}}.
   *
   * @param message as it came: a message of the protocol, a term of another node, an {@link Info}
   * @param caller who waits for an answer, where the message is a request of this node; else null
   */
  record In(Object message, @Nullable Pid caller) implements SystemEvent {
    @Override
    public String toString() {
      if (!(message instanceof Term term)) {
        return caller == null ? "got " + message : "got call " + message + " from " + caller;
      }
      return switch (GenProtocol.meaningOf(term)) {
        case GenProtocol.Meaning.Call call ->
            "got call " + call.request() + " from " + call.client();
        case GenProtocol.Meaning.Message(Term content) when !content.equals(term) ->
            "got cast " + content;
        default -> caller == null ? "got " + term : "got call " + term + " from " + caller;
      };
    }
  }

  /**
   * It has handled a request and answered it meanwhile: OTP's {@code {out, Reply, To, State}}. An
   * answer that is given later is no event.
   *
   * @param to who was answered
   * @param tag what tells the call from others of this caller; {@code local} for one inside the
   *     node
   * @param state the state after it, as {@link Behavior#state} shows it
   */
  record Out(Object reply, Pid to, Term tag, @Nullable Object state) implements SystemEvent {
    @Override
    public String toString() {
      return "sent " + reply + " to " + to + ", new state " + state;
    }
  }

  /**
   * It has handled a message without an answer: OTP's {@code {noreply, State}}.
   *
   * @param state the state after it, as {@link Behavior#state} shows it
   */
  record Handled(@Nullable Object state) implements SystemEvent {
    @Override
    public String toString() {
      return "new state " + state;
    }
  }

  /**
   * Something that a behaviour tells in its own words: see {@link Self#debug}.
   *
   * @param kind how it is counted
   * @param text what traces and log files print
   * @param term what the log shows to other nodes
   */
  record Own(Kind kind, String text, Term term) implements SystemEvent {
    /** How statistics count an event. */
    public enum Kind {
      /** As a message that came in. */
      IN,
      /** As a message that went out. */
      OUT,
      /** As neither. */
      OTHER
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
