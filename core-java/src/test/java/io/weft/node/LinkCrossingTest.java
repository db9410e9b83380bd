package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weft.node.TestNode.Actor;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.wire.control.Control;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A LINK of a peer that crosses an unlink of this side, step by step. */
class LinkCrossingTest {
  private static final Atom PEER = Atom.of("peer@test");
  private static final Pid REMOTE = new Pid(PEER, 7, 0, 9);

  private final ScriptedPeer peer = new ScriptedPeer();
  private final TestNode here =
      new TestNode(
          Node.start(
              NodeOptions.builder("here@test")
                  .networkProvider((node, options) -> peer.of(node))
                  .build()));
  private final Actor a = here.trappingActor();

  @AfterEach
  void close() {
    here.close();
  }

  @Test
  void aLinkThatCrossesAnUnlinkLeavesNoTrace() {
    linkAndUnlink();
    peer.session().receive(new Control.Link(REMOTE, a.pid()));
    acknowledgeUnlink();
    a.drained();
    assertEquals(0, peer.session().size());
    assertEquals(List.of(), exitsAtDisconnection());
  }

  @Test
  void aLinkAfterTheAcknowledgementIsALink() {
    linkAndUnlink();
    acknowledgeUnlink();
    peer.session().receive(new Control.Link(REMOTE, a.pid()));
    a.drained();
    assertEquals(1, peer.session().size());
    assertEquals(List.of(noconnection()), exitsAtDisconnection());
  }

  @Test
  void aLinkThatCrossesAnUnlinkAndItsTakingBackIsALink() {
    linkAndUnlink();
    a.run(self -> self.link(REMOTE));
    peer.session().receive(new Control.Link(REMOTE, a.pid()));
    acknowledgeUnlink();
    a.drained();
    assertEquals(1, peer.session().size());
    assertEquals(List.of(noconnection()), exitsAtDisconnection());
  }

  @Test
  void aLinkWhoseUnlinkComesAfterALinkOfThisSideLeavesNoTrace() {
    Pid pid = a.pid();
    a.run(self -> {
      self.link(REMOTE);
      peer.session().receive(new Control.Link(REMOTE, pid));
      peer.session().receive(new Control.Unlink(1, REMOTE, pid));
    });
    a.run(self -> self.unlink(REMOTE));
    assertEquals(0, peer.session().size());
    assertEquals(List.of(), exitsAtDisconnection());
  }

  @Test
  void aLinkThatIsStillQueuedWhenTheConnectionBreaksBreaksToo() {
    Pid pid = a.pid();
    a.run(self -> {
      peer.session().receive(new Control.Link(REMOTE, pid));
      peer.session().close();
    });
    assertEquals(noconnection(), a.next());
  }

  private void linkAndUnlink() {
    a.run(self -> self.link(REMOTE));
    a.run(self -> self.unlink(REMOTE));
  }

  private void acknowledgeUnlink() {
    var unlink = (Control.Unlink) peer.sent.get(1);
    peer.session().receive(new Control.UnlinkAck(unlink.id(), REMOTE, a.pid()));
  }

  private static Info.Exit noconnection() {
    return new Info.Exit(REMOTE, ExitReason.NOCONNECTION);
  }

  private List<Object> exitsAtDisconnection() {
    peer.session().close();
    return new ArrayList<>(a.drained());
  }

  /** A network of one peer, whose part the test speaks. */
  private static final class ScriptedPeer implements Network, PeerChannel {
    final List<Control> sent = new CopyOnWriteArrayList<>();
    private @Nullable PeerSession session;

    Network of(Node node) {
      session = node.newSession(PEER, this);
      return this;
    }

    PeerSession session() {
      return Objects.requireNonNull(session);
    }

    @Override
    public void send(Control signal) {
      sent.add(signal);
    }

    @Override
    public void close(String why) {}

    @Override
    public void open() {}

    @Override
    public PeerSession session(Atom peer) {
      return session();
    }

    @Override
    public PeerSession liveSession(Atom peer) {
      return session();
    }

    @Override
    public Set<Atom> peers() {
      return Set.of(PEER);
    }

    @Override
    public boolean disconnect(Atom peer) {
      return false;
    }

    @Override
    public int port() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
