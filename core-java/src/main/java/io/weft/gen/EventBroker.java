package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.MessageTooLargeException;
import io.weft.node.Request;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The process behind an event: it knows the subscribers and the last messages, and ends with the
 * producer.
 */
final class EventBroker<E> implements Behavior<EventBroker.Message> {
  /** What reaches the broker; a subscription is known by its id, a foreign one by its pid. */
  sealed interface Message {}

  record Publish(Object message) implements Message {}

  record Close() implements Message {}

  record Subscribe(Object id, Event<?> event, Pid subscriber, Listener listener)
      implements Message, Request<Boolean> {}

  record Unsubscribe(Object id) implements Message, Request<Boolean> {}

  record SubscribeForeign(Pid subscriber) implements Message, Request<Boolean> {}

  /** What a subscriber inside the node does with what it hears. */
  record Listener(Consumer<Object> published, Consumer<ExitReason> ended) {}

  /** Whether anybody listens: written by the broker, read by the producer before each message. */
  static final class Interest {
    private final boolean buffered;
    private volatile boolean subscribed;
    private volatile boolean ended;

    Interest(boolean buffered) {
      this.buffered = buffered;
    }

    boolean isHeard() {
      return (subscribed || buffered) && !ended;
    }

    /** Returns false if it had ended before. */
    boolean end() {
      boolean before = ended;
      ended = true;
      return !before;
    }
  }

  private record Subscriber(Reference monitor, Listener listener) {}

  private final Event<E> event;
  private final Pid producer;
  private final int capacity;
  private final Interest interest;
  private final Runnable onFirst;
  private final Runnable onLast;
  private final ArrayDeque<Object> buffer = new ArrayDeque<>();
  private final Map<Object, Subscriber> subscribers = new LinkedHashMap<>();
  private @Nullable Reference producerMonitor;
  private @Nullable ExitReason producerEnd;
  private @Nullable Object encoded;
  private @Nullable Term encodedTerm;

  private EventBroker(
      Event<E> event,
      Pid producer,
      int capacity,
      Interest interest,
      Runnable onFirst,
      Runnable onLast) {
    this.event = event;
    this.producer = producer;
    this.capacity = capacity;
    this.interest = interest;
    this.onFirst = onFirst;
    this.onLast = onLast;
  }

  static <E> Blueprint<Message> blueprint(
      Event<E> event,
      Pid producer,
      int capacity,
      Interest interest,
      Runnable onFirst,
      Runnable onLast) {
    return Blueprint.<Message>of(
            Events.nameOf(event),
            () -> new EventBroker<>(event, producer, capacity, interest, onFirst, onLast))
        .named(Events.nameOf(event))
        .codec(Codec.INSTANCE);
  }

  @Override
  public void start(Self<Message> self) {
    producerMonitor = self.monitor(new Target.ByPid(producer));
  }

  @Override
  public void message(Self<Message> self, Message message) {
    switch (message) {
      case Publish(Object value) -> publish(value);
      case Close() -> self.stop(ExitReason.NORMAL);
      case Subscribe _, SubscribeForeign _, Unsubscribe _ -> change(self, message);
    }
  }

  @Override
  public void call(Self<Message> self, Message request, From from) {
    if (request instanceof Subscribe subscribe && !subscribe.event().type().equals(event.type())) {
      from.refuse(
          "the messages of "
              + event.name()
              + " are of "
              + event.type()
              + ", not of "
              + subscribe.event().type());
      return;
    }
    change(self, request);
    from.reply(true);
  }

  @Override
  public void info(Self<Message> self, Info info) throws Exception {
    if (!(info instanceof Info.Down down)) {
      Behavior.super.info(self, info);
    } else if (producerMonitor != null && producerMonitor.equals(down.monitor())) {
      producerEnd = down.reason();
      self.stop(ExitReason.NORMAL);
    } else {
      subscribers.values().removeIf(subscriber -> subscriber.monitor().equals(down.monitor()));
      look();
    }
  }

  /** Also when it is killed: whoever listens is told. */
  @Override
  public void ended(Self<Message> self, ExitReason reason) {
    boolean _ = interest.end();
    ExitReason why = producerEnd == null ? reason : producerEnd;
    subscribers.values().forEach(subscriber -> subscriber.listener().ended().accept(why));
    subscribers.clear();
  }

  // --- subscribers
  // --------------------------------------------------------------------------------

  private void change(Self<Message> self, Message message) {
    switch (message) {
      case Subscribe s -> add(self, s.id(), s.subscriber(), s.listener());
      case SubscribeForeign(Pid pid) -> add(self, pid, pid, foreign(self, pid));
      case Unsubscribe(Object id) -> {
        Subscriber gone = subscribers.remove(id);
        if (gone != null) {
          self.demonitor(gone.monitor(), true);
          look();
        }
      }
      case Publish _, Close _ -> {}
    }
  }

  private void add(Self<Message> self, Object id, Pid pid, Listener listener) {
    if (subscribers.containsKey(id)) {
      return;
    }
    Reference monitor = self.monitor(new Target.ByPid(pid));
    subscribers.put(id, new Subscriber(monitor, listener));
    buffer.forEach(listener.published());
    look();
  }

  /** Tells the producer if it has become the first subscriber, or was the last. */
  private void look() {
    boolean any = !subscribers.isEmpty();
    if (any != interest.subscribed) {
      interest.subscribed = any;
      (any ? onFirst : onLast).run();
    }
  }

  private Listener foreign(Self<Message> self, Pid pid) {
    Address<Term> address = self.node().address(pid);
    Atom name = Atom.of(event.name());
    return new Listener(
        message -> {
          Term term = encode(self, message);
          if (term != null) {
            tell(self, address, Tuple.of(EventAgent.EVENT, name, term));
          }
        },
        reason -> tell(self, address, Tuple.of(EventAgent.EVENT_END, name, reason.term())));
  }

  private static void tell(Self<Message> self, Address<Term> subscriber, Term notice) {
    try {
      subscriber.tell(notice);
    } catch (MessageTooLargeException tooLarge) { // the others get it
      self.warn("keeps a notice from {}: {}", subscriber, String.valueOf(tooLarge.getMessage()));
    }
  }

  /** Encodes a message once for all foreign subscribers; null if it has no form as a term. */
  private @Nullable Term encode(Self<Message> self, Object message) {
    if (!message.equals(encoded)) {
      encoded = message;
      try {
        encodedTerm = event.codec().encode(event.type().cast(message));
      } catch (TermMappingException unmapped) {
        encodedTerm = null;
        self.warn("keeps {} from foreign subscribers: {}", message, unmapped.toString());
      }
    }
    return encodedTerm;
  }

  private void publish(Object message) {
    if (capacity > 0) {
      if (buffer.size() == capacity) {
        buffer.poll();
      }
      buffer.add(message);
    }
    subscribers.values().forEach(subscriber -> subscriber.listener().published().accept(message));
  }

  /** What foreign processes may send. */
  private enum Codec implements TermCodec<Message> {
    INSTANCE;

    @Override
    public Term encode(Message message) {
      throw new TermMappingException("is for the node of the event only: " + message);
    }

    @Override
    public Message decode(Term term) {
      if (term instanceof Tuple tuple && tuple.arity() == 2 && tuple.get(1) instanceof Pid pid) {
        if (tuple.isTagged(EventAgent.SUBSCRIBE, 2)) {
          return new SubscribeForeign(pid);
        }
        if (tuple.isTagged(EventAgent.UNSUBSCRIBE, 2)) {
          return new Unsubscribe(pid);
        }
      }
      throw new TermMappingException(
          "an event takes {subscribe, Pid} and {unsubscribe, Pid}, not " + term);
    }

    @Override
    public Term encodeReply(Message request, Object reply) {
      return Atom.of("ok");
    }

    @Override
    public Object decodeReply(Message request, Term reply) {
      return true;
    }
  }
}
