package io.weft.wire.handshake;

import io.weft.wire.handshake.Handshake.Acceptor;
import io.weft.wire.handshake.Handshake.Initiator;
import io.weft.wire.testing.HexText;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Both sides of a handshake, each fed with what the other sends, until both have ended. */
final class Conversation {

  private final Initiator initiator;
  private final Acceptor acceptor;
  private final Decision decision;
  private final boolean takeOver;
  private final Deque<Step> initiators = new ArrayDeque<>();
  private final Deque<Step> acceptors = new ArrayDeque<>();
  private final List<String> lines = new ArrayList<>();

  Conversation(Initiator initiator, Acceptor acceptor, Decision decision, boolean takeOver) {
    this.initiator = initiator;
    this.acceptor = acceptor;
    this.decision = decision;
    this.takeOver = takeOver;
  }

  /** What was said and decided, in lines. */
  List<String> run() {
    initiators.addAll(initiator.start());
    while (!initiators.isEmpty() || !acceptors.isEmpty()) {
      if (initiators.isEmpty()) {
        takeAcceptors(acceptors.remove());
      } else {
        takeInitiators(initiators.remove());
      }
    }
    return lines;
  }

  private void takeInitiators(Step step) {
    switch (step) {
      case Step.Send(ByteBuffer body) -> {
        lines.add("initiator: " + MessageText.describe(HexText.bytes(body), true));
        if (!ended(acceptor)) {
          acceptors.addAll(acceptor.receive(body));
        }
      }
      case Step.Alive() -> {
        lines.add("initiator: alive?");
        initiators.addAll(initiator.takeOver(takeOver));
      }
      case Step.Failed _ when !ended(acceptor) -> {
        lines.add("initiator: " + HandshakeTranscriptTest.describe(step));
        acceptors.add(acceptor.closed());
      }
      default -> lines.add("initiator: " + HandshakeTranscriptTest.describe(step));
    }
  }

  private void takeAcceptors(Step step) {
    switch (step) {
      case Step.Send(ByteBuffer body) -> {
        lines.add("acceptor: " + MessageText.describe(HexText.bytes(body), false));
        if (!ended(initiator)) {
          initiators.addAll(initiator.receive(body));
        }
      }
      case Step.Identify _ -> {
        lines.add("acceptor: " + HandshakeTranscriptTest.describe(step));
        acceptors.addAll(acceptor.decide(decision));
      }
      case Step.Failed _ when !ended(initiator) -> {
        lines.add("acceptor: " + HandshakeTranscriptTest.describe(step));
        initiators.add(initiator.closed());
      }
      default -> lines.add("acceptor: " + HandshakeTranscriptTest.describe(step));
    }
  }

  private static boolean ended(Handshake side) {
    return ((Machine) side).state() == Machine.State.ENDED;
  }
}
