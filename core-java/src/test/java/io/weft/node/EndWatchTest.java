package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.term.Atom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting for the end of a process from outside. */
class EndWatchTest {
  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));

  private final TestNode nodes = new TestNode();

  @AfterEach
  void close() {
    nodes.close();
  }

  private CompletableFuture<ExitReason> watched(TestNode.Actor actor) {
    CompletableFuture<ExitReason> end = Weft.endAsync(actor.address());
    while (Sys.info(actor.address()).join().watchers().isEmpty()) {
      Thread.onSpinWait();
    }
    return end;
  }

  @Test
  void theReasonIsThatOfTheProcess() throws Exception {
    var actor = nodes.actor();
    CompletableFuture<ExitReason> end = watched(actor);
    actor.run(self -> self.stop(BOOM));
    assertEquals(BOOM, end.get(20, TimeUnit.SECONDS));
    assertEquals(ExitReason.NOPROC, Weft.end(actor.address()));
  }

  @Test
  void whoGivesUpLeavesNothingBehind() {
    var actor = nodes.actor();
    watched(actor).cancel(false);
    while (!Sys.info(actor.address()).join().watchers().isEmpty()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void anAliasIsRefused() {
    Address<?> alias = nodes.actor().does(self -> self.node().address(self.alias(AliasMode.REPLY)));
    var refused = assertThrows(IllegalArgumentException.class, () -> Weft.endAsync(alias));
    assertEquals("an alias cannot be watched: " + alias, refused.getMessage());
  }

  @Test
  void aProcessMustNotBlockForIt() {
    var actor = nodes.actor();
    actor.does(self ->
        assertThrows(IllegalStateException.class, () -> Weft.end(self.address()))
            .getClass()
            .getSimpleName());
  }
}
