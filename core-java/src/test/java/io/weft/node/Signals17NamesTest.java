package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.Pid;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * OTP semantics, 1.7: names and group leaders. Timers: {@link ProcessTimerTest}; processes on other
 * nodes: {@link Signals17SpawnTest}.
 */
class Signals17NamesTest {
  private static final Atom ONE = Atom.of("one");
  private static final Atom TWO = Atom.of("two");

  private final TestNode nodes = new TestNode();
  private final Node node = nodes.node();

  @AfterEach
  void close() {
    nodes.close();
  }

  private void assertRefused(Atom name, Pid pid) {
    assertThrows(IllegalArgumentException.class, () -> node.register(name, pid));
  }

  @Test
  void aNameThatIsTakenIsRefused() {
    var a = nodes.actor();
    var b = nodes.actor();
    node.register(ONE, a.pid());
    assertRefused(ONE, b.pid());
    assertEquals(a.pid(), node.whereis(ONE));
    assertThrows(NameTakenException.class, () -> node.spawn(TestNode.idle().named("one")));
  }

  @Test
  void aProcessHasOneNameOnly() {
    var a = nodes.actor();
    node.register(ONE, a.pid());
    assertRefused(TWO, a.pid());
    assertNull(node.whereis(TWO));
    assertTrue(node.unregister(ONE));
    node.register(TWO, a.pid());
    assertEquals(Set.of(TWO), node.registered());
  }

  @Test
  void theDeadAndUndefinedHaveNoName() {
    var dead = nodes.actor();
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(dead.pid())));
    dead.run(self -> self.stop(ExitReason.NORMAL));
    watcher.next();
    assertRefused(ONE, dead.pid());
    assertRefused(Atom.UNDEFINED, watcher.pid());
    assertRefused(ONE, new Pid(Atom.of("far@away"), 1, 0, 9));
    assertFalse(node.unregister(ONE));
  }

  @Test
  void aNameThatWasFreedMayBeGivenToAnother() {
    var a = nodes.actor();
    var b = nodes.actor();
    node.register(ONE, a.pid());
    assertTrue(node.unregister(ONE));
    assertNull(node.whereis(ONE));
    node.register(ONE, b.pid());
    assertEquals(b.pid(), b.does(self -> self.whereis("one")));
  }

  @Test
  void theGroupLeaderIsThatOfTheParent() {
    var leader = nodes.actor();
    var parent = nodes.actor();
    assertEquals(node.outside(), parent.does(Self::groupLeader));
    parent.run(self -> self.groupLeader(leader.pid()));
    Address<Object> child = parent.does(self -> self.spawnLink(TestNode.idle()));
    assertEquals(leader.pid(), TestNode.await(Sys.info(child)).groupLeader());
    parent.run(self -> self.groupLeader(self.pid()));
    assertEquals(leader.pid(), TestNode.await(Sys.info(child)).groupLeader());
  }

  @Test
  void theGroupLeaderOfTheDeadCannotBeSet() {
    var dead = nodes.actor();
    var watcher = nodes.actor();
    watcher.run(self -> self.monitor(new Target.ByPid(dead.pid())));
    dead.run(self -> self.stop(ExitReason.NORMAL));
    watcher.next();
    assertThrows(
        NoSuchProcessException.class,
        () -> watcher.run(self -> self.groupLeader(dead.pid(), self.pid())));
  }
}
