package io.weft.wire.seal;

import io.weft.term.Atom;
import io.weft.wire.WireException;
import io.weft.wire.handshake.Cookie;
import io.weft.wire.internal.WireInput;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How two nodes agree on the keys of a connection that others carry. Three messages:
 *
 * <ol>
 *   <li>the initiator says who it is and whom it wants, and gives a public key made for this
 *       connection;
 *   <li>the responder says who it is, gives such a key, and proves that it knows the cookie;
 *   <li>the initiator proves that it knows the cookie.
 * </ol>
 *
 * <p>Both keys (X25519) and the cookie go into every secret that follows, together with a hash of
 * all that was said: the names and incarnations of both nodes, and who of them began. So who sits
 * between and does not know the cookie can neither take part nor change a byte of it without
 * notice, and who learns the cookie later can not open what was recorded. The proof of each side is
 * made for its role, so that neither can be sent back to who has made it.
 *
 * <p>Whoever knows the cookie can be in the middle: nodes that do not trust those between them
 * share a cookie of their own.
 *
 * <p>Not for use by several threads at once. Messages that are not right are {@link
 * WireException}s, which say what is wrong; the connection has to be closed then.
 */
public abstract sealed class SealHandshake {

  /** What stands at the beginning of a message; another number is another protocol. */
  private static final int VERSION = 1;

  private static final String COOKIE_USE = "weft seal 1";
  private static final int KEY_BYTES = Secrets.BYTES;
  private static final int PROOF_BYTES = 32;

  /** The largest message that is accepted, in bytes. */
  public static final int MAX_MESSAGE_BYTES = 2048;

  final SealParty self;
  private final byte[] privateKey;
  private final SealLimits limits;
  private final MessageDigest transcript = Secrets.sha256();
  private byte @Nullable [] secret;

  private SealHandshake(SealParty self, byte[] privateKey, SealLimits limits) {
    if (privateKey.length != KEY_BYTES) {
      throw new IllegalArgumentException("a private key has " + KEY_BYTES + " bytes");
    }
    this.self = self;
    this.privateKey = privateKey.clone();
    this.limits = limits;
  }

  final byte[] publicKey() {
    return Secrets.publicKey(privateKey);
  }

  /** Takes note of something said. */
  final void said(byte[] message, int length) {
    transcript.update(message, 0, length);
  }

  private byte[] hash() {
    try {
      return ((MessageDigest) transcript.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The secret of both, once all that goes into it was said. */
  final void agree(byte[] otherPublicKey, Cookie cookie, Atom other) {
    byte[] shared = Secrets.agree(privateKey, otherPublicKey);
    if (shared == null) {
      throw new WireException(other.name() + " gave a key that gives every secret away");
    }
    secret = Secrets.extract(cookie.keyFor(COOKIE_USE), shared);
    Arrays.fill(privateKey, (byte) 0);
  }

  final byte[] proof(String role) {
    return Secrets.derive(Objects.requireNonNull(secret), role + " proof", hash(), PROOF_BYTES);
  }

  final void check(byte[] proof, String role, Atom other) {
    if (!MessageDigest.isEqual(proof, proof(role))) {
      throw new WireException(
          other.name()
              + " does not prove to know the cookie for connections through others: has it another"
              + " one, or does somebody between pretend to be it?");
    }
  }

  final SealKeys keys(String ownRole, String otherRole) {
    byte[] agreed = Objects.requireNonNull(secret);
    byte[] hash = hash();
    byte[] own = Secrets.derive(agreed, ownRole + " traffic", hash, KEY_BYTES);
    byte[] other = Secrets.derive(agreed, otherRole + " traffic", hash, KEY_BYTES);
    secret = null;
    return new SealKeys(new Sealer(own, limits), new Unsealer(other));
  }

  /** A message of the handshake as a record of its own. */
  static ByteBuffer record(byte[] message) {
    return ByteBuffer.allocate(SealedRecord.HEAD_BYTES + message.length)
        .put((byte) SealedRecord.HANDSHAKE)
        .putShort((short) message.length)
        .put(message)
        .flip();
  }

  /**
   * The message in the record at the position of {@code records}, which moves behind it; null if it
   * is not there in full.
   *
   * @throws WireException if there is another record
   */
  public static byte @Nullable [] message(ByteBuffer records) {
    if (records.remaining() < SealedRecord.HEAD_BYTES) {
      return null;
    }
    int at = records.position();
    int size = Short.toUnsignedInt(records.getShort(at + 1));
    if (records.get(at) != SealedRecord.HANDSHAKE || size > MAX_MESSAGE_BYTES) {
      throw new WireException(
          "a record of kind %d with %d bytes in the handshake".formatted(records.get(at), size));
    }
    if (records.remaining() < SealedRecord.HEAD_BYTES + size) {
      return null;
    }
    byte[] message = new byte[size];
    records.position(at + SealedRecord.HEAD_BYTES).get(message);
    return message;
  }

  private static WireInput read(String what, byte[] message) {
    WireInput in = new WireInput(what, ByteBuffer.wrap(message));
    int version = in.u8("the version");
    if (version != VERSION) {
      throw in.error("version %d of sealing, this node knows %d".formatted(version, VERSION));
    }
    return in;
  }

  private static byte[] written(ByteBuffer message) {
    byte[] bytes = new byte[message.position()];
    message.get(0, bytes);
    return bytes;
  }

  /** The side that has asked for the connection. */
  public static final class Initiator extends SealHandshake {
    private final Atom peer;
    private final Cookie cookie;
    private @Nullable SealParty answered;

    /**
     * @param peer the node that is wanted
     * @param cookie what only the two know
     * @param privateKey 32 unpredictable bytes, for this connection only
     */
    public Initiator(
        SealParty self, Atom peer, Cookie cookie, byte[] privateKey, SealLimits limits) {
      super(self, privateKey, limits);
      this.peer = peer;
      this.cookie = cookie;
    }

    /** The first message. */
    public ByteBuffer hello() {
      ByteBuffer out = ByteBuffer.allocate(MAX_MESSAGE_BYTES).put((byte) VERSION);
      SealParty.putName(out, self.name());
      out.putInt(self.creation());
      SealParty.putName(out, peer);
      byte[] message = written(out.put(publicKey()));
      said(message, message.length);
      return record(message);
    }

    /**
     * Takes the answer to it, and returns the last message, after which {@link #keys} are there.
     */
    public ByteBuffer proof(byte[] answer) {
      WireInput in = read("answer to the hello", answer);
      SealParty party = SealParty.read(in);
      byte[] key = in.bytes(KEY_BYTES, "the key");
      byte[] proof = in.bytes(PROOF_BYTES, "the proof");
      in.end();
      if (!party.name().equals(peer)) {
        throw new WireException(
            "it is %s that answers, not %s".formatted(party.name().name(), peer.name()));
      }
      said(answer, answer.length - PROOF_BYTES);
      agree(key, cookie, peer);
      check(proof, "responder", peer);
      answered = party;
      said(proof, PROOF_BYTES);
      byte[] own = proof("initiator");
      return record(own);
    }

    /** Who has answered. */
    public SealParty peer() {
      return Objects.requireNonNull(answered, "nobody has answered yet");
    }

    /** What is sealed from now on; once. */
    public SealKeys keys() {
      return keys("initiator", "responder");
    }
  }

  /** The side that is asked for the connection. */
  public static final class Responder extends SealHandshake {
    private @Nullable SealParty asking;
    private byte[] key = {};

    /**
     * @param privateKey 32 unpredictable bytes, for this connection only
     */
    public Responder(SealParty self, byte[] privateKey, SealLimits limits) {
      super(self, privateKey, limits);
    }

    /** Takes the first message; returns who says that it is asking. */
    public SealParty hello(byte[] hello) {
      WireInput in = read("hello", hello);
      SealParty party = SealParty.read(in);
      Atom wanted = SealParty.name(in);
      key = in.bytes(KEY_BYTES, "the key");
      in.end();
      if (!wanted.equals(self.name())) {
        throw new WireException(
            "%s wants %s, not this node".formatted(party.name().name(), wanted.name()));
      }
      said(hello, hello.length);
      asking = party;
      return party;
    }

    /**
     * The answer.
     *
     * @param cookie what only this node and the one that asks know
     */
    public ByteBuffer answer(Cookie cookie) {
      ByteBuffer out = ByteBuffer.allocate(MAX_MESSAGE_BYTES).put((byte) VERSION);
      SealParty.putName(out, self.name());
      out.putInt(self.creation()).put(publicKey());
      byte[] spoken = written(out);
      said(spoken, spoken.length);
      agree(key, cookie, peer().name());
      byte[] proof = proof("responder");
      said(proof, PROOF_BYTES);
      return record(written(out.put(proof)));
    }

    /** Takes the last message, after which {@link #keys} are there. */
    public void proof(byte[] proof) {
      check(proof, "initiator", peer().name());
    }

    /** Who is asking; proven once {@link #proof} has returned. */
    public SealParty peer() {
      return Objects.requireNonNull(asking, "nobody has asked yet");
    }

    /** What is sealed from now on; once. */
    public SealKeys keys() {
      return keys("responder", "initiator");
    }
  }
}
