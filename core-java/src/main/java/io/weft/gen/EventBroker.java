package io.weft.gen;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
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

  record Subscribe(Object id, Event<?> event, Pid subscriber, EventSubscribers.Listener listener)
      implements Message, Request<Boolean> {}

  record Unsubscribe(Object id) implements Message, Request<Boolean> {}

  record SubscribeForeign(Pid subscriber) implements Message, Request<Boolean> {}

  private final Event<E> event;
  private final Pid producer;
  private final EventSubscribers subscribers;
  private final ForeignListeners<E> foreign;
  private @Nullable Reference producerMonitor;
  private @Nullable ExitReason producerEnd;

  private EventBroker(Event<E> event, Pid producer, EventSubscribers subscribers) {
    this.event = event;
    this.producer = producer;
    this.subscribers = subscribers;
    this.foreign = new ForeignListeners<>(event);
  }

  /** Returns a blueprint; it is started once. */
  static <E> Blueprint<Message> blueprint(
      Event<E> event, Pid producer, EventSubscribers subscribers) {
    return Blueprint.<Message>of(
            Events.nameOf(event), () -> new EventBroker<>(event, producer, subscribers))
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
      case Publish(Object value) -> subscribers.publish(value);
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
      subscribers.ended(down.monitor());
    }
  }

  /** Also when it is killed: whoever listens is told. */
  @Override
  public void ended(Self<Message> self, ExitReason reason) {
    subscribers.endAll(producerEnd == null ? reason : producerEnd);
  }

  private void change(Self<Message> self, Message message) {
    switch (message) {
      case Subscribe s -> subscribers.add(self, s.id(), s.subscriber(), s.listener());
      case SubscribeForeign(Pid pid) -> subscribers.add(self, pid, pid, foreign.of(self, pid));
      case Unsubscribe(Object id) -> subscribers.remove(self, id);
      case Publish _, Close _ -> {}
    }
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
