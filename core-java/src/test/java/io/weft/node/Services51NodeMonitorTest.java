package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.term.Atom;
import io.weft.term.Term;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OTP semantics, 5.1: a node that is watched is up before, and down after, all its signals. */
class Services51NodeMonitorTest {
  private final DirectNetwork network = new DirectNetwork();
  private TestNode here;
  private TestNode there;

  @BeforeEach
  void start() {
    here = new TestNode(network.start("here@direct"));
    there = new TestNode(network.start("there@direct"));
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  private NodeEvent.Up up() {
    return new NodeEvent.Up(there.node().name(), true, there.node().creation());
  }

  private static NodeEvent.Down down(NodeDownReason reason) {
    return new NodeEvent.Down(Atom.of("there@direct"), true, reason, "");
  }

  private static void connect(TestNode.Actor from, TestNode.Actor to, Object message) {
    from.run(self -> self.node().address(to.pid(), TestNode.AnyCodec.INSTANCE).tell(message));
  }

  @Test
  void aProcessHearsOfANodeBeforeItsFirstSignalAndAfterItsLast() {
    var watcher = here.trappingActor();
    var other = there.trappingActor();
    watcher.run(self -> self.monitorNodes(NodeKind.CONNECTED, event -> event));
    connect(other, watcher, Atom.of("first"));
    assertEquals(up(), watcher.next());
    assertEquals(Atom.of("first"), watcher.next());
    watcher.run(self -> self.monitor(new Target.ByPid(other.pid())));
    watcher.run(self -> self.link(other.pid()));
    network.cut(here.node(), there.node());
    assertEquals(
        List.of(Info.Exit.class, Info.Down.class, NodeEvent.Down.class),
        List.of(watcher.next().getClass(), watcher.next().getClass(), watcher.next().getClass()));
    connect(other, watcher, Atom.of("again"));
    assertEquals(up(), watcher.next());
    assertEquals(Atom.of("again"), watcher.next());
  }

  @Test
  void oneWatchOfANodeConnectsAndTellsOnce() {
    var watcher = here.actor();
    watcher.run(self -> self.monitorNode(there.node().name(), event -> event));
    assertEquals(List.of(there.node().name()), here.node().nodes(NodeKind.HIDDEN));
    assertEquals(List.of(), here.node().nodes());
    network.cut(here.node(), there.node());
    assertEquals(down(NodeDownReason.CONNECTION_CLOSED), watcher.next());
    connect(there.actor(), watcher, Atom.of("back"));
    assertEquals(Atom.of("back"), watcher.next());
    network.cut(here.node(), there.node());
    assertEquals(List.of(), watcher.drained());
  }

  @Test
  void aNodeThatCannotBeReachedIsDownAtOnceAndNeverWasUp() {
    var watcher = here.actor();
    watcher.run(self -> self.monitorNodes(NodeKind.CONNECTED, event -> event));
    watcher.run(self -> self.monitorNode(Atom.of("nobody@direct"), event -> event));
    var down = assertInstanceOf(NodeEvent.Down.class, watcher.next());
    assertEquals(NodeDownReason.CONNECTION_SETUP_FAILED, down.reason());
    assertEquals(List.of(), watcher.drained());
    assertNull(here.node().peer(Atom.of("nobody@direct")));
  }

  @Test
  void closedMonitorsTellNothing() {
    var watcher = here.actor();
    NodeMonitor all = watcher.does(self -> self.monitorNodes(NodeKind.CONNECTED, event -> event));
    NodeMonitor one = watcher.does(self -> self.monitorNode(there.node().name(), event -> event));
    assertEquals(up(), watcher.next());
    watcher.run(_ -> {
      all.close();
      one.close();
    });
    network.cut(here.node(), there.node());
    assertEquals(List.of(), watcher.drained());
  }

  @Test
  void monitorsEndWithTheirProcess() {
    var watcher = here.actor();
    watcher.run(self -> self.monitorNode(there.node().name(), event -> event));
    watcher.run(self -> self.monitorNodes(NodeKind.CONNECTED, event -> event));
    assertEquals(1, network.session(here.node(), there.node()).size());
    here.node().exit(watcher.pid(), ExitReason.KILL);
    var _ = watcher.endsWith();
    assertTrue(
        io.weft.Await.comesTrue(
            () -> network.session(here.node(), there.node()).size() == 0, 5_000_000_000L));
  }

  @Test
  void hiddenAndVisibleNodesAreToldApart() {
    var hidden = new LinkedBlockingQueue<NodeEvent>();
    var visible = new LinkedBlockingQueue<NodeEvent>();
    try (var _ = here.node().monitorNodes(NodeKind.HIDDEN, hidden::add);
        var _ = here.node().monitorNodes(NodeKind.VISIBLE, visible::add)) {
      connect(there.actor(), here.actor(), Atom.of("hello"));
      network.cut(here.node(), there.node());
    }
    assertEquals(List.of(), List.copyOf(visible));
    assertEquals(List.of(up(), down(NodeDownReason.CONNECTION_CLOSED)), List.copyOf(hidden));
    assertEquals(List.of(), here.node().nodes(NodeKind.CONNECTED));
  }

  @Test
  void aFailingListenerDisturbsNobody() {
    var heard = new LinkedBlockingQueue<NodeEvent>();
    var bad =
        here.node()
            .monitorNodes(
                NodeKind.CONNECTED,
                event -> {
                  throw new IllegalStateException("asked to fail at " + event);
                });
    var good = here.node().monitorNodes(NodeKind.CONNECTED, heard::add);
    connect(there.actor(), here.actor(), Atom.of("hello"));
    assertEquals(List.of(up()), List.copyOf(heard));
    bad.close();
    good.close();
  }

  @Test
  void eventsLookAsOtpShowsThem() {
    assertEquals(
        Term.parse("{nodeup, 'n@h', [{node_type, hidden}]}"),
        new NodeEvent.Up(Atom.of("n@h"), true, 5).toTerm());
    assertEquals(
        Term.parse(
            "{nodedown, 'n@h', [{node_type, visible}, {nodedown_reason, net_tick_timeout}]}"),
        new NodeEvent.Down(Atom.of("n@h"), false, NodeDownReason.NET_TICK_TIMEOUT, "").toTerm());
  }
}
