package io.weft.rpc;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.Await;
import io.weft.kernel.Io;
import io.weft.mapping.TermMapping;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.DirectNetwork;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.FunctionName;
import io.weft.node.Node;
import io.weft.node.NodeLeaks;
import io.weft.node.NodeOptions;
import io.weft.node.Request;
import io.weft.node.Self;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 5.3: functions of one Weft node called by another. */
class Services53RpcTest {
  private static final String THERE = "there@test";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** A protocol of one function, {@code sums:add/2}. */
  private sealed interface Sums {
    record Add(long one, long other) implements Sums, Request<Long> {}
  }

  private static final TermCodec<Sums> SUMS = TermMapping.standard().functions("sums", Sums.class);

  private final LinkedBlockingQueue<String> printed = new LinkedBlockingQueue<>();
  private final DirectNetwork network = new DirectNetwork();
  private final Node here = network.start(NodeOptions.builder("here@test").output(printed::add));
  private final Node there = network.start(THERE);

  @AfterEach
  void close() {
    NodeLeaks.closeAndCheck(here);
    NodeLeaks.closeAndCheck(there);
  }

  private void provideSums() {
    there
        .functions()
        .provide(
            "sums",
            "add",
            2,
            SUMS,
            (request, _) ->
                switch (request) {
                  case Sums.Add(long one, long other) -> one + other;
                });
  }

  private RpcException failure(Mfa call) {
    return assertThrows(RpcException.class, () -> Erpc.call(here, THERE, call, PATIENCE));
  }

  /** Runs a step in the start of a process. */
  private void inProcess(Consumer<Self<Term>> step) {
    here.spawn(
        Blueprint.<Term>of(
            "asker",
            () ->
                new Behavior<>() {
                  @Override
                  public void start(Self<Term> self) {
                    step.accept(self);
                  }

                  @Override
                  public void message(Self<Term> self, Term message) {}
                }));
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  @Test
  void requestsAndRepliesAreOfTheTypesOfTheProtocol() throws Exception {
    provideSums();
    long sum = Erpc.call(here, THERE, SUMS, new Sums.Add(2, 3), PATIENCE);
    assertEquals(5, sum);
    var seen = new CompletableFuture<RpcResult<Long>>();
    inProcess(self ->
        Erpc.<Long, Sums.Add>call(self, THERE, SUMS, new Sums.Add(4, 5), null, seen::complete));
    assertEquals(new RpcResult.Ok<>(9L), await(seen));
  }

  @Test
  void aDirectFunctionIsCalledFromAfarAndFromATurn() throws Exception {
    there.functions().provideDirect("events", "even", 1, with -> Atom.of(isEven(with.getFirst())));
    Mfa call = Mfa.of("events", "even", IntTerm.of(4));
    assertEquals(Atom.TRUE, Erpc.call(here, THERE, call, PATIENCE));
    var direct = requireNonNull(there.functions().direct(FunctionName.of("events", "even", 1)));
    assertEquals(Atom.FALSE, direct.apply(List.of(IntTerm.of(5))));
    assertNull(there.functions().direct(FunctionName.of("events", "even", 2)));
    provideSums();
    assertNull(there.functions().direct(FunctionName.of("sums", "add", 2)));
  }

  private static boolean isEven(Term term) {
    return term instanceof IntTerm(long number) && number % 2 == 0;
  }

  @Test
  void argumentsThatAreNoneOfTheProtocolAreAFunctionClause() {
    provideSums();
    RpcException failure = failure(Mfa.of("sums", "add", Atom.of("a"), Atom.of("b")));
    assertEquals(
        Term.parse("{exception, function_clause, [{sums, add, [a, b], []}]}"), failure.term());
  }

  @Test
  void aFailureInJavaIsAnErrorWithItsPlace() {
    there
        .functions()
        .provide(
            "m",
            "f",
            0,
            _ -> {
              throw new IllegalStateException("broken");
            });
    RpcException failure = failure(Mfa.of("m", "f"));
    assertEquals(RpcException.Kind.ERROR, failure.kind());
    assertEquals(
        Term.parse("{'java.lang.IllegalStateException', <<\"broken\">>}"), failure.reason());
    var stack = assertInstanceOf(ListTerm.class, failure.stack());
    assertEquals(Term.parse("{m, f, 0, []}"), stack.elements().getLast());
    assertEquals("m.f/0", at(failure, stack.size() - 1));
  }

  private static String at(RpcException failure, int frame) {
    StackTraceElement element = failure.getCause().getStackTrace()[frame];
    return element.getClassName() + "." + element.getMethodName();
  }

  @Test
  void aFunctionThatIsALifeRunsToItsEnd() {
    there
        .functions()
        .provideProcess(
            "m",
            "life",
            1,
            arguments ->
                Blueprint.<Void>of(
                    "life",
                    () ->
                        new Behavior<>() {
                          @Override
                          public void start(Self<Void> self) {
                            self.stop(ExitReason.of(arguments.getFirst()));
                          }

                          @Override
                          public void message(Self<Void> self, Void message) {}
                        }));
    assertEquals(Atom.OK, Erpc.call(here, THERE, Mfa.of("m", "life", Atom.of("normal")), PATIENCE));
    assertEquals(
        Term.parse("{signal, boom}"), failure(Mfa.of("m", "life", Atom.of("boom"))).term());
  }

  @Test
  void whatAFunctionPrintsAppearsAtTheCaller() {
    there.functions().provide("m", "print", 0, call -> Io.putChars(call.self(), "from there"));
    assertEquals(Atom.OK, Erpc.call(here, THERE, Mfa.of("m", "print"), PATIENCE));
    assertEquals("from there", printed.poll());
  }

  @Test
  void aCallEndsWithItsConnection() {
    there
        .functions()
        .provide(
            "m",
            "cut",
            0,
            call -> {
              network.cut(here, there);
              call.self().sleep(Duration.ofMillis(1));
              return Atom.OK;
            });
    assertEquals(Term.parse("{erpc, noconnection}"), failure(Mfa.of("m", "cut")).term());
  }

  @Test
  void aCallThatIsGivenUpLeavesNothing() {
    there.functions().provide("m", "late", 0, call -> call.self().receive());
    RpcRequest<Term> request = Erpc.sendRequest(here, THERE, Mfa.of("m", "late"));
    request.abandon();
    assertEquals(RpcResult.Failed.class, request.await(PATIENCE).orElseThrow().getClass());
    for (Pid pid : there.processIds()) {
      there.exit(pid, ExitReason.SHUTDOWN);
    }
  }

  @Test
  void theOwnNodeIsCalledAsAnyOther() {
    here.functions()
        .provide(
            "m",
            "exit",
            0,
            _ -> {
              throw new ExitException(ExitReason.of(Atom.of("x")));
            });
    var failure =
        assertThrows(
            RpcException.class, () -> Erpc.call(here, "here@test", Mfa.of("m", "exit"), PATIENCE));
    assertEquals(Term.parse("{exception, x}"), failure.term());
  }

  @Test
  void aServiceThatAPeerKillsIsThereAgain() {
    for (String name : List.of("rex", "user", "logger_proxy")) {
      Pid before = there.whereis(Atom.of(name));
      assertNotNull(before, name);
      there.exit(before, ExitReason.KILL);
      assertEquals(
          true,
          Await.comesTrue(
              () -> {
                Pid now = there.whereis(Atom.of(name));
                return now != null && !now.equals(before);
              },
              TimeUnit.SECONDS.toNanos(20)),
          name);
      assertNotEquals(before, there.whereis(Atom.of(name)));
    }
  }
}
