package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.Reference;
import io.weft.wire.CompressionWish;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What touches the state of a process is refused outside of its turns. */
@Timeout(60)
class NotItsTurnTest {
  private static final Reference REFERENCE = Reference.of(Atom.of("a@b"), 1, 1, 2, 3);

  private record Ask() implements Request<String> {}

  /** All of {@link Self} that touches the state of the process. */
  private static Map<String, Consumer<Self<Object>>> operations(Address<Object> other) {
    Target target = other.target();
    var all = new LinkedHashMap<String, Consumer<Self<Object>>>();
    all.put("stop", self -> self.stop(ExitReason.NORMAL));
    all.put("exit", self -> self.exit(other.pid(), ExitReason.SHUTDOWN));
    all.put("link", self -> self.link(other.pid()));
    all.put("unlink", self -> self.unlink(other.pid()));
    all.put("trapExit", self -> self.trapExit(true));
    all.put("monitor", self -> self.monitor(target));
    all.put("monitor as alias", self -> self.monitor(target, AliasMode.DEMONITOR));
    all.put("monitor by message", self -> self.monitor(target, down -> down));
    all.put("demonitor", self -> self.demonitor(REFERENCE, true));
    all.put("alias", self -> self.alias(AliasMode.EXPLICIT_UNALIAS));
    all.put("unalias", self -> self.unalias(REFERENCE));
    all.put("monitorNodes", self -> self.monitorNodes(NodeKind.VISIBLE, event -> event));
    all.put("monitorNode", self -> self.monitorNode(Atom.of("a@b"), event -> event));
    all.put("spawn", self -> self.spawn(TestNode.idle()));
    all.put("spawnLink", self -> self.spawnLink(TestNode.idle()));
    all.put("startLink", self -> self.startLink(TestNode.idle(), started -> {}));
    all.put("call", self -> self.call(other, new Ask(), null, result -> {}));
    all.put("startTimer", self -> self.startTimer(Duration.ofDays(1), reference -> reference));
    all.put("whenIdle", self -> self.whenIdle(Duration.ofDays(1), () -> {}));
    all.put("next", self -> self.next(() -> {}));
    all.put("hold", Self::hold);
    all.put("release", Self::release);
    all.put("holdStart", Self::holdStart);
    all.put("releaseStart", Self::releaseStart);
    all.put("register", self -> self.register("name"));
    all.put("groupLeader", self -> self.groupLeader(other.pid()));
    all.put("dictionary", Self::dictionary);
    all.put("compression", self -> self.compression((CompressionWish) null));
    return all;
  }

  @Test
  void aForeignThreadIsToldWhatToDo() {
    try (var test = new TestNode()) {
      TestNode.Actor actor = test.actor();
      Address<Object> other = test.actor().address();
      Self<Object> self = actor.does(mine -> mine);
      operations(other)
          .forEach((name, operation) -> {
            String said = refusalOf(() -> operation.accept(self));
            assertTrue(said.contains("is for the turns of actor"), said);
            assertTrue(said.contains("thread " + Thread.currentThread().getName()), said);
            assertTrue(said.contains("self.post(..)"), said);
          });
      assertEquals("alive", actor.does(_ -> "alive"));
    }
  }

  @Test
  void theTurnOfAnotherProcessIsNoBetter() {
    try (var test = new TestNode()) {
      TestNode.Actor actor = test.actor();
      TestNode.Actor other = test.actor();
      Self<Object> self = actor.does(mine -> mine);
      String said = other.does(_ -> refusalOf(() -> self.trapExit(true)));
      assertTrue(said.contains("this is one of actor " + other.pid()), said);
    }
  }

  @Test
  void whatAnyThreadMayDoItMayStill() {
    try (var test = new TestNode()) {
      TestNode.Actor actor = test.actor();
      Self<Object> self = actor.does(mine -> mine);
      var posted = new CompletableFuture<Boolean>();
      self.post(() -> posted.complete(true));
      assertTrue(TestNode.await(posted));
      assertEquals(actor.pid(), self.pid());
      self.address().tell("message");
      assertEquals("message", actor.next());
    }
  }

  // --- straight-line bodies ----------------------------------------------------------------------

  /** Starts a body that hands itself out, does what it is told once, and waits. */
  private static BlockingSelf<Object> body(
      TestNode test, CompletableFuture<Supplier<Object>> wish, CompletableFuture<Object> done) {
    var born = new CompletableFuture<BlockingSelf<Object>>();
    test.node()
        .start(
            Blueprint.<Object>straightLine(
                "body",
                self -> {
                  born.complete(self);
                  done.complete(wish.join().get());
                  self.receive();
                }));
    return TestNode.await(born);
  }

  @Test
  void onlyTheBodyReceivesAndActs() {
    try (var test = new TestNode()) {
      var wish = new CompletableFuture<Supplier<Object>>();
      var done = new CompletableFuture<Object>();
      BlockingSelf<Object> self = body(test, wish, done);
      assertTrue(refusalOf(self::receive).contains("only the body of body"));
      assertTrue(refusalOf(() -> self.sleep(Duration.ofDays(1))).contains("only the body"));
      assertTrue(refusalOf(() -> self.trapExit(true)).contains("is for the turns of body"));
      wish.complete(() -> self.trapExit(true));
      assertEquals(false, TestNode.await(done));
      self.address().tell("end");
    }
  }

  @Test
  void theBodyUsesTheEventDrivenFaceWhileItKeepsSignalsOut() {
    try (var test = new TestNode()) {
      var wish = new CompletableFuture<Supplier<Object>>();
      var done = new CompletableFuture<Object>();
      BlockingSelf<Object> self = body(test, wish, done);
      wish.complete(() -> {
        boolean _ = self.does(() -> self.self().trapExit(true));
        return refusalOf(() -> self.self().trapExit(true));
      });
      assertTrue(String.valueOf(TestNode.await(done)).contains("within does(..)"));
      self.address().tell("end");
    }
  }

  private static String refusalOf(Runnable operation) {
    return String.valueOf(assertThrows(IllegalStateException.class, operation::run).getMessage());
  }
}
