package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.term.Pid;
import io.weft.term.Reference;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Who listens to an event, and the last messages, which whoever subscribes gets first. The producer
 * is told when the first subscriber has come and when the last one has gone.
 */
final class EventSubscribers {
  /** What becomes of what a subscriber hears. */
  record Listener(Consumer<Object> published, Consumer<ExitReason> ended) {}

  private record Subscriber(Reference monitor, Listener listener) {}

  private final int capacity;
  private final EventInterest interest;
  private final Runnable onFirst;
  private final Runnable onLast;
  private final ArrayDeque<Object> buffer = new ArrayDeque<>();
  private final Map<Object, Subscriber> subscribers = new LinkedHashMap<>();

  EventSubscribers(int capacity, EventInterest interest, Runnable onFirst, Runnable onLast) {
    this.capacity = capacity;
    this.interest = interest;
    this.onFirst = onFirst;
    this.onLast = onLast;
  }

  /** Nothing for one who is there. */
  void add(Self<?> broker, Object id, Pid subscriber, Listener listener) {
    if (subscribers.containsKey(id)) {
      return;
    }
    Reference monitor = broker.monitor(new Target.ByPid(subscriber));
    subscribers.put(id, new Subscriber(monitor, listener));
    buffer.forEach(listener.published());
    look();
  }

  void remove(Self<?> broker, Object id) {
    Subscriber gone = subscribers.remove(id);
    if (gone != null) {
      broker.demonitor(gone.monitor(), true);
      look();
    }
  }

  /** A subscriber has ended. */
  void ended(Reference monitor) {
    subscribers.values().removeIf(subscriber -> subscriber.monitor().equals(monitor));
    look();
  }

  private void look() {
    boolean any = !subscribers.isEmpty();
    if (any != interest.isSubscribed()) {
      interest.subscribed(any);
      (any ? onFirst : onLast).run();
    }
  }

  void publish(Object message) {
    if (capacity > 0) {
      if (buffer.size() == capacity) {
        buffer.poll();
      }
      buffer.add(message);
    }
    subscribers.values().forEach(subscriber -> subscriber.listener().published().accept(message));
  }

  /** Nothing more will come. */
  void endAll(ExitReason why) {
    boolean _ = interest.end();
    subscribers.values().forEach(subscriber -> subscriber.listener().ended().accept(why));
    subscribers.clear();
  }
}
