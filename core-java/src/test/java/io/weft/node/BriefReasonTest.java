package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What failures say in their messages is for people; the whole reason is beside it. */
class BriefReasonTest {
  private record Ask() implements Request<String> {}

  private static String brief(String reason) {
    return ExitReason.of(Term.parse(reason)).brief();
  }

  @Test
  void aStackIsLeftOutWhereverItStands() {
    String stack = "[{m, f, 2, [{file, \"m.erl\"}, {line, 3}]}, {m, g, [a, b], []}]";
    assertEquals("boom", brief("{boom, " + stack + "}"));
    assertEquals(
        brief("{shutdown, {failed_to_start_child, one, {badmatch, 1}}}"),
        brief("{shutdown, {failed_to_start_child, one, {{badmatch, 1}, " + stack + "}}}"));
    assertEquals(brief("{call, {boom, []}}"), brief("{call, {boom, []}}"));
  }

  @Test
  void aReasonThatIsNoStackStays() {
    for (String reason :
        new String[] {"{a, [1, 2]}", "{a, [{m, f, 2}]}", "{}", "[{a, b, 1, []}]"}) {
      assertEquals(Term.parse(reason).toString(), brief(reason));
    }
  }

  @Test
  void aCallAndAStartTellWhatFailedAndKeepTheRest() {
    Pid pid = new Pid(Atom.of("a@b"), 1, 0, 1);
    var crash = ExitReason.crash(new IllegalStateException("the till is stuck"));
    for (RuntimeException failure :
        new RuntimeException[] {
          CallException.ended(pid, crash), new StartException("till", crash)
        }) {
      String message = String.valueOf(failure.getMessage());
      assertTrue(message.contains("the till is stuck"), message);
      assertTrue(!message.contains(".java"), message);
      assertEquals(crash.cause(), failure.getCause());
    }
    assertEquals(crash, CallException.ended(pid, crash).reason());
  }

  @Test
  void aServerThatCrashesInACallIsToldBriefly() {
    try (Node node = Node.start(NodeOptions.local())) {
      Address<Object> server =
          node.start(
              Blueprint.of(
                  "server",
                  () ->
                      new Behavior<Object>() {
                        @Override
                        public void message(Self<Object> self, Object message) {}

                        @Override
                        public void call(Self<Object> self, Object request, From from) {
                          throw new IllegalArgumentException("no such till");
                        }
                      }));
      var failure =
          assertThrows(
              CallException.class, () -> Weft.call(server, new Ask(), Duration.ofSeconds(20)));
      String message = String.valueOf(failure.getMessage());
      assertTrue(
          message.endsWith(
              "was not answered: {'java.lang.IllegalArgumentException',<<\"no such till\">>}"),
          message);
      assertTrue(failure.reason().term().toString().contains("line"));
    }
  }
}
