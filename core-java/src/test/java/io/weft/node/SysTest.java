package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** spec/otp.md 2.5: system messages, from this node and in the terms of another. */
@Timeout(60)
class SysTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  record Ask() implements Request<Long> {}

  /** Counts the numbers it is sent. */
  private static class Sum implements Behavior<Term> {
    long sum;

    @Override
    public void message(Self<Term> self, Term message) {
      sum += ((IntTerm) message).value();
    }

    @Override
    public void call(Self<Term> self, Term request, From from) {
      from.reply(new IntTerm(sum));
    }

    @Override
    public Object state(Self<Term> self) {
      return new IntTerm(sum);
    }

    @Override
    public void replaceState(Self<Term> self, Object state) {
      sum = ((IntTerm) state).value();
    }
  }

  /** A newer version: counts twice. */
  private static final class Twice extends Sum {
    @Override
    public void message(Self<Term> self, Term message) {
      sum += 2 * ((IntTerm) message).value();
    }

    @Override
    public void codeChange(Self<Term> self, @Nullable Object state, @Nullable Object extra) {
      if ("refuse".equals(extra)) {
        throw new IllegalStateException("not today");
      }
      sum = state instanceof IntTerm(long value) ? value : 0;
    }
  }

  static Blueprint<Term> sum() {
    return Blueprint.<Term>of("sum", Sum::new).codec(TermCodec.identity());
  }

  private static Blueprint<Term> twice() {
    return Blueprint.<Term>of("twice", Twice::new).codec(TermCodec.identity());
  }

  /** Sends {@code {system, From, Request}} as an OTP node does. */
  static Term system(TestNode test, Address<Term> to, String request) {
    var answer = new CompletableFuture<Term>();
    Address<Term> client =
        test.node()
            .spawn(
                Blueprint.<Term>of(
                        "client",
                        () ->
                            (self, message) -> {
                              answer.complete(((Tuple) message).get(1));
                              self.stop(ExitReason.NORMAL);
                            })
                    .codec(TermCodec.identity()));
    Term from = Tuple.of(((Target.ByPid) client.target()).pid(), Term.parse("tag"));
    to.tell(Tuple.of(Atom.of("system"), from, Term.parse(request)));
    return TestNode.await(answer);
  }

  static long ask(Address<Term> to) {
    return ((IntTerm) Weft.callTerm(to, Atom.of("ask"), LONG)).value();
  }

  @Test
  void stateIsShownAndReplaced() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      process.tell(new IntTerm(5));
      assertEquals(new IntTerm(5), TestNode.await(Sys.state(process)));
      assertEquals(Term.parse("5"), system(test, process, "get_state"));
      TestNode.await(Sys.replaceState(process, _ -> new IntTerm(40)));
      assertEquals(40, ask(process));
    }
  }

  @Test
  void suspendedItHandlesSystemMessagesOnly() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      assertEquals(Atom.of("ok"), system(test, process, "suspend"));
      process.tell(new IntTerm(5));
      CompletableFuture<Term> asked = Weft.callTermAsync(process, Atom.of("ask"), null);
      assertEquals(Term.parse("0"), system(test, process, "get_state"));
      assertTrue(system(test, process, "get_status").toString().contains("suspended"));
      assertFalse(asked.isDone());
      assertEquals(Atom.of("ok"), system(test, process, "resume"));
      assertEquals(new IntTerm(5), TestNode.await(asked));
    }
  }

  @Test
  void suspendedItEndsWithItsParent() {
    try (var test = new TestNode()) {
      TestNode.Actor parent = test.actor();
      var ended = new CompletableFuture<ExitReason>();
      Address<Term> child = parent.does(self -> self.spawnLink(sum()));
      TestNode.Actor watcher = test.actor();
      watcher.run(self -> self.monitor(child.target()));
      TestNode.await(Sys.suspend(child));
      test.node().exit(parent.pid(), ExitReason.SHUTDOWN);
      ended.complete(((Info.Down) watcher.next()).reason());
      assertEquals(ExitReason.SHUTDOWN, TestNode.await(ended));
    }
  }

  @Test
  void unknownSystemMessagesAreAnsweredAsOtpDoes() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      assertEquals(
          Term.parse("{error, {unknown_system_msg, what}}"), system(test, process, "what"));
      assertEquals(
          Term.parse("{error, {unknown_system_msg, {change_code, sum, 1, extra}}}"),
          system(test, process, "{change_code, sum, 1, extra}")); // it is not suspended
    }
  }

  @Test
  void terminateEndsItWithTheReason() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      TestNode.Actor watcher = test.actor();
      watcher.run(self -> self.monitor(process.target()));
      assertEquals(Atom.of("ok"), system(test, process, "{terminate, enough}"));
      assertEquals(ExitReason.of(Atom.of("enough")), ((Info.Down) watcher.next()).reason());
    }
  }

  @Test
  void codeChangesUnderARunningProcessAndNoMessageIsLost() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      TestNode.Actor watcher = test.actor();
      watcher.run(self -> self.monitor(process.target()));
      process.tell(new IntTerm(1));
      TestNode.await(Sys.suspend(process));
      process.tell(new IntTerm(10));
      TestNode.await(Sys.changeCode(process, twice(), null));
      TestNode.await(Sys.resume(process));
      assertEquals(21, ask(process));
      assertTrue(watcher.drained().isEmpty());
    }
  }

  @Test
  void codeThatFailsToTakeOverLeavesTheOldOne() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      process.tell(new IntTerm(1));
      var failure =
          assertThrows(
              IllegalStateException.class,
              () -> TestNode.await(Sys.changeCode(process, twice(), "refuse")));
      assertEquals("not today", failure.getMessage());
      process.tell(new IntTerm(1));
      assertEquals(2, ask(process));
    }
  }

  @Test
  void infoTellsWhatAProcessIs() {
    try (var test = new TestNode()) {
      TestNode.Actor one = test.actor();
      TestNode.Actor other = test.actor();
      one.run(self -> {
        self.register("one");
        self.link(other.pid());
        self.monitor(other.address().target());
        self.dictionary().put(Atom.of("colour"), Atom.of("red"));
      });
      ProcessInfo info = TestNode.await(Sys.info(one.address()));
      assertEquals(one.pid(), info.pid());
      assertEquals(Atom.of("one"), info.name());
      assertEquals(List.of(other.pid()), info.links());
      assertEquals(List.of(other.address().target()), info.monitors());
      assertEquals(Atom.of("red"), info.dictionary().get(Atom.of("colour")));
      assertEquals(List.of(one.pid()), TestNode.await(Sys.info(other.address())).watchers());
    }
  }

  @Test
  void thereIsNoLookIntoTheDead() {
    try (var test = new TestNode()) {
      TestNode.Actor one = test.actor();
      test.node().exit(one.pid(), ExitReason.KILL);
      assertThrows(NoSuchProcessException.class, () -> TestNode.await(Sys.info(one.address())));
    }
  }
}
