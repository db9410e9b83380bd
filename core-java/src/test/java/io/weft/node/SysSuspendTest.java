package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.Term;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** spec/otp.md 2.5: while suspended only system messages and the parent's EXIT are handled. */
@Timeout(60)
class SysSuspendTest {
  @Test
  void timersAndPostedStepsWaitUntilItIsResumed() {
    try (var test = new TestNode()) {
      TestNode.Actor actor = test.actor();
      var ran = new CopyOnWriteArrayList<String>();
      var due = new CompletableFuture<Boolean>();
      TestNode.await(Sys.suspend(actor.address()));
      actor.post(self -> {
        ran.add("first");
        self.post(() -> ran.add("third"));
      });
      actor.post(_ -> {
        ran.add("second");
        due.complete(true);
      });
      assertTrue(TestNode.await(Sys.info(actor.address())).suspended());
      assertEquals(List.of(), ran);
      TestNode.await(Sys.resume(actor.address()));
      TestNode.await(due);
      actor.drained();
      assertEquals(List.of("first", "second", "third"), ran);
    }
  }

  @Test
  void theReplyToACallWaitsUntilItIsResumed() {
    try (var test = new TestNode()) {
      TestNode.Actor client = test.actor();
      TestNode.Actor server = test.actor();
      var replied = new CompletableFuture<CallResult<Term>>();
      client.run(self ->
          self.callTerm(
              test.node().address(server.pid()), Atom.of("ask"), null, replied::complete));
      var called = (TestNode.Called) server.next();
      TestNode.await(Sys.suspend(client.address()));
      server.run(_ -> called.from().reply(Atom.of("answer")));
      TestNode.await(Sys.info(client.address()));
      assertFalse(replied.isDone());
      TestNode.await(Sys.resume(client.address()));
      assertEquals(new CallResult.Ok<Term>(Atom.of("answer")), TestNode.await(replied));
    }
  }

  @Test
  void itEndsWithWhatItWasToldWhileSuspended() {
    try (var test = new TestNode()) {
      TestNode.Actor actor = test.actor();
      TestNode.await(Sys.suspend(actor.address()));
      TestNode.await(Sys.terminate(actor.address(), ExitReason.of(Atom.of("enough"))));
      assertEquals(ExitReason.of(Atom.of("enough")), actor.endsWith());
    }
  }

  @Test
  void aKillEndsASuspendedProcess() {
    try (var test = new TestNode()) {
      TestNode.Actor actor = test.actor();
      TestNode.await(Sys.suspend(actor.address()));
      test.node().exit(actor.pid(), ExitReason.KILL);
      assertEquals(ExitReason.KILLED, actor.endsWith());
    }
  }

  @Test
  void aStraightLineBodyReceivesNothingWhileSuspended() throws Exception {
    try (var test = new TestNode()) {
      var received = new LinkedBlockingQueue<String>();
      Address<String> body =
          test.node()
              .start(
                  Blueprint.straightLine(
                      "body",
                      self -> {
                        while (!received.contains("end")) {
                          received.add(self.receive());
                        }
                      }));
      body.tell("one");
      assertEquals("one", received.poll(20, TimeUnit.SECONDS));
      TestNode.await(Sys.suspend(body));
      body.tell("two");
      assertEquals(1, TestNode.await(Sys.info(body)).mailbox());
      assertNull(received.poll());
      TestNode.await(Sys.resume(body));
      assertEquals("two", received.poll(20, TimeUnit.SECONDS));
      body.tell("end");
    }
  }
}
