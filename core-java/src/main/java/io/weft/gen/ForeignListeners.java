package io.weft.gen;

import io.weft.gen.EventSubscribers.Listener;
import io.weft.node.Address;
import io.weft.node.MessageTooLargeException;
import io.weft.node.Self;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * Tells foreign subscribers of an event what there is to hear: {@code {event, Name, Message}} and
 * {@code {event_end, Name, Reason}}. A message is encoded once for all of them.
 */
final class ForeignListeners<E> {
  private final Event<E> event;
  private final Atom name;
  private @Nullable Object encoded;
  private @Nullable Term encodedTerm;

  ForeignListeners(Event<E> event) {
    this.event = event;
    this.name = Atom.of(event.name());
  }

  Listener of(Self<?> broker, Pid subscriber) {
    Address<Term> address = broker.node().address(subscriber);
    return new Listener(
        message -> {
          Term term = encode(broker, message);
          if (term != null) {
            tell(broker, address, Tuple.of(EventAgent.EVENT, name, term));
          }
        },
        reason -> tell(broker, address, Tuple.of(EventAgent.EVENT_END, name, reason.term())));
  }

  private static void tell(Self<?> broker, Address<Term> subscriber, Term notice) {
    try {
      subscriber.tell(notice);
    } catch (MessageTooLargeException tooLarge) { // the others get it
      broker.warn("keeps a notice from {}: {}", subscriber, String.valueOf(tooLarge.getMessage()));
    }
  }

  /** Returns null if the message has no form as a term. */
  private @Nullable Term encode(Self<?> broker, Object message) {
    if (!message.equals(encoded)) {
      encoded = message;
      try {
        encodedTerm = event.codec().encode(event.type().cast(message));
      } catch (TermMappingException unmapped) {
        encodedTerm = null;
        broker.warn("keeps {} from foreign subscribers: {}", message, unmapped.toString());
      }
    }
    return encodedTerm;
  }
}
