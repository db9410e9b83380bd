package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes to an event of another node in the name of a process, and turns the terms that come
 * into notices. Ends with the subscriber, and with the event.
 */
final class EventAgent<E> implements Behavior<EventAgent.Message> {
  static final Atom SUBSCRIBE = Atom.of("subscribe");
  static final Atom UNSUBSCRIBE = Atom.of("unsubscribe");
  static final Atom EVENT = Atom.of("event");
  static final Atom EVENT_END = Atom.of("event_end");

  /** What reaches the agent. */
  sealed interface Message {}

  record Cancel() implements Message {}

  record Heard(Term message) implements Message {}

  record Ended(Term reason) implements Message {}

  private final Event<E> event;
  private final String node;
  private final Pid subscriber;
  private final Consumer<Notice<E>> sink;
  private @Nullable Reference subscriberMonitor;

  private EventAgent(Event<E> event, String node, Pid subscriber, Consumer<Notice<E>> sink) {
    this.event = event;
    this.node = node;
    this.subscriber = subscriber;
    this.sink = sink;
  }

  static <E> Blueprint<Message> blueprint(
      Event<E> event, String node, Pid subscriber, Consumer<Notice<E>> sink) {
    return Blueprint.<Message>of(
            "subscriber of " + event.name(), () -> new EventAgent<>(event, node, subscriber, sink))
        .codec(Codec.INSTANCE);
  }

  @Override
  public void start(Self<Message> self) {
    subscriberMonitor = self.monitor(new Target.ByPid(subscriber));
    Atom name = Atom.of(Events.nameOf(event));
    Reference _ = self.monitor(new Target.ByName(name, Atom.of(node)));
    Address<Term> broker = self.node().address(name.name(), node);
    broker.tell(Tuple.of(SUBSCRIBE, self.pid()));
  }

  @Override
  public void message(Self<Message> self, Message message) {
    switch (message) {
      case Cancel() -> self.stop(ExitReason.NORMAL);
      case Heard(Term term) -> hear(self, term);
      case Ended(Term reason) -> end(self, ExitReason.of(reason));
    }
  }

  private void hear(Self<Message> self, Term term) {
    E message;
    try {
      message = event.codec().decode(term, self.node());
    } catch (TermMappingException unknown) {
      self.warn("dropped {}: {}", term, String.valueOf(unknown.getMessage()));
      return;
    }
    sink.accept(new Notice.Published<>(message));
  }

  private void end(Self<Message> self, ExitReason reason) {
    sink.accept(new Notice.Ended<>(reason));
    self.stop(ExitReason.NORMAL);
  }

  @Override
  public void info(Self<Message> self, Info info) throws Exception {
    if (!(info instanceof Info.Down down)) {
      Behavior.super.info(self, info);
    } else if (subscriberMonitor != null && subscriberMonitor.equals(down.monitor())) {
      self.stop(ExitReason.NORMAL);
    } else {
      end(self, down.reason());
    }
  }

  /** What an event sends. */
  private enum Codec implements TermCodec<Message> {
    INSTANCE;

    @Override
    public Term encode(Message message) {
      throw new TermMappingException("is for its own node only: " + message);
    }

    @Override
    public Message decode(Term term) {
      if (term instanceof Tuple tuple && tuple.isTagged(EVENT, 3)) {
        return new Heard(tuple.get(2));
      }
      if (term instanceof Tuple tuple && tuple.isTagged(EVENT_END, 3)) {
        return new Ended(tuple.get(2));
      }
      throw new TermMappingException("an event sends {event, Name, Message}, not " + term);
    }

    @Override
    public Term encodeReply(Message request, Object reply) {
      throw new TermMappingException("an agent is not called");
    }

    @Override
    public Object decodeReply(Message request, Term reply) {
      throw new TermMappingException("an agent is not called");
    }
  }
}
