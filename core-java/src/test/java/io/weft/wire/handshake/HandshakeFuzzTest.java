package io.weft.wire.handshake;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weft.Mutations;
import io.weft.term.Atom;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Fuzzes both roles of the handshake: whatever a peer says, no exception leaves it. As an ordinary
 * test it replays the seeds in the resources of this name; with {@code JAZZER_FUZZ=1} in the
 * environment it searches for new inputs.
 */
class HandshakeFuzzTest {

  private static final Cookie COOKIE = Cookie.of("secret");
  private static final Atom PEER = Atom.of("b@h");

  /**
   * The first byte chooses the role and what the driver decides; then come frames, each with a
   * length of one byte in front.
   */
  @FuzzTest(maxDuration = "1m")
  void aPeerCanOnlyMakeItFail(byte[] input) {
    ByteBuffer in = ByteBuffer.wrap(input);
    int choice = in.hasRemaining() ? in.get() : 0;
    Driver driver = (choice & 1) == 0 ? new Driver(initiator(choice), choice) : new Driver(choice);
    while (in.hasRemaining() && !driver.ended) {
      int length = Math.min(Byte.toUnsignedInt(in.get()), in.remaining());
      ByteBuffer frame = in.slice(in.position(), length);
      in.position(in.position() + length);
      driver.take(driver.handshake.receive(frame));
    }
    if (!driver.ended) {
      driver.take(List.of(driver.handshake.closed()));
    }
  }

  @Test
  void soDoInputsLikeTheSeeds() {
    Mutations.of(HandshakeFuzzTest.class, "aPeerCanOnlyMakeItFail", this::aPeerCanOnlyMakeItFail);
  }

  private static Handshake.Initiator initiator(int choice) {
    LocalNode local =
        (choice & 2) == 0
            ? LocalNode.of(Atom.of("a@h"), 1, DistFlags.OFFERED_PUBLISHED, COOKIE)
            : LocalNode.unnamed("h", DistFlags.OFFERED_PUBLISHED, COOKIE);
    int version = (choice & 6) == 4 ? 5 : 6;
    return Handshake.initiate(local, PEER, version, () -> 1);
  }

  private static final class Driver {

    final Handshake handshake;
    final int choice;
    boolean ended;

    Driver(Handshake.Initiator initiator, int choice) {
      this.handshake = initiator;
      this.choice = choice;
      take(initiator.start());
    }

    Driver(int choice) {
      LocalNode local = LocalNode.of(PEER, 1, DistFlags.OFFERED_PUBLISHED, COOKIE);
      this.handshake = Handshake.accept(local, () -> 0);
      this.choice = choice;
    }

    void take(List<Step> first) {
      Deque<Step> steps = new ArrayDeque<>(first);
      while (!steps.isEmpty()) {
        switch (steps.remove()) {
          case Step.Send(ByteBuffer body) -> {
            if (body.remaining() > Handshake.MAX_FRAME_BYTES) {
              throw new AssertionError("a frame of " + body.remaining() + " bytes");
            }
          }
          case Step.Identify(_, _, _, boolean wantsName) ->
              steps.addAll(((Handshake.Acceptor) handshake).decide(decision(wantsName)));
          case Step.Alive() ->
              steps.addAll(((Handshake.Initiator) handshake).takeOver((choice & 8) == 0));
          case Step.Done _, Step.Failed _ -> ended = true;
        }
      }
    }

    private Decision decision(boolean wantsName) {
      if (wantsName) {
        return new Decision.Named(Atom.of("c@h"), 1);
      }
      Decision.Status[] all = Decision.Status.values();
      return all[(choice >> 1 & 7) % all.length];
    }
  }
}
