package io.weft.wire.handshake;

import io.weft.term.Atom;
import io.weft.wire.handshake.HandshakeMessage.Ack;
import io.weft.wire.handshake.HandshakeMessage.Challenge;
import io.weft.wire.handshake.HandshakeMessage.Complement;
import io.weft.wire.handshake.HandshakeMessage.Name;
import io.weft.wire.handshake.HandshakeMessage.Named;
import io.weft.wire.handshake.HandshakeMessage.Reply;
import io.weft.wire.handshake.HandshakeMessage.Status;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The side that has opened the connection. */
final class InitiatorMachine extends Machine implements Handshake.Initiator {

  private final Atom expected;
  private final int version;
  private final IntSupplier challenges;

  private Atom ownName;
  private int ownCreation;
  private int challenge;

  /** Known once the peer has sent its challenge. */
  private @Nullable PeerInfo peer;

  InitiatorMachine(LocalNode local, Atom expected, int version, IntSupplier challenges) {
    super(local, State.START);
    if (version != HandshakeMessage.VERSION_5 && version != HandshakeMessage.VERSION_6) {
      throw new IllegalArgumentException("version " + version + " is neither 5 nor 6");
    }
    if (version == HandshakeMessage.VERSION_5 && wantsName()) {
      throw new IllegalArgumentException("version 5 gives no names");
    }
    this.expected = expected;
    this.version = version;
    this.challenges = challenges;
    this.ownName = local.name();
    this.ownCreation = local.creation();
  }

  private boolean wantsName() {
    return local.offered().has(DistFlags.NAME_ME);
  }

  @Override
  public List<Step> start() {
    require(State.START);
    await(State.STATUS);
    return List.of(send(new Name(version, local.offered(), local.creation(), local.name())));
  }

  @Override
  List<Step> onFrame(ByteBuffer body) {
    return switch (state()) {
      case STATUS -> onStatus(Status.read(body));
      case CHALLENGE -> onChallenge(Challenge.read(body));
      case ACK -> onAck(Ack.read(body));
      default -> throw new IllegalStateException(state().name());
    };
  }

  private List<Step> onStatus(HandshakeMessage message) {
    return switch (message) {
      case Named(Atom name, int creation) -> onNamed(name, creation);
      case Status(String text) -> onStatus(text);
      default -> throw new IllegalStateException();
    };
  }

  private List<Step> onStatus(String text) {
    return switch (text) {
      case "ok", "ok_simultaneous" -> {
        if (wantsName()) {
          yield List.of(protocolError(expected + " gave no name to this node, which has none"));
        }
        await(State.CHALLENGE);
        yield List.of();
      }
      case "alive" -> {
        await(State.TAKE_OVER);
        yield List.of(new Step.Alive());
      }
      case "nok" ->
          List.of(failed(Step.Failure.NOK, expected + " goes on with its own attempt to connect"));
      case "not_allowed" ->
          List.of(
              failed(Step.Failure.NOT_ALLOWED, expected + " does not allow this node to connect"));
      default -> List.of(protocolError("unknown status " + Atom.of(abbreviated(text))));
    };
  }

  private static String abbreviated(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }

  private List<Step> onNamed(Atom name, int creation) {
    if (!wantsName()) {
      return List.of(protocolError(expected + " gave a name to this node, which has one"));
    }
    if (!NodeName.isFull(name) || !NodeName.host(name).equals(local.name().name())) {
      return List.of(
          protocolError(
              "%s gave the name %s to a node of host %s".formatted(expected, name, local.name())));
    }
    ownName = name;
    ownCreation = creation;
    await(State.CHALLENGE);
    return List.of();
  }

  @Override
  public List<Step> takeOver(boolean yes) {
    require(State.TAKE_OVER);
    Step answer = send(new Status(Boolean.toString(yes)));
    if (!yes) {
      return List.of(
          answer, failed(Step.Failure.ALIVE, "the earlier connection to " + expected + " is kept"));
    }
    await(State.CHALLENGE);
    return List.of(answer);
  }

  private List<Step> onChallenge(Challenge message) {
    if (version == HandshakeMessage.VERSION_6 && message.version() != version) {
      return List.of(protocolError("a challenge of version 5 after a name of version 6"));
    }
    if (!message.name().equals(expected)) {
      return List.of(protocolError("the peer is %s, not %s".formatted(message.name(), expected)));
    }
    DistFlags offered = message.flags().expanded();
    DistFlags missing = missing(offered, DistFlags.ALL);
    if (!missing.isEmpty()) {
      return List.of(lacks(expected, missing));
    }
    peer = peerInfo(expected, message.creation(), offered, local.offered());
    return reply(message);
  }

  private List<Step> reply(Challenge message) {
    List<Step> steps = new ArrayList<>(2);
    if (version == HandshakeMessage.VERSION_5 && message.version() == HandshakeMessage.VERSION_6) {
      steps.add(send(new Complement(local.offered(), local.creation())));
    }
    challenge = challenges.getAsInt();
    steps.add(send(new Reply(challenge, local.cookie().digest(message.challenge()))));
    await(State.ACK);
    return List.copyOf(steps);
  }

  private List<Step> onAck(Ack ack) {
    if (!local.cookie().isDigest(ack.digest(), challenge)) {
      return List.of(failed(Step.Failure.COOKIE, expected + " has another cookie"));
    }
    PeerInfo connected = Objects.requireNonNull(peer);
    return List.of(done(new Step.Done(connected, ownName, ownCreation, false)));
  }
}
