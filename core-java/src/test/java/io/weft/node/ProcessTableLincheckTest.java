package io.weft.node;

import io.weft.Lincheck;
import io.weft.term.Atom;
import io.weft.term.Pid;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Threads start and end processes in a table with room for all: every start gets a pid that never
 * was, under which exactly its process is found until its end. What {@link ProcessTable#count} says
 * while others start and end is an estimate, and no part of this.
 */
public class ProcessTableLincheckTest {
  private static final Node NODE = Node.start(NodeOptions.local());

  private final ProcessTable table = new ProcessTable(Atom.of("n@h"), 7, 20, 2);
  private final Set<Pid> dealt = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<Pid> alive = new ConcurrentLinkedQueue<>();

  @Operation
  public String start() {
    Pid pid = table.reserve();
    String fresh = dealt.add(pid) && table.find(pid) == null ? "fresh" : "repeated " + pid;
    var process = new Process<>(NODE, pid, TestNode.idle(), null, true);
    table.put(pid, process);
    boolean found = table.find(pid) == process;
    alive.add(pid);
    return fresh + (found ? "" : ", not found");
  }

  @Operation
  public String end() {
    Pid pid = alive.poll();
    if (pid == null) {
      return "";
    }
    boolean known = table.find(pid) != null;
    table.remove(pid);
    boolean gone = table.find(pid) == null;
    table.release(pid);
    return known && gone && table.find(pid) == null ? "" : "known " + known + ", gone " + gone;
  }

  /** Nothing ever goes wrong. */
  public static class Model {
    public String start() {
      return "fresh";
    }

    public String end() {
      return "";
    }
  }

  @AfterAll
  static void closeNode() {
    NODE.close();
  }

  @Test
  void noPidRepeatsAndEachFindsItsProcess() {
    Lincheck.check(ProcessTableLincheckTest.class, Model.class);
  }
}
