package io.weft.gen;

import static io.weft.gen.Troupe.reason;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.node.StartException;
import io.weft.term.Term;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** OTP semantics, 4: included applications, start phases and start types. */
class Application4PhasesTest extends ApplicationTesting {
  private Application.Step phase(String text) {
    return self -> troupe.events.add(self.name() + " " + text + " " + self.startType().term());
  }

  @Test
  void eachPhaseRunsInTheApplicationThenInThoseItIncludesThatHaveIt() {
    var deep = Application.define("deep").startPhase("go", phase("go")).build();
    var part =
        Application.define("part")
            .includes(deep)
            .startPhase("go", phase("go"))
            .startPhase("init", phase("init"))
            .startPhase("unknown", phase("never"))
            .build();
    var other = Application.define("other").startPhase("go", phase("go")).build();
    var whole =
        noted("whole")
            .includes(part, other)
            .startPhase("init", phase("init"))
            .startPhase("go", phase("go"))
            .build();
    applications.start(whole, ApplicationType.TEMPORARY);
    assertEquals(
        List.of(
            "start whole",
            "+whole",
            "whole init normal",
            "part init normal",
            "whole go normal",
            "part go normal",
            "deep go normal",
            "other go normal"),
        troupe.take(8));
    assertEquals(List.of("whole"), applications.running());
    assertEquals(List.of("whole", "part", "deep", "other"), applications.loaded());
    applications.stop("whole");
    assertEquals(List.of("prep_stop whole", "-whole", "stop whole"), troupe.take(3));
    applications.unload("whole");
    assertEquals(List.of(), applications.loaded());
  }

  @Test
  void anIncludedPhaseThatFailsNamesTheIncludedApplication() {
    var part =
        Application.define("part")
            .startPhase(
                "go",
                self -> {
                  throw new StartException("part", reason("why"));
                })
            .build();
    assertEquals(
        Term.parse("{why, {part, start_phase, [go, normal, []]}}"),
        startFails(noted("whole").includes(part).startPhase("go", self -> {}).build()));
    assertEquals(List.of("start whole", "+whole", "-whole"), troupe.take(3));
  }

  @Test
  void whatAnotherIncludesOrRunsStaysLoaded() {
    var part = noted("part").build();
    applications.load(noted("one").includes(part).build());
    applications.load(noted("two").includes(part).build());
    applications.unload("one");
    assertEquals(List.of("part", "two"), applications.loaded());
    applications.start("part", ApplicationType.TEMPORARY); // as in OTP nothing forbids it
    applications.unload("two");
    assertEquals(List.of("part"), applications.loaded());
  }

  @Test
  void aPhaseHasOneStep() {
    var shop = Application.define("shop").startPhase("go", self -> {});
    assertThrows(IllegalArgumentException.class, () -> shop.startPhase("go", self -> {}));
  }

  @Test
  void theStartTypeIsToldToStartAndPhases() {
    var moved =
        noted("moved")
            .start(self -> {
              troupe.events.add("start " + self.startType());
              return top("moved");
            })
            .startPhase("go", phase("go"));
    var whence = new StartType.Takeover("old@host");
    applications.start(moved.build(), ApplicationType.TEMPORARY, whence);
    assertEquals(
        List.of("start Takeover[node=old@host]", "+moved", "moved go {takeover,old@host}"),
        troupe.take(3));
  }

  @Test
  void aFailoverIsToldOnlyToAnApplicationWithPhases() {
    var told = new AtomicReference<StartType>();
    var plain =
        noted("plain")
            .start(self -> {
              told.set(self.startType());
              return top("plain");
            });
    var whence = new StartType.Failover("old@host");
    applications.start(plain.build(), ApplicationType.TEMPORARY, whence);
    assertEquals(StartType.normal(), told.get());
    applications.stop("plain");
    applications.start(
        plain.startPhase("go", self -> {}).build(), ApplicationType.TEMPORARY, whence);
    assertEquals(whence, told.get());
  }

  @Test
  void aFailedTakeoverIsNamedInTheReason() {
    var moved =
        Application.define("moved")
            .start(self -> {
              throw new StartException("moved", reason("why"));
            })
            .build();
    var failure =
        assertThrows(
            StartException.class,
            () ->
                applications.start(
                    moved, ApplicationType.TEMPORARY, new StartType.Takeover("old@host")));
    assertEquals(
        Term.parse("{why, {moved, start, [{takeover, 'old@host'}, []]}}"), failure.reason().term());
  }
}
