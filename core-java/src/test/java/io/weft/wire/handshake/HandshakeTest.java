package io.weft.wire.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.term.Atom;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandshakeTest {

  private static final Cookie COOKIE = Cookie.of("secret");
  private static final Atom A = Atom.of("a@h");
  private static final Atom B = Atom.of("b@h");

  private static LocalNode node(Atom name) {
    return LocalNode.of(name, 7, DistFlags.OFFERED_PUBLISHED, COOKIE);
  }

  private static ByteBuffer name(DistFlags flags, String name) {
    return new HandshakeMessage.Name(6, flags, 1, Atom.of(name)).encode();
  }

  @Test
  void aNodeHasANameAndAHost() {
    for (String name : List.of("", "a", "@", "a@", "@h", "a@h@i", "日@h")) {
      assertThrows(IllegalArgumentException.class, () -> node(Atom.of(name)), name);
    }
  }

  @Test
  void aNodeThatAsksForANameHasOnlyAHost() {
    LocalNode.unnamed("h", DistFlags.OFFERED_PUBLISHED, COOKIE);

    assertThrows(
        IllegalArgumentException.class,
        () -> LocalNode.unnamed("a@h", DistFlags.OFFERED_PUBLISHED, COOKIE));
  }

  @Test
  void aCookieDoesNotTellItself() {
    assertFalse(node(A).toString().contains("secret"));
  }

  @Test
  void aCookieHasLatin1CharactersOnly() {
    assertThrows(IllegalArgumentException.class, () -> Cookie.of("日"));
  }

  @Test
  void versionsOtherThan5And6AreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Handshake.initiate(node(A), B, 7, () -> 0));
  }

  @Test
  void version5CannotAskForAName() {
    LocalNode unnamed = LocalNode.unnamed("h", DistFlags.OFFERED_PUBLISHED, COOKIE);

    assertThrows(IllegalArgumentException.class, () -> Handshake.initiate(unnamed, B, 5, () -> 0));
  }

  @Test
  void aDriverCannotDecideOutOfTurn() {
    Handshake.Acceptor acceptor = Handshake.accept(node(B), () -> 0);
    assertThrows(IllegalStateException.class, () -> acceptor.decide(Decision.Status.OK));
    Handshake.Initiator initiator = Handshake.initiate(node(A), B, 6, () -> 0);
    assertThrows(IllegalStateException.class, () -> initiator.takeOver(true));
    assertThrows(IllegalStateException.class, () -> initiator.receive(ByteBuffer.allocate(1)));
    initiator.start();
    assertThrows(IllegalStateException.class, initiator::start);
  }

  @Test
  void aNameIsGivenToWhoAsksAndNobodyElse() {
    Handshake.Acceptor named = Handshake.accept(node(B), () -> 0);
    named.receive(name(DistFlags.OFFERED_PUBLISHED, "a@h"));
    assertThrows(
        IllegalArgumentException.class, () -> named.decide(new Decision.Named(Atom.of("c@h"), 1)));

    Handshake.Acceptor unnamed = Handshake.accept(node(B), () -> 0);
    unnamed.receive(name(DistFlags.OFFERED_HIDDEN.or(DistFlags.NAME_ME), "h"));
    assertThrows(IllegalArgumentException.class, () -> unnamed.decide(Decision.Status.OK));
    assertEquals(2, unnamed.decide(new Decision.Named(Atom.of("c@h"), 1)).size());
  }

  @Test
  void aGivenNameIsFullAndHasACreation() {
    assertThrows(IllegalArgumentException.class, () -> new Decision.Named(Atom.of("c"), 1));
    assertThrows(IllegalArgumentException.class, () -> new Decision.Named(Atom.of("c@h"), 0));
  }

  @Test
  void nothingFollowsTheEnd() {
    Handshake.Acceptor acceptor = Handshake.accept(node(B), () -> 0);
    assertInstanceOf(Step.Failed.class, acceptor.receive(ByteBuffer.allocate(1)).getFirst());

    assertThrows(IllegalStateException.class, () -> acceptor.receive(ByteBuffer.allocate(1)));
    assertThrows(IllegalStateException.class, acceptor::closed);
  }

  @Test
  void ofTwoAttemptsThatOfTheGreaterNameGoesOn() {
    assertEquals(Decision.Status.NOK, Decision.simultaneous(B, A));
    assertEquals(Decision.Status.OK_SIMULTANEOUS, Decision.simultaneous(A, B));
    assertEquals(Decision.Status.OK_SIMULTANEOUS, Decision.simultaneous(A, A));
    assertEquals(
        Decision.Status.NOK, Decision.simultaneous(Atom.of("é@h"), Atom.of("z@h")), "as bytes");
  }
}
