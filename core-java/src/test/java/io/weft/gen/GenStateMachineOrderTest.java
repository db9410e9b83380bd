package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weft.etf.Etf;
import io.weft.node.Address;
import io.weft.node.TestNode;
import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * gen_statem, event_type and transition_option: the order of events. Machines that follow random
 * scripts see, in the same order, what a simple model says and what a real gen_statem sees. A
 * failure names the seed.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GenStateMachineOrderTest {
  private static final int SCRIPTS = 2_000;

  private final TestNode nodes = new TestNode();
  private final TestNode.Actor client = nodes.actor();

  @AfterEach
  void close() {
    nodes.close();
  }

  @Test
  void eventsComeInTheOrderOfTheModel() {
    for (long seed = 0; seed < SCRIPTS; seed++) {
      StateScript script = StateScript.random(seed);
      assertEquals(
          StateScriptModel.follow(script), follow(script), "seed " + seed + ": " + script.toTerm());
    }
  }

  @Test
  void eventsComeInTheOrderOfARealGenStatem(@TempDir Path directory) throws Exception {
    assumeTrue(isErlangInstalled(), "erl is not on the path");
    List<StateScript> scripts = LongStream.range(0, SCRIPTS).mapToObj(StateScript::random).toList();
    List<Term> seen = askErlang(directory, scripts);
    assertEquals(SCRIPTS, seen.size());
    for (int seed = 0; seed < SCRIPTS; seed++) {
      StateScript script = scripts.get(seed);
      assertEquals(seen.get(seed), follow(script), "seed " + seed + ": " + script.toTerm());
    }
  }

  /** Speaks with a machine as an Erlang client does; returns {@code {Log, Replies}}. */
  private Term follow(StateScript script) {
    Address<Term> machine =
        nodes
            .node()
            .address(GenServerTest.pidOf(nodes.node().spawn(ScriptedMachine.blueprint(script))));
    for (Term event : script.events()) {
      Tuple tuple = (Tuple) event;
      Term id = tuple.get(1);
      machine.tell(
          tuple.get(0).equals(Atom.of("call"))
              ? call(StateScript.tagged("tag", id), id)
              : StateScript.tagged("$gen_cast", id));
    }
    machine.tell(call(Atom.of("done"), Atom.of("done")));
    List<Term> replies = new ArrayList<>();
    Tuple reply = (Tuple) client.next();
    for (; !reply.get(0).equals(Atom.of("done")); reply = (Tuple) client.next()) {
      replies.add(reply.get(1));
    }
    nodes.node().exit(GenServerTest.pidOf(machine), io.weft.node.ExitReason.KILL);
    return Tuple.of(reply.get(1), new ListTerm(replies));
  }

  private Term call(Term tag, Term request) {
    return StateScript.tagged("$gen_call", Tuple.of(client.pid(), tag), request);
  }

  private static List<Term> askErlang(Path directory, List<StateScript> scripts) throws Exception {
    Path program = directory.resolve("statem_script.erl");
    try (InputStream source =
        GenStateMachineOrderTest.class.getResourceAsStream("/erlang/statem_script.erl")) {
      Files.write(program, source.readAllBytes());
    }
    Path in = directory.resolve("scripts");
    Path out = directory.resolve("seen");
    Files.write(in, Etf.encode(new ListTerm(scripts.stream().map(StateScript::toTerm).toList())));
    Process erl =
        new ProcessBuilder(
                "erl",
                "-noinput",
                "-eval",
                "[begin"
                    + " {ok, M, B} = compile:file(\"statem_script\", [binary, {d, 'NAME', M}]),"
                    + " {module, M} = code:load_binary(M, \"\", B) end || M <- [m0, m1, m2]],"
                    + " m0:main(\"scripts\", \"seen\").")
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals(0, erl.waitFor(), () -> outputOf(erl));
    return ((ListTerm) Etf.decode(Files.readAllBytes(out))).elements();
  }

  private static String outputOf(Process process) {
    try {
      return new String(
          process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }

  private static boolean isErlangInstalled() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(directory -> new File(directory, "erl").canExecute());
  }
}
