package io.weft.node;

import io.weft.Lincheck;
import io.weft.term.Atom;
import io.weft.term.Pid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A process has at most one name and a name at most one process, whoever changes what when. */
public class RegistryLincheckTest {
  private static final Node NODE = Node.start(NodeOptions.local());
  private static final List<Atom> NAMES = List.of(Atom.of("a"), Atom.of("b"));

  private final Registry registry = new Registry();
  private final List<Process<?>> processes = new ArrayList<>();

  public RegistryLincheckTest() {
    for (int i = 0; i < 3; i++) {
      var pid = new Pid(NODE.name(), i + 1, 0, 0);
      processes.add(new Process<>(NODE, pid, TestNode.idle(), null, true));
    }
  }

  @Operation
  public String register(
      @Param(gen = IntGen.class, conf = "0:1") int name,
      @Param(gen = IntGen.class, conf = "0:2") int process) {
    try {
      registry.register(NAMES.get(name), processes.get(process));
      return "ok";
    } catch (NameTakenException taken) {
      return "taken by " + (taken.holder().id() - 1);
    } catch (IllegalArgumentException named) {
      return "has a name";
    }
  }

  @Operation
  public boolean unregister(@Param(gen = IntGen.class, conf = "0:1") int name) {
    return registry.unregister(NAMES.get(name));
  }

  @Operation
  public void forget(@Param(gen = IntGen.class, conf = "0:2") int process) {
    registry.forget(processes.get(process));
  }

  @Operation
  public int find(@Param(gen = IntGen.class, conf = "0:1") int name) {
    return processes.indexOf(registry.find(NAMES.get(name)));
  }

  /** The same in one map. */
  public static class Model {
    private final Map<Integer, Integer> byName = new HashMap<>();

    public String register(int name, int process) {
      if (byName.containsValue(process)) {
        return "has a name";
      }
      Integer holder = byName.putIfAbsent(name, process);
      return holder == null ? "ok" : "taken by " + holder;
    }

    public boolean unregister(int name) {
      return byName.remove(name) != null;
    }

    public void forget(int process) {
      byName.values().remove(process);
    }

    public int find(int name) {
      return byName.getOrDefault(name, -1);
    }
  }

  @AfterAll
  static void closeNode() {
    NODE.close();
  }

  @Test
  void isLinearizable() {
    Lincheck.check(RegistryLincheckTest.class, Model.class);
  }
}
