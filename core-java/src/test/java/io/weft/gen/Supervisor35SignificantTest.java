package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static io.weft.gen.Troupe.BOOM;
import static io.weft.gen.Troupe.MANY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.ExitReason;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 3.5: supervisors that end with their significant children. */
class Supervisor35SignificantTest {
  private final Troupe troupe = new Troupe();

  @AfterEach
  void close() {
    troupe.close();
  }

  @SafeVarargs
  private Address<Supervisor.Query> start(AutoShutdown auto, ChildSpec<String>... specs) {
    return troupe.start(Strategy.ONE_FOR_ONE, MANY, auto, specs);
  }

  private ChildSpec<String> significant(String id, Restart restart) {
    return troupe.child(id, restart).asSignificant();
  }

  @Test
  void anySignificantEndsWithShutdownWhenTheFirstSignificantChildEnds() {
    var supervisor =
        start(
            AutoShutdown.ANY_SIGNIFICANT,
            troupe.child("a"),
            significant("s", Restart.TRANSIENT),
            significant("t", Restart.TEMPORARY));
    var watch = troupe.watch(supervisor);
    troupe.take(3);
    troupe.end(supervisor, "s", ExitReason.SHUTDOWN);
    assertEquals(ExitReason.SHUTDOWN, watch.reason());
    assertEquals(List.of("-s", "-t", "-a"), troupe.take(3));
  }

  @Test
  void allSignificantEndsWhenNoSignificantChildIsLeft() {
    var supervisor =
        start(
            AutoShutdown.ALL_SIGNIFICANT,
            significant("s", Restart.TRANSIENT),
            troupe.child("a"),
            significant("t", Restart.TEMPORARY));
    var watch = troupe.watch(supervisor);
    troupe.end(supervisor, "s", ExitReason.SHUTDOWN);
    assertEquals(List.of("s", "a*", "t*"), troupe.order(supervisor));
    troupe.end(supervisor, "t", BOOM); // a temporary one counts however it ends
    assertEquals(ExitReason.SHUTDOWN, watch.reason());
  }

  @Test
  void aSignificantChildThatIsRestartedDoesNotCount() {
    var supervisor = start(AutoShutdown.ANY_SIGNIFICANT, significant("s", Restart.TRANSIENT));
    troupe.end(supervisor, "s", BOOM);
    assertEquals(List.of("s*"), troupe.order(supervisor));
  }

  @Test
  void aChildThatIsNotSignificantDoesNotCount() {
    var supervisor =
        start(
            AutoShutdown.ANY_SIGNIFICANT,
            significant("s", Restart.TRANSIENT),
            troupe.child("t", Restart.TEMPORARY));
    troupe.end(supervisor, "t", BOOM);
    assertEquals(List.of("s*"), troupe.order(supervisor));
  }

  @Test
  void terminateChildDoesNotTriggerIt() {
    for (AutoShutdown auto : List.of(AutoShutdown.ANY_SIGNIFICANT, AutoShutdown.ALL_SIGNIFICANT)) {
      var supervisor =
          start(auto, significant("s", Restart.TRANSIENT), significant("t", Restart.TEMPORARY));
      troupe.ask(supervisor, new Supervisor.TerminateChild("s"));
      troupe.ask(supervisor, new Supervisor.TerminateChild("t"));
      assertEquals(List.of("s"), troupe.order(supervisor));
    }
  }

  @Test
  void siblingsStoppedByAGroupRestartDoNotTriggerIt() {
    var supervisor =
        troupe.start(
            Strategy.ONE_FOR_ALL,
            MANY,
            AutoShutdown.ANY_SIGNIFICANT,
            troupe.child("a"),
            significant("t", Restart.TEMPORARY));
    troupe.end(supervisor, "a", BOOM);
    assertEquals(List.of("a*"), troupe.order(supervisor));
  }

  @Test
  void aStartedChildMustFitTheAutomaticShutdown() {
    var never = start(AutoShutdown.NEVER);
    assertEquals(
        "{bad_combination,[{auto_shutdown,never},{significant,true}]}",
        refused(never, significant("s", Restart.TEMPORARY)));
    var any = start(AutoShutdown.ANY_SIGNIFICANT);
    assertEquals(
        "{bad_combination,[{restart,permanent},{significant,true}]}",
        refused(any, significant("s", Restart.PERMANENT)));
    assertTrue(troupe.nodes.node().isAlive(pidOf(any)));
  }

  private String refused(Address<Supervisor.Query> supervisor, ChildSpec<String> spec) {
    var outcome = troupe.ask(supervisor, new Supervisor.StartChild<>(spec));
    return ((ChildStart.Refused<String>) outcome).reason().toString();
  }
}
