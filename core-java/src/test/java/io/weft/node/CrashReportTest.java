package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.runtime.RecordingLog;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 2.4: an error report unless the end was orderly, and what it tells. */
class CrashReportTest {
  private static final ExitReason BOOM = ExitReason.of(Atom.of("boom"));

  private final RecordingLog log = new RecordingLog();
  private final TestNode nodes =
      new TestNode(Node.start(NodeOptions.local(), clock -> new NodeLog(clock, log, log)));

  @AfterEach
  void close() {
    nodes.close();
  }

  private TestNode.Actor end(Consumer<Self<Object>> how) {
    var ending = nodes.actor();
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(ending.pid())));
    ending.post(how);
    watcher.next();
    return ending;
  }

  @Test
  void anOrderlyEndIsNotReported() {
    for (String reason : List.of("normal", "shutdown", "{shutdown, [x]}")) {
      ExitReason orderly = ExitReason.of(Term.parse(reason));
      end(self -> self.stop(orderly));
      end(self -> {
        throw new ExitException(orderly);
      });
    }
    assertEquals(List.of(), log.lines());
  }

  @Test
  void anEndBySignalIsNotReportedNorWhatItTakesAlong() {
    var linked = nodes.actor();
    end(self -> {
      self.link(linked.pid());
      throw new IllegalStateException("asked to crash");
    });
    assertTrue(linked.endsWith().cause() instanceof IllegalStateException);
    end(self -> self.exit(self.pid(), BOOM));
    end(self -> self.exit(self.pid(), ExitReason.KILL));
    assertEquals(1, log.lines().size(), log.lines()::toString); // the crash itself
  }

  @Test
  void anyOtherEndByItselfIsReported() {
    var stopped = end(self -> self.stop(BOOM));
    assertTrue(log.lines().getFirst().contains("actor " + stopped.pid()), log.lines()::toString);
    assertTrue(log.lines().getFirst().contains("reason: boom"), log.lines()::toString);
    end(self -> {
      throw new ExitException(BOOM);
    });
    assertEquals(2, log.lines().size());
  }

  @Test
  void itTellsWhoWhoseChildOverWhichMessageAndHowManyWait() {
    var parent = nodes.actor();
    var watcher = nodes.actor();
    Address<Object> child =
        parent.does(self -> self.spawn(Blueprint.<Object>of("child", CrashReportTest::fragile)));
    watcher.run(self -> self.monitor(child.target()));
    child.tell("hold");
    for (int i = 0; i < 3; i++) {
      child.tell("waiting");
    }
    child.tell("hold no more");
    watcher.next();
    String line = log.lines().getFirst();
    assertTrue(line.contains("process child pid("), line);
    assertTrue(line.contains("ancestors: actor " + parent.pid()), line);
    assertTrue(line.contains("last message: hold"), line);
    assertTrue(line.contains("queued messages: 4"), line);
    assertTrue(line.contains("why"), line);
    assertTrue(line.contains("java.lang.IllegalStateException"), line);
  }

  /** Fails over the message that it held on to, when all that follow are there. */
  private static Behavior<Object> fragile() {
    return (self, message) -> {
      self.hold();
      self.post(() -> failWhenAllAreThere(self));
    };
  }

  private static void failWhenAllAreThere(Self<Object> self) {
    if (Process.of(self).depth() == 4) {
      throw new IllegalStateException("why");
    }
    self.post(() -> failWhenAllAreThere(self));
  }

  @Test
  void aCrashInTerminateIsTheReasonThatIsReported() {
    var address = nodes.node().start(Blueprint.<Object>of("bad end", BadEnd::new));
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(address.target()));
    address.tell("stop");
    watcher.next();
    assertTrue(log.lines().getFirst().contains("terminate failed"), log.lines()::toString);
  }

  private static final class BadEnd implements Behavior<Object> {
    @Override
    public void message(Self<Object> self, Object message) {
      self.stop(ExitReason.NORMAL);
    }

    @Override
    public void terminate(Self<Object> self, ExitReason reason) {
      throw new IllegalStateException("terminate failed");
    }
  }
}
