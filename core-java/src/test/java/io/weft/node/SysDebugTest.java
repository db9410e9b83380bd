package io.weft.node;

import static io.weft.node.SysTest.ask;
import static io.weft.node.SysTest.sum;
import static io.weft.node.SysTest.system;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * spec/otp.md 2.5: what {@code {debug, _}} asks for, from this node and in the terms of another.
 */
@Timeout(60)
class SysDebugTest {
  private static final Atom OK = Atom.of("ok");

  private static List<String> texts(List<SystemEvent> events) {
    return events.stream().map(SystemEvent::toString).toList();
  }

  // --- log
  // -----------------------------------------------------------------------------------------

  @Test
  void theLogKeepsTheLastEvents() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      TestNode.await(Sys.keepLog(process, 4));
      process.tell(new IntTerm(1));
      process.tell(new IntTerm(2));
      assertEquals(3, ask(process));
      List<SystemEvent> log = TestNode.await(Sys.log(process));
      assertEquals("got 2", log.get(0).toString());
      assertEquals(new SystemEvent.Handled(new IntTerm(3)), log.get(1));
      var asked = assertInstanceOf(SystemEvent.In.class, log.get(2));
      assertEquals(Atom.of("ask"), asked.message());
      var answered = assertInstanceOf(SystemEvent.Out.class, log.get(3));
      assertEquals(asked.caller(), answered.to());
      assertEquals(new IntTerm(3), answered.reply());
      assertEquals(0, TestNode.await(Sys.keepLog(process, 0)));
      assertEquals(List.of(), TestNode.await(Sys.log(process)));
    }
  }

  @Test
  void theLogOfAForeignNodeHasOtpsEventsAndTenOfThem() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      assertEquals(Term.parse("{ok, []}"), system(test, process, "{debug, {log, get}}"));
      assertEquals(OK, system(test, process, "{debug, {log, true}}"));
      for (int i = 1; i <= 7; i++) {
        process.tell(new IntTerm(i));
      }
      Tuple log = (Tuple) system(test, process, "{debug, {log, get}}");
      assertEquals(
          Term.parse(
              "[{in,3},{noreply,6},{in,4},{noreply,10},{in,5},{noreply,15},"
                  + "{in,6},{noreply,21},{in,7},{noreply,28}]"),
          log.get(1));
      assertEquals(OK, system(test, process, "{debug, {log, {true, 2}}}"));
      process.tell(new IntTerm(0));
      Tuple same = (Tuple) system(test, process, "{debug, {log, get}}");
      assertEquals(
          10, ((ListTerm) same.get(1)).elements().size(), "a log that is on keeps its size");
      assertEquals(OK, system(test, process, "{debug, {log, print}}"));
      assertEquals(OK, system(test, process, "{debug, {log, false}}"));
      assertEquals(OK, system(test, process, "{debug, {log, {true, 2}}}"));
      process.tell(new IntTerm(1));
      process.tell(new IntTerm(1));
      Tuple two = (Tuple) system(test, process, "{debug, {log, get}}");
      assertEquals(Term.parse("[{in,1},{noreply,30}]"), two.get(1));
    }
  }

  @Test
  void whatIsNoDebugRequestIsUnknownAsInOtp() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      for (String what :
          List.of(
              "what",
              "{what, 1}",
              "{a, b, c}",
              "{log, bogus}",
              "{log, {true, 0}}",
              "{log, {true, a}}",
              "{trace, bogus}",
              "{statistics, bogus}",
              "{install, bogus}")) {
        assertEquals(
            Atom.of("unknown_debug"), system(test, process, "{debug, " + what + "}"), what);
      }
    }
  }

  // --- statistics
  // ----------------------------------------------------------------------------------

  @Test
  void statisticsCountMessagesInAndAnswersOut() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      assertTrue(TestNode.await(Sys.statistics(process)).isEmpty());
      TestNode.await(Sys.statistics(process, true));
      process.tell(new IntTerm(1));
      process.tell(new IntTerm(2));
      assertEquals(3, ask(process));
      SystemStatistics counted = TestNode.await(Sys.statistics(process)).orElseThrow();
      assertEquals(3, counted.messagesIn());
      assertEquals(1, counted.messagesOut());
      assertTrue(counted.reductions() >= 6, counted.toString());
      assertFalse(counted.currentTime().isBefore(counted.startTime()));
      TestNode.await(Sys.statistics(process, true));
      assertEquals(3, TestNode.await(Sys.statistics(process)).orElseThrow().messagesIn());
      TestNode.await(Sys.statistics(process, false));
      assertTrue(TestNode.await(Sys.statistics(process)).isEmpty());
    }
  }

  @Test
  void statisticsOfAForeignNodeHaveOtpsFiveItems() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      assertEquals(
          Term.parse("{ok, no_statistics}"), system(test, process, "{debug, {statistics, get}}"));
      assertEquals(OK, system(test, process, "{debug, {statistics, true}}"));
      process.tell(new IntTerm(1));
      Tuple answer = (Tuple) system(test, process, "{debug, {statistics, get}}");
      List<Term> items = ((ListTerm) answer.get(1)).elements();
      assertEquals(
          List.of("start_time", "current_time", "reductions", "messages_in", "messages_out"),
          items.stream().map(item -> ((Atom) ((Tuple) item).get(0)).name()).toList());
      Tuple started = (Tuple) ((Tuple) items.get(0)).get(1);
      assertEquals(3, ((Tuple) started.get(0)).arity());
      assertEquals(3, ((Tuple) started.get(1)).arity());
      assertEquals(Term.parse("{messages_in, 1}"), items.get(3));
    }
  }

  // --- functions
  // -----------------------------------------------------------------------------------

  @Test
  void anInstalledFunctionSeesEventsUntilItHasSeenEnough() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      var seen = new CopyOnWriteArrayList<String>();
      DebugFunction<Integer> three =
          (count, event, pid) -> {
            seen.add(event.toString());
            return count == 3 ? null : count + 1;
          };
      assertTrue(TestNode.await(Sys.install(process, "three", 1, three)));
      assertFalse(TestNode.await(Sys.install(process, "three", 1, three)), "it is there");
      process.tell(new IntTerm(5));
      process.tell(new IntTerm(6));
      assertEquals(11, ask(process));
      assertEquals(List.of("got 5", "new state 5", "got 6"), seen);
      assertTrue(TestNode.await(Sys.install(process, "three", 1, three)), "it is gone");
    }
  }

  @Test
  void aFunctionIsRemovedByItsIdAndWhenItFails() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      var seen = new CopyOnWriteArrayList<Pid>();
      TestNode.await(
          Sys.install(
              process,
              "all",
              seen,
              (list, _, pid) -> {
                list.add(pid);
                return list;
              }));
      TestNode.await(
          Sys.install(
              process,
              "bad",
              1,
              (_, _, _) -> {
                throw new IllegalStateException("bad");
              }));
      process.tell(new IntTerm(1));
      assertEquals(1, ask(process));
      assertTrue(TestNode.await(Sys.install(process, "bad", 1, (_, _, _) -> null)));
      assertEquals(4, seen.size());
      TestNode.await(Sys.remove(process, "all"));
      assertEquals(1, ask(process));
      assertEquals(4, seen.size());
    }
  }

  @Test
  void aFunctionOfAForeignNodeIsThereUntilItWouldBeCalled() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      assertEquals(OK, system(test, process, "{debug, {install, {fun m:f/3, state}}}"));
      assertEquals(OK, system(test, process, "{debug, {install, {id, fun m:f/3, first}}}"));
      assertEquals(OK, system(test, process, "{debug, {install, {id, fun m:f/3, second}}}"));
      assertEquals(
          Term.parse("[{id, {fun m:f/3, first}}, {fun m:f/3, state}]"),
          debugOptions(test, process));
      assertEquals(OK, system(test, process, "{debug, {remove, id}}"));
      assertEquals(OK, system(test, process, "{debug, {remove, nobody}}"));
      assertEquals(Term.parse("[{fun m:f/3, state}]"), debugOptions(test, process));
      assertEquals(0, ask(process));
      assertEquals(ListTerm.NIL, debugOptions(test, process));
    }
  }

  private static Term debugOptions(TestNode test, Address<Term> process) {
    Tuple status = (Tuple) system(test, process, "get_status");
    return ((ListTerm) status.get(3)).elements().get(3);
  }

  @Test
  void noDebugEndsAllOfIt() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      TestNode.await(Sys.trace(process, true));
      TestNode.await(Sys.keepLog(process, 5));
      TestNode.await(Sys.statistics(process, true));
      TestNode.await(Sys.install(process, "it", 1, (count, _, _) -> count));
      assertEquals(4, ((ListTerm) debugOptions(test, process)).elements().size());
      assertEquals(OK, system(test, process, "{debug, no_debug}"));
      assertEquals(ListTerm.NIL, debugOptions(test, process));
      TestNode.await(Sys.trace(process, true));
      TestNode.await(Sys.noDebug(process));
      assertEquals(ListTerm.NIL, debugOptions(test, process));
    }
  }

  // --- the file
  // ------------------------------------------------------------------------------------

  @Test
  void eventsAreWrittenToAFile(@TempDir Path directory) throws Exception {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      Path file = directory.resolve("log");
      TestNode.await(Sys.logToFile(process, file));
      process.tell(new IntTerm(5));
      assertEquals(5, ask(process));
      TestNode.await(Sys.noLogFile(process));
      List<String> lines = Files.readAllLines(file);
      assertEquals(4, lines.size(), lines.toString());
      assertTrue(
          lines.get(0).startsWith("*DBG* sum ") && lines.get(0).endsWith(" got 5"), lines.get(0));
      assertTrue(lines.get(1).endsWith(" new state 5"), lines.get(1));
      process.tell(new IntTerm(5));
      assertEquals(10, ask(process));
      assertEquals(4, Files.readAllLines(file).size());
    }
  }

  @Test
  void aFileThatDoesNotOpenIsAFailure(@TempDir Path directory) {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      assertThrows(
          IllegalStateException.class,
          () -> TestNode.await(Sys.logToFile(process, directory.resolve("no").resolve("log"))));
      assertEquals(0, ask(process));
    }
  }

  @Test
  void theFileIsClosedWhenItsProcessEnds(@TempDir Path directory) {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      TestNode.await(Sys.logToFile(process, directory.resolve("log")));
      TestNode.await(Sys.terminate(process, ExitReason.NORMAL));
      io.weft.Await.until("the writer has ended", () -> test.node().processCount() == 0);
    }
  }

  @Test
  void aForeignNodeMayHaveNoFileWritten() {
    try (var test = new TestNode()) {
      Address<Term> process = test.node().start(sum());
      assertEquals(
          Term.parse("{error, open_file}"),
          system(test, process, "{debug, {log_to_file, \"/tmp/log\"}}"));
      assertEquals(OK, system(test, process, "{debug, {log_to_file, false}}"));
    }
  }

  @Test
  void aForeignNodeMayHaveFilesWrittenWhereTheNodeAllowsIt(@TempDir Path directory)
      throws Exception {
    Path logs = Files.createDirectory(directory.resolve("logs"));
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.createSymbolicLink(logs.resolve("away"), outside);
    Files.createSymbolicLink(logs.resolve("link"), outside.resolve("x"));
    NodeOptions options = NodeOptions.builder(NodeOptions.NO_NAME).systemLogs(logs).build();
    try (var test = new TestNode(Node.start(options))) {
      Address<Term> process = test.node().start(sum());
      List<String> refused = new ArrayList<>();
      for (String name :
          List.of(
              "\"../outside/x\"", "\"away/x\"", "\"link\"", "\"/etc/x\"", "\"\"", "17", "\".\"")) {
        Term answer = system(test, process, "{debug, {log_to_file, " + name + "}}");
        if (answer.equals(Term.parse("{error, open_file}"))) {
          refused.add(name);
        }
      }
      assertEquals(7, refused.size(), refused.toString());
      assertEquals(OK, system(test, process, "{debug, {log_to_file, \"log\"}}"));
      process.tell(new IntTerm(5));
      assertEquals(OK, system(test, process, "{debug, {log_to_file, <<\"other\">>}}"));
      process.tell(new IntTerm(6));
      assertEquals(OK, system(test, process, "{debug, {log_to_file, false}}"));
      assertEquals(2, Files.readAllLines(logs.resolve("other")).size());
    }
  }
}
