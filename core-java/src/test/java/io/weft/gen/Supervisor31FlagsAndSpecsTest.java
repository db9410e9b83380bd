package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static io.weft.gen.Troupe.MANY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.Self;
import io.weft.node.StartException;
import io.weft.node.Started;
import io.weft.node.Sys;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 3.1: flags, child specifications, and what a start comes to. */
class Supervisor31FlagsAndSpecsTest {
  private final Troupe troupe = new Troupe();

  @AfterEach
  void close() {
    troupe.close();
  }

  @Test
  void aChildIsPermanentInsignificantAndAWorkerWithFiveSecondsByDefault() {
    ChildSpec<String> spec = troupe.child("a");
    assertEquals(Restart.PERMANENT, spec.restart());
    assertEquals(new Shutdown.Within(Duration.ofSeconds(5)), spec.shutdown());
    assertEquals(ChildType.WORKER, spec.type());
    assertEquals(false, spec.significant());
  }

  @Test
  void aSupervisorAsAChildHasAllTheTimeToShutDown() {
    var plain = ChildSpec.of(Supervisor.define("inner", children -> {}));
    var dynamic =
        ChildSpec.of(
            DynamicSupervisor.define(
                "dyn", MANY, ChildTemplate.<String, String>of("x", troupe::blueprint)));
    for (ChildSpec<?> spec :
        List.of(plain, dynamic, troupe.child("a").type(ChildType.SUPERVISOR))) {
      assertEquals(ChildType.SUPERVISOR, spec.type());
      assertEquals(new Shutdown.Infinity(), spec.shutdown());
    }
  }

  @Test
  void theIntensityIsOneInFiveSecondsByDefault() {
    assertEquals(new Intensity(1, Duration.ofSeconds(5)), Intensity.DEFAULT);
  }

  @Test
  void whenAChildFailsTheOthersAreStoppedInReverseAndItsReasonIsNamed() {
    troupe.failStarts("c", 1);
    var failure =
        assertThrows(
            StartException.class,
            () ->
                troupe.start(
                    Strategy.ONE_FOR_ONE,
                    troupe.child("a"),
                    troupe.child("b"),
                    troupe.child("c"),
                    troupe.child("d")));
    assertEquals(
        Term.parse("{shutdown, {failed_to_start_child, c, refused}}"), failure.reason().term());
    assertEquals(List.of("+a", "+b", "-b", "-a"), troupe.take(4));
  }

  @Test
  void badFlagsAreSupervisorData() {
    assertStartFails(
        "{supervisor_data, {invalid_intensity, -1}}",
        children -> children.intensity(new Intensity(-1, Duration.ofSeconds(1))));
    assertStartFails(
        "{supervisor_data, {invalid_period, 0}}",
        children -> children.intensity(new Intensity(1, Duration.ZERO)));
  }

  @Test
  void badSpecsAreAStartSpec() {
    assertStartFails(
        "{start_spec, {duplicate_child_name, a}}",
        children -> {
          children.add(troupe.child("a"));
          children.add(troupe.child("a"));
        });
    assertStartFails(
        "{start_spec, {bad_combination, [{auto_shutdown, never}, {significant, true}]}}",
        children -> children.add(troupe.child("a", Restart.TEMPORARY).asSignificant()));
    assertStartFails(
        "{start_spec, {bad_combination, [{restart, permanent}, {significant, true}]}}",
        children -> {
          children.autoShutdown(AutoShutdown.ANY_SIGNIFICANT);
          children.add(troupe.child("a").asSignificant());
        });
  }

  private void assertStartFails(String reason, Supervisor.Definition definition) {
    var failure =
        assertThrows(
            StartException.class,
            () -> troupe.nodes.node().start(Supervisor.define("sup", definition)));
    assertEquals(Term.parse(reason), failure.reason().term());
  }

  @Test
  void aSupervisorThatIgnoresIsIgnored() {
    var outcome =
        troupe
            .nodes
            .node()
            .startAsync(Supervisor.define("sup", Supervisor.Children::ignore))
            .join();
    assertInstanceOf(Started.Ignored.class, outcome);
  }

  @Test
  void aChildThatIgnoresIsKeptWithoutAPidUnlessItIsTemporary() {
    var supervisor =
        troupe.start(
            Strategy.ONE_FOR_ONE,
            troupe.child("a"),
            troupe.ignoring("kept"),
            troupe.ignoring("dropped").restart(Restart.TEMPORARY),
            troupe.child("b"));
    assertEquals(List.of("a*", "kept", "b*"), troupe.order(supervisor));
  }

  @Test
  void aChildWhoseNameIsTakenFailsWithAlreadyStarted() {
    var holder = troupe.nodes.node().start(troupe.blueprint("holder").named("taken"));
    var failure =
        assertThrows(
            StartException.class,
            () ->
                troupe.start(
                    Strategy.ONE_FOR_ONE, ChildSpec.of(troupe.blueprint("a").named("taken"))));
    assertEquals(
        Tuple.of(
            Atom.of("shutdown"),
            Tuple.of(
                Atom.of("failed_to_start_child"),
                Atom.of("a"),
                Tuple.of(Atom.of("already_started"), pidOf(holder)))),
        failure.reason().term());
  }

  @Test
  void aChildWhoseBehaviourCannotBeMadeFailsTheStart() {
    var broken =
        ChildSpec.of(
            io.weft.node.Blueprint.<String>of(
                "broken",
                () -> {
                  throw new IllegalStateException("cannot be made");
                }));
    var failure =
        assertThrows(StartException.class, () -> troupe.start(Strategy.ONE_FOR_ONE, broken));
    assertTrue(failure.getMessage().contains("cannot be made"), failure.getMessage());
    assertTrue(
        failure.reason().toString().contains("{failed_to_start_child,broken,{'EXIT',{{"),
        failure.reason().toString());
  }

  @Test
  void aSupervisorIsOneForOneAndNeverShutsDownByItselfByDefault() {
    var supervisor = troupe.nodes.node().start(Supervisor.define("sup", children -> {}));
    var state = (SupervisorState) Sys.state(supervisor).join();
    assertEquals(Strategy.ONE_FOR_ONE, state.strategy());
    assertEquals(Intensity.DEFAULT, state.intensity());
    assertEquals(AutoShutdown.NEVER, state.autoShutdown());
  }

  @Test
  void aChildMayTellSomethingAlongInItsStart() {
    var supervisor =
        troupe.nodes.node().start(Supervisor.define("sup", Troupe.MANY, children -> {}));
    Blueprint<String> telling =
        Blueprint.of(
            "telling",
            () ->
                new Behavior<>() {
                  @Override
                  public void start(Self<String> self) {
                    self.startInfo(List.of(1, 2));
                  }

                  @Override
                  public void message(Self<String> self, String message) {}
                });
    ChildStart<String> started =
        troupe.ask(supervisor, new Supervisor.StartChild<>(ChildSpec.of(telling)));
    assertEquals(Optional.of(List.of(1, 2)), started.info(List.class));
    assertEquals(Optional.empty(), started.info(String.class));
    troupe.ask(supervisor, new Supervisor.TerminateChild("telling"));
    var again = (ChildResult.Done) troupe.ask(supervisor, new Supervisor.RestartChild("telling"));
    assertEquals(List.of(1, 2), again.info());
    assertTrue(
        troupe.nodes.node().startAsync(telling).join() instanceof Started.Ok<String> ok
            && List.of(1, 2).equals(ok.info()));
  }
}
