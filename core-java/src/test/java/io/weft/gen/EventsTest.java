package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.DirectNetwork;
import io.weft.node.ExitReason;
import io.weft.node.NameTakenException;
import io.weft.node.Node;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.node.TestNode;
import io.weft.node.TestNode.Actor;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventsTest {
  private static final Event<Long> TICKS = new Event<>("ticks", Long.class, Longs.INSTANCE);

  private final DirectNetwork network = new DirectNetwork();
  private final Node node = network.start("here@test");
  private final TestNode nodes = new TestNode(node);
  private final Actor producer = nodes.actor();
  private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    node.close();
  }

  private enum Longs implements TermCodec<Long> {
    INSTANCE;

    @Override
    public Term encode(Long message) {
      return IntTerm.of(message);
    }

    @Override
    public Long decode(Term term) {
      if (term instanceof IntTerm(long value)) {
        return value;
      }
      throw new TermMappingException("no tick: " + term);
    }

    @Override
    public Term encodeReply(Long request, Object reply) {
      throw new TermMappingException("no request");
    }

    @Override
    public Object decodeReply(Long request, Term reply) {
      throw new TermMappingException("no request");
    }
  }

  private Producer<Long> register(int buffer) {
    return producer.does(self ->
        Events.producer(self, TICKS)
            .buffer(buffer)
            .onFirstSubscriber(() -> told.add("first"))
            .onLastSubscriber(() -> told.add("last"))
            .register());
  }

  private static Subscription subscribe(Actor subscriber) {
    return subscriber.does(self -> Events.subscribe(self, TICKS, notice -> notice));
  }

  private String told() throws InterruptedException {
    return told.poll(20, TimeUnit.SECONDS);
  }

  private static Notice<Long> tick(long n) {
    return new Notice.Published<>(n);
  }

  private static Notice<Long> end(ExitReason reason) {
    return new Notice.Ended<>(reason);
  }

  private void publish(Producer<Long> ticks, long... numbers) {
    producer.run(self -> {
      for (long n : numbers) {
        ticks.publish(n);
      }
    });
  }

  @Test
  void everySubscriberGetsWhatIsPublishedInTheOrderOfTheProducer() throws InterruptedException {
    Producer<Long> ticks = register(0);
    List<Actor> subscribers = List.of(nodes.actor(), nodes.actor(), nodes.actor());
    subscribers.forEach(EventsTest::subscribe);
    assertEquals("first", told());
    subscribers.forEach(s -> awaitSubscribed(ticks, s));
    long[] numbers = new long[1_000];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i;
    }
    publish(ticks, numbers);
    for (Actor subscriber : subscribers) {
      for (long n : numbers) {
        assertEquals(tick(n), nextTick(subscriber));
      }
    }
  }

  /** Publishes until a subscriber hears it. */
  private void awaitSubscribed(Producer<Long> ticks, Actor subscriber) {
    Await.until(() -> {
      publish(ticks, -1);
      return subscriber.drained().contains(tick(-1));
    });
  }

  private static Object nextTick(Actor subscriber) {
    Object next = subscriber.next();
    while (next.equals(tick(-1))) {
      next = subscriber.next();
    }
    return next;
  }

  @Test
  void aNewSubscriberGetsTheLastMessagesBeforeNewerOnes() {
    Producer<Long> ticks = register(3);
    publish(ticks, 1, 2, 3, 4, 5);
    Actor late = nodes.actor();
    subscribe(late);
    assertEquals(
        List.of(tick(3), tick(4), tick(5)), List.of(late.next(), late.next(), late.next()));
    publish(ticks, 6);
    assertEquals(tick(6), late.next());
  }

  @Test
  void theProducerIsToldWhenTheFirstSubscriberComesAndWhenTheLastGoes()
      throws InterruptedException {
    register(0);
    Actor one = nodes.actor();
    Actor two = nodes.actor();
    Subscription first = subscribe(one);
    assertEquals("first", told());
    Subscription second = subscribe(two);
    first.cancel();
    second.cancel();
    assertEquals("last", told());
    subscribe(one);
    assertEquals("first", told());
    assertTrue(told.isEmpty());
  }

  @Test
  void aMessageThatNobodyHearsReachesNoProcess() throws InterruptedException {
    Producer<Long> ticks = register(0);
    assertFalse(ticks.isHeard());
    publish(ticks, 1);
    Actor subscriber = nodes.actor();
    subscribe(subscriber);
    assertEquals("first", told());
    assertTrue(ticks.isHeard());
    publish(ticks, 2);
    assertEquals(tick(2), subscriber.next());
  }

  @Test
  void aSubscriberThatEndsIsRemoved() throws InterruptedException {
    Producer<Long> ticks = register(0);
    Actor subscriber = nodes.actor();
    subscribe(subscriber);
    assertEquals("first", told());
    node.exit(subscriber.pid(), ExitReason.KILL);
    assertEquals("last", told());
    assertFalse(ticks.isHeard());
  }

  @Test
  void theEndOfTheProducerIsToldAfterItsLastMessage() throws InterruptedException {
    Producer<Long> ticks = register(0);
    Actor subscriber = nodes.actor();
    subscribe(subscriber);
    assertEquals("first", told());
    ExitReason boom = ExitReason.of(Atom.of("boom"));
    producer.run(self -> {
      ticks.publish(1L);
      self.stop(boom);
    });
    assertEquals(tick(1), subscriber.next());
    assertEquals(end(boom), subscriber.next());
    Await.until(() -> !Events.isProduced(node, TICKS));
  }

  @Test
  void unregisteringTellsSubscribersAndFreesTheNameAtOnce() throws InterruptedException {
    Producer<Long> ticks = register(0);
    Actor subscriber = nodes.actor();
    subscribe(subscriber);
    assertEquals("first", told());
    publish(ticks, 1);
    producer.run(self -> ticks.unregister());
    Producer<Long> again = register(0);
    assertEquals(tick(1), subscriber.next());
    assertEquals(end(ExitReason.NORMAL), subscriber.next());
    subscribe(subscriber);
    assertEquals("first", told());
    publish(ticks, 2);
    publish(again, 3);
    assertEquals(tick(3), subscriber.next());
  }

  @Test
  void anEventHasOneProducerOnANode() {
    register(0);
    assertThrows(NameTakenException.class, () -> register(0));
  }

  @Test
  void eventsAreFoundByNameOnANode() {
    assertEquals(Set.of(), Events.names(node));
    Producer<Long> ticks = register(0);
    assertEquals(Set.of("ticks"), Events.names(node));
    assertTrue(Events.isProduced(node, TICKS));
    ticks.unregister();
    assertFalse(Events.isProduced(node, TICKS));
  }

  @Test
  void aSubscriberOfWhatNobodyProducesIsTold() {
    Actor subscriber = nodes.actor();
    subscribe(subscriber);
    assertEquals(end(ExitReason.NOPROC), subscriber.next());
  }

  @Test
  void aSubscriberThatExpectsAnotherTypeIsRefused() {
    register(0);
    Actor subscriber = nodes.actor();
    Event<String> wrong = Event.local("ticks", String.class);
    subscriber.run(self -> Events.subscribe(self, wrong, notice -> notice));
    Notice.Ended<?> refused = (Notice.Ended<?>) subscriber.next();
    assertEquals(Atom.of("bad_request"), refused.reason().term());
  }

  // --- other nodes
  // --------------------------------------------------------------------------------

  @Test
  void aProcessOfAnotherNodeSubscribesAndGetsItsTypeBack() throws InterruptedException {
    try (Node other = network.start("there@test")) {
      Producer<Long> ticks = register(1);
      publish(ticks, 1);
      Actor far = new TestNode(other).actor();
      Subscription subscription =
          far.does(self -> Events.subscribe(self, TICKS, "here@test", notice -> notice));
      assertEquals("first", told());
      publish(ticks, 2);
      assertEquals(tick(1), far.next());
      assertEquals(tick(2), far.next());
      subscription.cancel();
      assertEquals("last", told());
    }
  }

  @Test
  void aLostConnectionEndsARemoteSubscriptionOnBothSides() throws InterruptedException {
    try (Node other = network.start("there@test")) {
      register(0);
      Actor far = new TestNode(other).actor();
      far.run(self -> Events.subscribe(self, TICKS, "here@test", notice -> notice));
      assertEquals("first", told());
      network.cut(node, other);
      assertEquals("last", told());
      assertEquals(end(ExitReason.NOCONNECTION), far.next());
    }
  }

  @Test
  void aForeignProcessSubscribesWithTermsAndGetsTerms() throws InterruptedException {
    Producer<Long> ticks = register(1);
    publish(ticks, 7);
    Actor foreign = nodes.actor();
    var event = node.address("event:ticks", node.name().name());
    Term subscribe = Tuple.of(Atom.of("subscribe"), foreign.pid());
    assertEquals(Atom.of("ok"), Weft.callTerm(event, subscribe, Duration.ofSeconds(20)));
    event.tell(subscribe); // once is enough
    assertEquals("first", told());
    publish(ticks, 8);
    assertEquals("{event,ticks,7}", foreign.next().toString());
    assertEquals("{event,ticks,8}", foreign.next().toString());
    producer.run(self -> ticks.unregister());
    assertEquals("{event_end,ticks,normal}", foreign.next().toString());
  }
}
