package io.weft.node;

import io.weft.Lincheck;
import io.weft.term.Atom;
import io.weft.term.Pid;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Any thread pushes, one runs the turns. The model is a list and two flags; that both agree in all
 * orders means: each sender's signals arrive in its order, exactly one push wakes a parked process,
 * a process that could park has left no signal behind, and a signal is either taken or answered as
 * one to the dead.
 */
public class InboxLincheckTest {
  private static final class Box extends Inbox {}

  private static final Pid SENDER = new Pid(Atom.of("n@h"), 1, 0, 0);

  private final Box inbox = new Box();

  @Operation
  public String push(@Param(gen = IntGen.class, conf = "1:9") int number) {
    return inbox.push(new Signal.Unlink(SENDER, number)).name();
  }

  @Operation(nonParallelGroup = "turn")
  public String takeAll() {
    return numbers(inbox.takeAll());
  }

  @Operation(nonParallelGroup = "turn")
  public boolean tryPark() {
    return inbox.tryPark();
  }

  @Operation(nonParallelGroup = "turn")
  public String close() {
    return inbox.isClosed() ? "[]" : numbers(inbox.close());
  }

  @Operation
  public boolean isParked() {
    return inbox.isParked();
  }

  @Operation
  public boolean isClosed() {
    return inbox.isClosed();
  }

  private static String numbers(@Nullable Signal oldest) {
    List<Long> numbers = new ArrayList<>();
    for (Signal signal = oldest; signal != null; signal = signal.next) {
      numbers.add(((Signal.Unlink) signal).id);
    }
    return numbers.toString();
  }

  /** What an inbox means. */
  public static class Model {
    private final List<Integer> queued = new ArrayList<>();
    private boolean parked;
    private boolean closed;

    public String push(int number) {
      if (closed) {
        return "CLOSED";
      }
      queued.add(number);
      boolean wakes = parked;
      parked = false;
      return wakes ? "WAKE" : "QUEUED";
    }

    public String takeAll() {
      String taken = queued.toString();
      queued.clear();
      return taken;
    }

    public boolean tryPark() {
      if (closed || parked || !queued.isEmpty()) {
        return false;
      }
      parked = true;
      return true;
    }

    public String close() {
      String rest = takeAll();
      closed = true;
      parked = false;
      return rest;
    }

    public boolean isParked() {
      return parked;
    }

    public boolean isClosed() {
      return closed;
    }
  }

  @Test
  void isLinearizable() {
    Lincheck.check(InboxLincheckTest.class, Model.class);
  }
}
