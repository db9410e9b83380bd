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
import java.util.List;
import java.util.function.Function;
import java.util.function.IntSupplier;

/** The side that has accepted the connection. */
final class AcceptorMachine extends Machine implements Handshake.Acceptor {

  private final Function<Atom, Cookie> cookies;
  private final IntSupplier challenges;

  /** The peer as far as it is known; complete once the state is {@link State#REPLY}. */
  private Atom peer = Atom.UNDEFINED;

  private DistFlags offered = DistFlags.NONE;
  private int creation;
  private int version;

  private boolean takesOver;
  private int challenge;

  AcceptorMachine(LocalNode local, Function<Atom, Cookie> cookies, IntSupplier challenges) {
    super(local, State.NAME);
    this.cookies = cookies;
    this.challenges = challenges;
  }

  @Override
  List<Step> onFrame(ByteBuffer body) {
    return switch (state()) {
      case NAME -> onName(Name.read(body));
      case STATUS_REPLY -> onStatusReply(Status.read(body));
      case COMPLEMENT -> onComplement(Complement.read(body));
      case REPLY -> onReply(Reply.read(body));
      default -> throw new IllegalStateException(state().name());
    };
  }

  private List<Step> onName(Name name) {
    peer = name.name();
    creation = name.creation();
    version = name.version();
    offered = name.flags().expanded();
    boolean wantsName = wantsName();
    if (!(wantsName ? NodeName.isHost(peer) : NodeName.isFull(peer))) {
      return List.of(
          protocolError(
              "%s is not a %s".formatted(peer, wantsName ? "host" : "name of the form name@host")));
    }
    DistFlags known =
        version == HandshakeMessage.VERSION_5 ? HandshakeMessage.LOW_FLAGS : DistFlags.ALL;
    DistFlags missing = missing(offered, known);
    if (!missing.isEmpty()) {
      return List.of(send(Status.of(Decision.Status.NOT_ALLOWED)), lacks(peer, missing));
    }
    await(State.DECISION);
    return List.of(new Step.Identify(peer, creation, offered, wantsName));
  }

  private boolean wantsName() {
    return offered.has(DistFlags.NAME_ME);
  }

  @Override
  public List<Step> decide(Decision decision) {
    require(State.DECISION);
    return switch (decision) {
      case Decision.Status status -> decide(status);
      case Decision.Named(Atom name, int givenCreation) -> giveName(name, givenCreation);
    };
  }

  private List<Step> decide(Decision.Status status) {
    boolean refused = status == Decision.Status.NOK || status == Decision.Status.NOT_ALLOWED;
    if (wantsName() && !refused) {
      throw new IllegalArgumentException(peer + " asks for a name");
    }
    Step sent = send(Status.of(status));
    return switch (status) {
      case OK, OK_SIMULTANEOUS -> List.of(sent, challenge());
      case ALIVE -> {
        await(State.STATUS_REPLY);
        yield List.of(sent);
      }
      case NOK ->
          List.of(
              sent,
              failed(
                  Step.Failure.NOK, "this node's own attempt to connect to " + peer + " goes on"));
      case NOT_ALLOWED ->
          List.of(sent, failed(Step.Failure.NOT_ALLOWED, peer + " is not allowed to connect"));
    };
  }

  private List<Step> giveName(Atom name, int givenCreation) {
    if (!wantsName()) {
      throw new IllegalArgumentException(peer + " has a name");
    }
    peer = name;
    creation = givenCreation;
    return List.of(send(new Named(name, givenCreation)), challenge());
  }

  private Step challenge() {
    challenge = challenges.getAsInt();
    boolean mixed = version == HandshakeMessage.VERSION_5 && offered.has(DistFlags.HANDSHAKE_23);
    int spoken = mixed ? HandshakeMessage.VERSION_6 : version;
    await(mixed ? State.COMPLEMENT : State.REPLY);
    return send(new Challenge(spoken, ownFlags(), challenge, local.creation(), local.name()));
  }

  /**
   * What this node offers. A node that asks for a name takes it only if its request is repeated,
   * and is hidden.
   */
  private DistFlags ownFlags() {
    return wantsName()
        ? local.offered().without(DistFlags.PUBLISHED).or(DistFlags.NAME_ME)
        : local.offered();
  }

  private List<Step> onStatusReply(HandshakeMessage reply) {
    if (reply.equals(new Status("true"))) {
      takesOver = true;
      return List.of(challenge());
    }
    if (reply.equals(new Status("false"))) {
      return List.of(failed(Step.Failure.ALIVE, peer + " keeps its earlier connection"));
    }
    return List.of(protocolError("the answer to the status alive is neither true nor false"));
  }

  private List<Step> onComplement(Complement complement) {
    offered = offered.or(complement.highFlags());
    creation = complement.creation();
    DistFlags missing = missing(offered, DistFlags.ALL);
    if (!missing.isEmpty()) {
      return List.of(lacks(peer, missing));
    }
    await(State.REPLY);
    return List.of();
  }

  private List<Step> onReply(Reply reply) {
    Cookie cookie = cookies.apply(peer);
    if (!cookie.isDigest(reply.digest(), challenge)) {
      return List.of(failed(Step.Failure.COOKIE, peer + " has another cookie"));
    }
    PeerInfo connected = peerInfo(peer, creation, offered, ownFlags());
    return List.of(
        send(new Ack(cookie.digest(reply.challenge()))),
        done(new Step.Done(connected, local.name(), local.creation(), takesOver)));
  }
}
