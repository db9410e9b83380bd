package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.CallResult;
import io.weft.node.Node;
import io.weft.node.Self;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Publish and subscribe: any process may produce an event, any process of any node may subscribe to
 * it by name.
 *
 * <pre>{@code
 * static final Event<Price> PRICES = new Event<>("prices", Price.class, PriceCodec.INSTANCE);
 *
 * // in the producer
 * Producer<Price> prices = Events.producer(self, PRICES).buffer(1).register();
 * prices.publish(new Price("tea", 250));
 *
 * // in the subscriber, whose protocol has a record Heard(Notice<Price> notice)
 * Events.subscribe(self, PRICES, Shop.Heard::new);
 * }</pre>
 *
 * <h2>For processes of foreign nodes</h2>
 *
 * The event {@code prices} is a process registered as {@code 'event:prices'}. It takes, as a call
 * (answered {@code ok}), a cast, or a plain message, {@code {subscribe, Pid}} and {@code
 * {unsubscribe, Pid}}. A subscriber gets {@code {event, prices, Message}} for each message, first
 * those of the buffer, and {@code {event_end, prices, Reason}} when nothing more will come; it
 * should monitor the name to hear of a lost connection too. To subscribe twice is to subscribe
 * once; the end of a subscriber ends its subscription.
 */
public final class Events {
  private static final String PREFIX = "event:";

  private Events() {}

  static String nameOf(Event<?> event) {
    return PREFIX + event.name();
  }

  /** Begins to make the process of {@code self} the producer of an event on its node. */
  public static <E> Producer.Setup<E> producer(Self<?> self, Event<E> event) {
    return new Producer.Setup<>(self, event);
  }

  /**
   * Subscribes to an event of this node; otherwise as {@link #subscribe(Self, Event, String,
   * Function)}.
   */
  public static <E, M> Subscription subscribe(
      Self<M> self, Event<E> event, Function<? super Notice<E>, ? extends M> asMessage) {
    return subscribe(self, event, self.node().name().name(), asMessage);
  }

  /**
   * Subscribes the process of {@code self} to an event of any node. Each notice comes as a message
   * of the process's own protocol. Callable in its turns.
   *
   * @param node the node of the producer
   * @param asMessage makes a message of a notice; runs outside of the subscriber's turns
   */
  public static <E, M> Subscription subscribe(
      Self<M> self,
      Event<E> event,
      String node,
      Function<? super Notice<E>, ? extends M> asMessage) {
    Address<M> subscriber = self.address();
    Consumer<Notice<E>> sink = notice -> subscriber.tell(asMessage.apply(notice));
    if (!node.equals(self.node().name().name())) {
      Address<EventAgent.Message> agent =
          self.spawn(EventAgent.blueprint(event, node, self.pid(), sink));
      return () -> agent.tell(new EventAgent.Cancel());
    }
    return subscribeHere(self, event, sink);
  }

  private static <E> Subscription subscribeHere(
      Self<?> self, Event<E> event, Consumer<Notice<E>> sink) {
    Address<EventBroker.Message> broker =
        self.node()
            .address(nameOf(event), self.node().name().name(), TermCodec.localOnly("events"));
    var id = new Object();
    var listener =
        new EventSubscribers.Listener(
            message -> sink.accept(new Notice.Published<>(event.type().cast(message))),
            reason -> sink.accept(new Notice.Ended<>(reason)));
    self.call(
        broker,
        new EventBroker.Subscribe(id, event, self.pid(), listener),
        null,
        result -> {
          if (result instanceof CallResult.Failed<Boolean> failed) {
            sink.accept(new Notice.Ended<>(failed.failure().reason()));
          }
        });
    return () -> broker.tell(new EventBroker.Unsubscribe(id));
  }

  /** Tells whether an event is produced on a node now. */
  public static boolean isProduced(Node node, Event<?> event) {
    return node.whereis(Atom.of(nameOf(event))) != null;
  }

  /** Returns the names of the events that are produced on a node now, sorted. */
  public static Set<String> names(Node node) {
    Set<String> names = new TreeSet<>();
    for (Atom name : node.registered()) {
      if (name.name().startsWith(PREFIX)) {
        names.add(name.name().substring(PREFIX.length()));
      }
    }
    return names;
  }
}
