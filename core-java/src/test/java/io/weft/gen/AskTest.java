package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Request;
import io.weft.node.TermCodec;
import io.weft.node.TermMappingException;
import io.weft.node.TestNode;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Replies that are a part of a message, and what a caller tells of its patience. */
class AskTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final TestNode nodes = new TestNode();

  @AfterEach
  void close() {
    nodes.close();
  }

  sealed interface Shop {
    record Watch(Reply<Integer> reply) implements Shop {}

    record Ignore(Reply<Integer> reply) implements Shop {}

    record Leave(Reply<Integer> reply) implements Shop {}

    record Patience() implements Shop, Request<Long> {}
  }

  private Address<Shop> shop() {
    return nodes
        .node()
        .start(
            GenServer.define(
                "shop",
                Shop.class,
                (on, self) -> {
                  on.cast(Shop.Watch.class, watch -> watch.reply().send(7));
                  on.cast(Shop.Ignore.class, ignore -> {});
                  on.cast(Shop.Leave.class, leave -> self.stop(ExitReason.SHUTDOWN));
                  on.handle(
                      Shop.Patience.class,
                      (patience, caller) -> {
                        if (caller != null) {
                          long now = nodes.node().seams().clock().nanoTime();
                          caller.reply(
                              caller.deadline() == From.NO_DEADLINE
                                  ? Long.valueOf(-1)
                                  : Long.valueOf(caller.deadline() - now));
                        }
                      });
                }));
  }

  @Test
  void theReplyIsThatWhichTheMessageCarried() {
    int seven = Ask.ask(shop(), Shop.Watch::new, LONG);
    assertEquals(7, seven);
  }

  @Test
  void aProcessAsksAndGoesOn() {
    Address<Shop> shop = shop();
    var answer = new CompletableFuture<Integer>();
    nodes
        .node()
        .start(
            GenServer.define(
                "customer",
                Shop.class,
                (on, self) -> {
                  on.cast(Shop.class, message -> {});
                  Ask.<Shop, Integer>ask(
                      self,
                      shop,
                      Shop.Watch::new,
                      LONG,
                      result -> answer.complete(result.orThrow()));
                }));
    assertEquals(7, answer.join());
  }

  @Test
  void whoDoesNotReplyIsTooSlowOrGone() {
    assertEquals("timeout", reasonOf(Shop.Ignore::new, SHORT));
    assertEquals("shutdown", reasonOf(Shop.Leave::new, LONG));
    Address<Shop> gone = shop();
    Ask.askAsync(gone, Shop.Leave::new, null).exceptionally(_ -> null).join();
    CallException failure =
        assertThrows(CallException.class, () -> Ask.ask(gone, Shop.Watch::new, LONG));
    assertEquals("noproc", failure.reason().toString());
  }

  private String reasonOf(Function<Reply<Integer>, Shop> message, Duration within) {
    CallException failure =
        assertThrows(CallException.class, () -> Ask.ask(shop(), message, within));
    return failure.reason().toString();
  }

  @Test
  void asATermAReplyIsTheCallerOfAGenServer() {
    Blueprint<Term> echo =
        Blueprint.<Term>straightLine("echo", self -> replyIn(self.receive()).send(Terms.integer(3)))
            .codec(TermCodec.identity());
    Address<Term> asked = nodes.node().start(echo);
    Term three =
        Ask.<Term, Term>ask(
            asked, reply -> Tuple.of(Atom.of("watch"), Ask.termOf(reply, (term, _) -> term)), LONG);
    assertEquals(Terms.integer(3), three);
    assertThrows(TermMappingException.class, () -> Ask.termOf((Integer _) -> {}, (_, _) -> 1));
  }

  private static Reply<Term> replyIn(Term message) {
    return Ask.replyOf(((Tuple) message).get(1), reply -> reply);
  }

  @Test
  void aServerLearnsHowLongItsCallerWaits() {
    Address<Shop> shop = shop();
    long left = Weft.call(shop, new Shop.Patience(), LONG);
    assertTrue(left > 0 && left <= LONG.toNanos(), () -> "left: " + left);
    assertEquals(-1L, Weft.callAsync(shop, new Shop.Patience(), null).join());
  }
}
