package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.node.Address;
import io.weft.node.Node;
import io.weft.node.TestNode;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 2.4: timeouts of a server, in time that the test lets pass. */
class GenServer24TimeoutTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HALF = Duration.ofMillis(500);
  private static final Duration NEVER = Duration.ofDays(1);

  private final ManualTime time = new ManualTime();
  private final TestNode nodes = new TestNode(time.startNode());
  private final Node node = nodes.node();
  private final List<String> events = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    nodes.close();
  }

  /** Times out a second after each note, and answers what has happened. */
  private Address<Shop> shop() {
    return node.start(
        Shop.blueprint((on, self) -> {
          on.cast(
              Shop.Note.class,
              note -> {
                if (note.text().equals("wait")) {
                  self.whenIdle(SECOND, () -> events.add("timeout"));
                }
              });
          on.call(Shop.Ask.class, ask -> ask.text());
          on.state(String.class, () -> "open", state -> {});
        }));
  }

  /** Returns when all that was sent before has been handled; an event like any other. */
  private void sync(Address<Shop> shop) {
    Weft.call(shop, new Shop.Ask("x"), NEVER);
    Await.until(() -> time.waiting() == 0);
  }

  private void tellAndWait(Address<Shop> shop) {
    shop.tell(new Shop.Note("wait"));
    Await.until(() -> time.waiting() == 1);
  }

  @Test
  void aTimeoutFiresOnceAfterItsTimeWithoutAMessage() {
    var shop = shop();
    tellAndWait(shop);
    time.advance(HALF);
    time.advance(HALF);
    Await.until(() -> !events.isEmpty());
    time.advance(SECOND);
    sync(shop);
    assertEquals(List.of("timeout"), events);
  }

  @Test
  void everyMessageCancelsIt() {
    var shop = shop();
    tellAndWait(shop);
    time.advance(HALF);
    sync(shop);
    time.advance(SECOND);
    sync(shop);
    assertEquals(List.of(), events);
  }

  @Test
  void aSystemMessageRestartsItFromTheFullValue() {
    var shop = shop();
    tellAndWait(shop);
    time.advance(HALF);
    getState(shop);
    time.advance(HALF);
    getState(shop); // half a second later, and still nothing
    time.advance(HALF);
    assertEquals(List.of(), events);
    time.advance(HALF);
    Await.until(() -> events.equals(List.of("timeout")));
  }

  private void getState(Address<Shop> shop) {
    var client = nodes.actor();
    client.run(self ->
        node.address(pidOf(shop))
            .tell(
                Tuple.of(
                    Atom.of("system"),
                    Tuple.of(self.pid(), Atom.of("tag")),
                    Atom.of("get_state"))));
    Term answer = (Term) client.next();
    assertEquals(Term.parse("{tag, <<\"open\">>}"), answer);
    Await.until(() -> time.waiting() == 1);
  }
}
