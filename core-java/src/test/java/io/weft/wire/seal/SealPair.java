package io.weft.wire.seal;

import io.weft.term.Atom;
import io.weft.wire.handshake.Cookie;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Two nodes that agree on keys, and somebody between who may change what they say. */
final class SealPair {
  static final SealParty A = new SealParty(Atom.of("a@here"), 7);
  static final SealParty C = new SealParty(Atom.of("c@there"), 9);
  static final Cookie COOKIE = Cookie.of("between a and c");

  static final UnaryOperator<byte[]> AS_IT_IS = message -> message;

  Cookie cookieOfC = COOKIE;
  Atom wanted = C.name();
  SealLimits limits = SealLimits.DEFAULT;
  UnaryOperator<byte[]> hello = AS_IT_IS;
  UnaryOperator<byte[]> answer = AS_IT_IS;
  UnaryOperator<byte[]> proof = AS_IT_IS;

  SealKeys ofA = new SealKeys(new Sealer(new byte[32], limits), new Unsealer(new byte[32]));
  SealKeys ofC = ofA;

  static byte[] key(long seed) {
    byte[] key = new byte[32];
    new Random(seed).nextBytes(key);
    return key;
  }

  static byte[] message(ByteBuffer record) {
    byte[] message = Objects.requireNonNull(SealHandshake.message(record));
    if (record.hasRemaining()) {
      throw new IllegalStateException("more than a message");
    }
    return message;
  }

  SealPair agree() {
    var a = new SealHandshake.Initiator(A, wanted, COOKIE, key(1), limits);
    var c = new SealHandshake.Responder(C, key(2), limits);
    c.hello(hello.apply(message(a.hello())));
    ByteBuffer last = a.proof(answer.apply(message(c.answer(cookieOfC))));
    c.proof(proof.apply(message(last)));
    ofA = a.keys();
    ofC = c.keys();
    return this;
  }
}
