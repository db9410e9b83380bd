package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Self;
import io.weft.term.Atom;

/**
 * The producing end of an {@link Event}. Subscribers get what is published in the order in which it
 * was.
 */
public final class Producer<E> {
  /** Describes how a process is to produce an event; ends with {@link #register}. */
  public static final class Setup<E> {
    private final Self<?> self;
    private final Event<E> event;
    private int buffer;
    private Runnable onFirst = () -> {};
    private Runnable onLast = () -> {};

    Setup(Self<?> self, Event<E> event) {
      this.self = self;
      this.event = event;
    }

    /**
     * Gives each new subscriber the last {@code messages} before anything newer; by default none.
     */
    public Setup<E> buffer(int messages) {
      if (messages < 0) {
        throw new IllegalArgumentException("a buffer cannot hold " + messages + " messages");
      }
      buffer = messages;
      return this;
    }

    /** Runs {@code action} in a turn of the producer when somebody subscribes and nobody had. */
    public Setup<E> onFirstSubscriber(Runnable action) {
      onFirst = action;
      return this;
    }

    /** Runs {@code action} in a turn of the producer when the last subscriber has gone. */
    public Setup<E> onLastSubscriber(Runnable action) {
      onLast = action;
      return this;
    }

    /**
     * Begins to produce the event, until {@link Producer#unregister} or the end of the process.
     *
     * @throws io.weft.node.NameTakenException if another process of the node produces an event of
     *     this name
     */
    public Producer<E> register() {
      var interest = new EventInterest(buffer > 0);
      Address<EventBroker.Message> broker =
          self.spawn(
              EventBroker.blueprint(
                  event,
                  self.pid(),
                  new EventSubscribers(
                      buffer, interest, () -> self.post(onFirst), () -> self.post(onLast))));
      return new Producer<>(event, broker, interest);
    }
  }

  private final Event<E> event;
  private final Address<EventBroker.Message> broker;
  private final EventInterest interest;

  private Producer(Event<E> event, Address<EventBroker.Message> broker, EventInterest interest) {
    this.event = event;
    this.broker = broker;
    this.interest = interest;
  }

  /** Returns what is produced. */
  public Event<E> event() {
    return event;
  }

  /**
   * Tells whether a message would reach anybody: a subscriber, or the buffer. Worth asking before
   * an expensive message is made.
   */
  public boolean isHeard() {
    return interest.isHeard();
  }

  /**
   * Publishes a message. Without a subscriber and a buffer it is gone after one look at a variable.
   * Any thread; what one thread publishes arrives in that order.
   */
  public void publish(E message) {
    if (interest.isHeard()) {
      broker.tell(new EventBroker.Publish(message));
    }
  }

  /**
   * Ends the production; subscribers are told after the last message. Its name is free when this
   * returns.
   */
  public void unregister() {
    if (interest.end()) {
      broker.node().unregister(Atom.of(Events.nameOf(event)));
      broker.tell(new EventBroker.Close());
    }
  }
}
