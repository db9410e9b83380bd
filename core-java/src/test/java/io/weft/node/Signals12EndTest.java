package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 1.2: exit reasons, and what happens at the end of a process. */
class Signals12EndTest {
  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));

  private final TestNode nodes = new TestNode();

  @AfterEach
  void close() {
    nodes.close();
  }

  /** How a process of the runtime ends, as a link and a monitor see it. */
  private void checkEnd(ExitReason expected, Consumer<Self<Object>> end) {
    var watcher = nodes.trappingActor();
    var ending = nodes.actor();
    watcher.run(self -> {
      self.monitor(new Target.ByPid(ending.pid()));
      self.link(ending.pid());
    });
    ending.post(end);
    assertEquals(new Info.Exit(ending.pid(), expected), watcher.next());
    assertEquals(expected, assertInstanceOf(Info.Down.class, watcher.next()).reason());
    assertEquals(expected, ending.endsWith());
  }

  @Test
  void stopAndExitEndWithTheirReason() {
    for (ExitReason reason :
        List.of(ExitReason.NORMAL, BOOM, ExitReason.SHUTDOWN, ExitReason.KILL)) {
      checkEnd(reason, self -> self.stop(reason));
      checkEnd(
          reason,
          self -> {
            throw new ExitException(reason);
          });
    }
  }

  @Test
  void anExitSignalThatIsNotTrappedIsTheReasonAndKillIsKilled() {
    checkEnd(BOOM, self -> self.exit(self.pid(), BOOM));
    checkEnd(ExitReason.KILLED, self -> self.exit(self.pid(), ExitReason.KILL));
  }

  @Test
  void aBodyThatReturnsEndsNormal() {
    var watcher = nodes.actor();
    var body = nodes.node().spawn(Blueprint.<Object>straightLine("body", self -> self.receive()));
    watcher.run(self -> self.monitor(body.target()));
    body.tell("go");
    assertEquals(ExitReason.NORMAL, assertInstanceOf(Info.Down.class, watcher.next()).reason());
  }

  @Test
  void aCrashGivesReasonAndStack() {
    var a = nodes.trappingActor();
    var b = nodes.actor();
    a.run(self -> self.link(b.pid()));
    b.address().tell(new IllegalArgumentException());
    var exit = (Info.Exit) a.next();
    var reason = (Tuple) exit.reason().term();
    assertEquals(2, reason.arity());
    assertEquals(Atom.of("java.lang.IllegalStateException"), ((Tuple) reason.get(0)).get(0));
  }

  /** {@code {M, F, ArityOrArgs, [{file, String}, {line, N}]}}. */
  @Test
  void anEntryOfAStackIsModuleFunctionArityAndPlace() {
    var reason = (Tuple) ExitReason.crash(new IllegalStateException("why")).term();
    var entry = (Tuple) ((ListTerm) reason.get(1)).get(0);
    assertEquals(4, entry.arity());
    assertEquals(Atom.of("io.weft.node.Signals12EndTest"), entry.get(0));
    assertEquals(Atom.of("anEntryOfAStackIsModuleFunctionArityAndPlace"), entry.get(1));
    assertEquals(new IntTerm(0), entry.get(2));
    var place = (ListTerm) entry.get(3);
    assertEquals(Term.parse("{file, \"Signals12EndTest.java\"}"), place.get(0));
    assertTrue(((Tuple) place.get(1)).isTagged(Atom.of("line"), 2));
  }

  @Test
  void aNameIsFreeBeforeAnybodyHearsOfTheEnd() {
    var a = nodes.trappingActor();
    var b = nodes.actor();
    b.run(self -> self.register("taken"));
    a.run(self -> self.link(b.pid()));
    b.run(self -> self.stop(BOOM));
    a.next();
    a.run(self -> self.register("taken"));
    assertEquals(a.pid(), nodes.node().whereis(Atom.of("taken")));
  }

  @Test
  void aHeldEndIsToldOnlyAfterItsRelease() {
    var a = nodes.trappingActor();
    var holder = new CleanUp();
    var b = nodes.node().start(Blueprint.<Object>of("clean-up", () -> holder));
    var pid = ((Target.ByPid) b.target()).pid();
    a.run(self -> self.link(pid));
    b.tell("stop");
    TestNode.await(holder.ending);
    assertEquals(List.of(), a.drained());
    holder.self.post(() -> holder.self.release());
    assertEquals(new Info.Exit(pid, BOOM), a.next());
  }

  @Test
  void linksAreToldBeforeMonitors() {
    var watcher = nodes.trappingActor();
    var ending = nodes.actor();
    watcher.run(self -> {
      self.monitor(new Target.ByPid(ending.pid()));
      self.link(ending.pid());
      self.monitor(new Target.ByPid(ending.pid()));
    });
    ending.run(self -> self.stop(BOOM));
    assertEquals(new Info.Exit(ending.pid(), BOOM), watcher.next());
    assertInstanceOf(Info.Down.class, watcher.next());
    assertInstanceOf(Info.Down.class, watcher.next());
    assertEquals(List.of(), watcher.drained());
  }

  @Test
  void itsOwnMonitorsEndWithIt() {
    var watched = nodes.actor();
    var ending = nodes.actor();
    ending.run(self -> {
      self.monitor(new Target.ByPid(watched.pid()));
      self.monitor(new Target.ByPid(watched.pid()));
    });
    assertEquals(2, TestNode.await(Sys.info(watched.address())).watchers().size());
    ending.run(self -> self.stop(BOOM));
    io.weft.Await.until(
        "nobody watches", () -> TestNode.await(Sys.info(watched.address())).watchers().isEmpty());
  }

  private static final class CleanUp implements Behavior<Object> {
    final java.util.concurrent.CompletableFuture<Boolean> ending =
        new java.util.concurrent.CompletableFuture<>();
    volatile Self<Object> self;

    @Override
    public void message(Self<Object> self, Object message) {
      self.stop(BOOM);
    }

    @Override
    public void ended(Self<Object> self, ExitReason reason) {
      this.self = self;
      self.hold();
      ending.complete(true);
    }
  }
}
