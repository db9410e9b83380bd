package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What ties a process, as objects that one turn after the other uses, in random order. */
final class TieTablesTest {

  // --- links: two processes, and what is under way between them ----------------------------------

  private static final class Side {
    final LinkTable table = new LinkTable();
    final Pid other;
    final Queue<Runnable> arriving = new ArrayDeque<>();

    Side(int other) {
      this.other = new Pid(Atom.of("n@h"), other, 0, 0);
    }

    void link(Side to) {
      if (table.link(other)) {
        to.arriving.add(() -> to.table.onLink(to.other));
      }
    }

    void unlink(Side from) {
      long id = table.unlink(other);
      if (id != 0) {
        from.arriving.add(() -> {
          from.table.onUnlink(from.other);
          arriving.add(() -> table.onUnlinkAck(other, id));
        });
      }
    }

    boolean isLinked() {
      return table.isActive(other);
    }
  }

  @Test
  void whenNothingIsUnderWayBothSidesAgreeOnTheLinkAndTheLastWordCounts() {
    for (long seed = 0; seed < 200_000; seed++) {
      var random = new Random(seed);
      List<Side> sides = List.of(new Side(2), new Side(1));
      for (int step = 0; step < 14; step++) {
        Side side = sides.get(random.nextInt(2));
        Side other = side == sides.get(0) ? sides.get(1) : sides.get(0);
        switch (random.nextInt(4)) {
          case 0 -> side.link(other);
          case 1 -> side.unlink(other);
          default -> arrive(side);
        }
      }
      settle(sides);
      String run = "seed " + seed;
      assertEquals(sides.get(0).isLinked(), sides.get(1).isLinked(), run);
      boolean link = random.nextBoolean();
      if (link) {
        sides.get(0).link(sides.get(1));
      } else {
        sides.get(0).unlink(sides.get(1));
      }
      settle(sides);
      assertEquals(link, sides.get(0).isLinked(), run);
      assertEquals(link, sides.get(1).isLinked(), run);
    }
  }

  private static void arrive(Side side) {
    Runnable signal = side.arriving.poll();
    if (signal != null) {
      signal.run();
    }
  }

  private static void settle(List<Side> sides) {
    while (sides.stream().anyMatch(side -> !side.arriving.isEmpty())) {
      sides.forEach(TieTablesTest::arrive);
    }
  }

  // --- aliases -----------------------------------------------------------------------------------

  @Test
  void anAliasWorksAsLongAsItsModeSays() {
    try (Node node = Node.start(NodeOptions.local())) {
      for (long seed = 0; seed < 3_000; seed++) {
        compareAliases(node, seed);
      }
    }
  }

  /** What an alias means: its mode while it works, and whether its monitor stands. */
  private static final class Model {
    final Map<Reference, AliasMode> works = new HashMap<>();
    final Map<Reference, AliasMode> monitored = new HashMap<>();

    boolean unalias(Reference alias) {
      return works.remove(alias) != null;
    }

    boolean monitorEnds(Reference alias) {
      AliasMode mode = monitored.remove(alias);
      if (mode == AliasMode.DEMONITOR || mode == AliasMode.REPLY_DEMONITOR) {
        works.remove(alias);
      }
      return mode != null;
    }

    boolean message(Reference alias) {
      AliasMode mode = works.get(alias);
      if (mode == AliasMode.REPLY || mode == AliasMode.REPLY_DEMONITOR) {
        works.remove(alias);
      }
      if (mode == AliasMode.REPLY_DEMONITOR) {
        monitored.remove(alias);
      }
      return mode != null;
    }
  }

  private static void compareAliases(Node node, long seed) {
    var random = new Random(seed);
    var process = new Process<>(node, node.outside(), TestNode.idle(), null, true);
    var ties = process.extras().ties;
    var model = new Model();
    Target target = new Target.ByPid(new Pid(node.name(), 1_000, 1_000, node.creation()));
    List<Reference> made = new java.util.ArrayList<>();
    for (int step = 0; step < 40; step++) {
      String where = "seed " + seed + ", step " + step;
      int what = random.nextInt(6);
      if (made.isEmpty() || what == 0) {
        Reference alias = process.nextReference();
        AliasMode mode = AliasMode.values()[random.nextInt(AliasMode.values().length)];
        boolean alone = mode == AliasMode.REPLY || mode == AliasMode.EXPLICIT_UNALIAS;
        if (alone && random.nextBoolean()) {
          ties.alias(alias, mode);
        } else {
          ties.watch(target, alias, mode);
          model.monitored.put(alias, mode);
        }
        model.works.put(alias, mode);
        made.add(alias);
      } else {
        Reference alias = made.get(random.nextInt(made.size()));
        switch (what) {
          case 1 -> assertEquals(model.unalias(alias), ties.unalias(alias), where);
          case 2 -> assertEquals(model.monitorEnds(alias), ties.unwatch(alias), where);
          case 3 -> assertEquals(model.monitorEnds(alias), ties.reported(alias), where);
          default -> assertEquals(model.message(alias), ties.useAlias(alias), where);
        }
      }
      assertEquals(model.works, ties.aliased(), where);
      assertEquals(model.monitored.keySet(), ties.monitoring(), where);
    }
    made.forEach(ties::unalias);
    made.forEach(alias -> assertFalse(ties.useAlias(alias)));
  }
}
