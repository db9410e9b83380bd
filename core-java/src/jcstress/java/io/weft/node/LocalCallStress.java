package io.weft.node;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.weft.runtime.Scheduler;
import io.weft.runtime.Seams;
import io.weft.runtime.Strands;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** How the reply of a {@link LocalCall} comes home. */
public class LocalCallStress {
  private static final Node NODE = quietNode();

  /** A node on which nothing runs by itself: the actors are the turns. */
  private static Node quietNode() {
    var scheduler =
        new Scheduler() {
          @Override
          public void execute(Runnable turn) {}

          @Override
          public boolean isCarrier() {
            return false;
          }

          @Override
          public int parallelism() {
            return 2;
          }

          @Override
          public void close() {}
        };
    Seams machine = Seams.system();
    return Node.start(
        NodeOptions.builder("nonode@nohost")
            .seams(
                new Seams(
                    scheduler,
                    Strands.virtual(),
                    machine.clock(),
                    machine.timers(),
                    machine.entropy()))
            .build());
  }

  private static Process<Object> process() {
    Blueprint<Object> idle = Blueprint.of("idle", () -> (_, _) -> {});
    return new Process<>(NODE, NODE.outside(), idle, null, true);
  }

  record Ask() implements Request<Box> {}

  static final class Box {
    int written;
  }

  /** A call that waits for its reply. */
  private static LocalCall<Box> pending(
      Process<Object> caller, java.util.function.Consumer<CallResult<Box>> then) {
    Process<Object> server = process();
    CallReply<Box> reply = CallReply.typed(server.address(), new Ask(), then);
    var call = new LocalCall<>(caller, server, new Ask(), false, reply, null);
    call.pending = true;
    return call;
  }

  private static void takeIn(Process<Object> caller) {
    Signal signal = caller.takeAll();
    if (signal != null) {
      signal.arrive(caller);
    }
  }

  /** What a server wrote before it replied is visible to the caller. */
  @JCStressTest
  @State
  @Outcome(id = "-1", expect = ACCEPTABLE, desc = "no reply yet")
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "the reply, with all that was written before")
  @Outcome(expect = FORBIDDEN, desc = "a reply, but not what was written before")
  public static class Publication {
    private final Process<Object> caller = process();
    private int seen = -1;
    private final LocalCall<Box> call =
        pending(
            caller,
            result -> seen = result instanceof CallResult.Ok<Box>(Box box) ? box.written : -2);

    @Actor
    public void server() {
      var box = new Box();
      box.written = 1;
      call.reply(box);
    }

    @Actor
    public void caller(I_Result result) {
      takeIn(caller);
      result.r1 = seen;
    }
  }

  /** Of two replies one counts. */
  @JCStressTest
  @State
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = ACCEPTABLE,
      desc = "one is delivered")
  @Outcome(expect = FORBIDDEN, desc = "none, or both")
  public static class TwoReplies {
    private final Process<Object> caller = process();
    private final LocalCall<Box> call = pending(caller, _ -> {});

    @Actor
    public void one() {
      call.reply(new Box());
    }

    @Actor
    public void another() {
      call.reply(new Box());
    }

    @org.openjdk.jcstress.annotations.Arbiter
    public void count(II_Result result) {
      Signal first = caller.takeAll();
      result.r1 = first == null ? 0 : 1;
      result.r2 = first == null || first.next == null ? 0 : 1;
    }
  }
}
