package io.weft.gen;

import static io.weft.gen.GenServerTest.pidOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.node.Address;
import io.weft.node.CallException;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Target;
import io.weft.node.Weft;
import io.weft.term.Atom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * OTP semantics, 2.4: how a state machine stops, and what besides messages reaches it. Its order of
 * events: {@link GenStateMachineOrderTest}.
 */
class GenStateMachine24LoopTest extends MachineTesting {
  @Test
  void oneTransitionMayReplyToSeveralCallers() {
    List<Reply<String>> waiting = new ArrayList<>();
    Address<Msg> machine =
        start((on, self) ->
            on.in(State.A)
                .call(
                    Msg.Ask.class,
                    (ask, reply) -> {
                      waiting.add(reply);
                      if (waiting.size() < 3) {
                        return on.keep();
                      }
                      Next<State, Msg> next = on.to(State.B);
                      waiting.forEach(one -> next.reply(one, "all here"));
                      return next;
                    }));
    List<CompletableFuture<String>> callers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      callers.add(Weft.callAsync(machine, new Msg.Ask("?"), LONG));
    }
    callers.forEach(caller -> assertEquals("all here", caller.join()));
  }

  @Test
  void stopAndReplyRepliesFirstAndThenTerminates() {
    Address<Msg> machine =
        start((on, self) -> on.onTerminate(reason -> seen.add("terminated " + reason)));
    assertEquals("bye", Weft.call(machine, new Msg.Stop(), LONG));
    assertEquals("terminated shutdown", next());
  }

  @Test
  void anEventThatMeansNothingInAStateIsDroppedAndItsCallerTold() {
    Address<Msg> machine = start((on, self) -> on.in(State.A).ignore(Msg.Stop.class));
    var refused = assertThrows(CallException.class, () -> Weft.call(machine, new Msg.Stop(), LONG));
    assertTrue(
        refused.getMessage().contains("Stop means nothing in the state A"), refused::getMessage);
  }

  @Test
  void theExitOfTheParentEndsAMachineThatTrapsExits() {
    var parent = nodes.actor();
    var terminated = new CompletableFuture<ExitReason>();
    parent.run(self ->
        self.spawnLink(
            machine(
                    (on, me) -> {
                      seen.add("started");
                      on.onTerminate(terminated::complete);
                    })
                .trapExit()));
    assertEquals("started", next());
    nodes.node().exit(parent.pid(), ExitReason.SHUTDOWN);
    assertEquals(ExitReason.SHUTDOWN, terminated.join());
  }

  @Test
  void otherExitsAndReportsOfMonitorsAreEvents() {
    Address<Msg> machine =
        start((on, self) -> {
          on.in(State.A)
              .cast(
                  Msg.Note.class,
                  n -> {
                    self.monitor(new Target.ByName(Atom.of("nobody"), self.node().name()));
                    return on.keep();
                  })
              .info(Info.Down.class, down -> on.postpone());
          on.in(State.B).info(Info.Down.class, down -> note(on, down.reason().toString()));
        });
    machine.cast(new Msg.Note("watch"));
    sync(machine);
    machine.cast(new Msg.Go(State.B));
    assertEquals("B:noproc", next());
  }

  @Test
  void aMachineThatStopsMayReplyButNothingMore() {
    Address<Msg> machine =
        start((on, self) -> on.in(State.A).cast(Msg.Note.class, n -> on.stop().postpone()));
    assertEndsWith(machine, new Msg.Note("stop"), "a machine that stops may reply");
  }

  private void assertEndsWith(Address<Msg> machine, Msg message, String text) {
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(pidOf(machine))));
    machine.cast(message);
    String reason = ((Info.Down) watcher.next()).reason().toString();
    assertTrue(reason.contains(text), reason);
  }

  @Test
  void stopWithoutAReasonIsNormal() {
    Address<Msg> machine = start((on, self) -> on.in(State.A).cast(Msg.Note.class, n -> on.stop()));
    assertEndsWith(machine, new Msg.Note("stop"), "normal");
  }
}
