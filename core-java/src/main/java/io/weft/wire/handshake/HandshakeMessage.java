package io.weft.wire.handshake;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.wire.WireException;
import io.weft.wire.internal.WireInput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The messages of the handshake and their bytes. Each has a method that reads it: which message
 * comes next is known from the ones before, and is not told by its first byte alone.
 *
 * <p>Names are Latin-1 here, except for the one that a status gives, which is UTF-8: so OTP does it
 * (seen in OTP 25; the documentation says nothing).
 */
sealed interface HandshakeMessage {

  int VERSION_5 = 5;
  int VERSION_6 = 6;

  /** The flags that version 5 can carry. */
  DistFlags LOW_FLAGS = new DistFlags(0xFFFF_FFFFL);

  /** The message in bytes, without the length of the frame. */
  ByteBuffer encode();

  /** The first message of the initiator. Version 5 has the low flags only, and no creation. */
  record Name(int version, DistFlags flags, int creation, Atom name) implements HandshakeMessage {

    @Override
    public ByteBuffer encode() {
      byte[] text = bytes(name);
      return version == VERSION_5
          ? allocate(7 + text.length, 'n')
              .putShort((short) VERSION_5)
              .putInt((int) flags.bits())
              .put(text)
              .flip()
          : allocate(15 + text.length, 'N')
              .putLong(flags.bits())
              .putInt(creation)
              .putShort((short) text.length)
              .put(text)
              .flip();
    }

    static Name read(ByteBuffer body) {
      WireInput in = new WireInput("name", body);
      int tag = in.u8("the tag");
      return switch (tag) {
        case 'N' -> {
          DistFlags flags = new DistFlags(in.u64("flags"));
          int creation = in.u32("creation");
          yield new Name(VERSION_6, flags, creation, sizedName(in));
        }
        case 'n' -> {
          requireVersion5(in);
          DistFlags flags = lowFlags(in);
          yield new Name(VERSION_5, flags, 0, in.latin1Atom(in.remaining(), "name"));
        }
        default -> throw unexpected(in, tag);
      };
    }
  }

  /** The acceptor's answer to the name; or the initiator's to the status {@code alive}. */
  record Status(String text) implements HandshakeMessage {

    private static final String NAMED = "named:";

    @Override
    public ByteBuffer encode() {
      byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
      return allocate(1 + ascii.length, 's').put(ascii).flip();
    }

    static Status of(Decision.Status status) {
      return new Status(
          switch (status) {
            case OK -> "ok";
            case OK_SIMULTANEOUS -> "ok_simultaneous";
            case NOK -> "nok";
            case NOT_ALLOWED -> "not_allowed";
            case ALIVE -> "alive";
          });
    }

    /** Reads a status: a {@link Status} or a {@link Named}. */
    static HandshakeMessage read(ByteBuffer body) {
      WireInput in = new WireInput("status", body);
      int tag = in.u8("the tag");
      if (tag != 's') {
        throw unexpected(in, tag);
      }
      String text = new String(in.bytes(in.remaining(), "text"), StandardCharsets.ISO_8859_1);
      return text.startsWith(NAMED) ? readNamed(body) : new Status(text);
    }

    private static Named readNamed(ByteBuffer body) {
      WireInput in = new WireInput("status", body);
      in.bytes(1 + NAMED.length(), "the tag");
      Atom name = in.atom(in.u16("name length"), "name");
      return new Named(name, in.u32("creation"));
    }
  }

  /** The status that gives the initiator a name. */
  record Named(Atom name, int creation) implements HandshakeMessage {

    @Override
    public ByteBuffer encode() {
      byte[] text = name.name().getBytes(StandardCharsets.UTF_8);
      return allocate(13 + text.length, 's')
          .put(Status.NAMED.getBytes(StandardCharsets.US_ASCII))
          .putShort((short) text.length)
          .put(text)
          .putInt(creation)
          .flip();
    }
  }

  /** The acceptor's name and challenge. Version 5 has the low flags only, and no creation. */
  record Challenge(int version, DistFlags flags, int challenge, int creation, Atom name)
      implements HandshakeMessage {

    @Override
    public ByteBuffer encode() {
      byte[] text = bytes(name);
      return version == VERSION_5
          ? allocate(11 + text.length, 'n')
              .putShort((short) VERSION_5)
              .putInt((int) flags.bits())
              .putInt(challenge)
              .put(text)
              .flip()
          : allocate(19 + text.length, 'N')
              .putLong(flags.bits())
              .putInt(challenge)
              .putInt(creation)
              .putShort((short) text.length)
              .put(text)
              .flip();
    }

    static Challenge read(ByteBuffer body) {
      WireInput in = new WireInput("challenge", body);
      int tag = in.u8("the tag");
      return switch (tag) {
        case 'N' -> {
          DistFlags flags = new DistFlags(in.u64("flags"));
          int challenge = in.u32("challenge");
          int creation = in.u32("creation");
          yield new Challenge(VERSION_6, flags, challenge, creation, sizedName(in));
        }
        case 'n' -> {
          requireVersion5(in);
          DistFlags flags = lowFlags(in);
          int challenge = in.u32("challenge");
          yield new Challenge(
              VERSION_5, flags, challenge, 0, in.latin1Atom(in.remaining(), "name"));
        }
        default -> throw unexpected(in, tag);
      };
    }
  }

  /** What a name of version 5 could not tell, once the initiator knows that version 6 is spoken. */
  record Complement(DistFlags highFlags, int creation) implements HandshakeMessage {

    @Override
    public ByteBuffer encode() {
      return allocate(9, 'c').putInt((int) (highFlags.bits() >>> 32)).putInt(creation).flip();
    }

    static Complement read(ByteBuffer body) {
      WireInput in = expect('c', "complement", body);
      DistFlags highFlags = new DistFlags((long) in.u32("flags") << 32);
      int creation = in.u32("creation");
      in.end();
      return new Complement(highFlags, creation);
    }
  }

  /** The initiator's proof of the cookie, and its challenge. */
  record Reply(int challenge, Binary digest) implements HandshakeMessage {

    @Override
    public ByteBuffer encode() {
      return allocate(5 + Cookie.DIGEST_SIZE, 'r')
          .putInt(challenge)
          .put(digest.toByteBuffer())
          .flip();
    }

    static Reply read(ByteBuffer body) {
      WireInput in = expect('r', "challenge reply", body);
      int challenge = in.u32("challenge");
      Binary digest = Binary.wrap(in.bytes(Cookie.DIGEST_SIZE, "digest"));
      in.end();
      return new Reply(challenge, digest);
    }
  }

  /** The acceptor's proof of the cookie. */
  record Ack(Binary digest) implements HandshakeMessage {

    @Override
    public ByteBuffer encode() {
      return allocate(1 + Cookie.DIGEST_SIZE, 'a').put(digest.toByteBuffer()).flip();
    }

    static Ack read(ByteBuffer body) {
      WireInput in = expect('a', "challenge ack", body);
      Binary digest = Binary.wrap(in.bytes(Cookie.DIGEST_SIZE, "digest"));
      in.end();
      return new Ack(digest);
    }
  }

  private static ByteBuffer allocate(int size, char tag) {
    return ByteBuffer.allocate(size).put((byte) tag);
  }

  private static byte[] bytes(Atom name) {
    return name.name().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static WireInput expect(char expected, String message, ByteBuffer body) {
    WireInput in = new WireInput(message, body);
    int tag = in.u8("the tag");
    if (tag != expected) {
      throw unexpected(in, tag);
    }
    return in;
  }

  private static WireException unexpected(WireInput in, int tag) {
    return in.error("out of order or unknown: tag " + tag);
  }

  private static void requireVersion5(WireInput in) {
    int version = in.u16("version");
    if (version != VERSION_5) {
      throw in.error("version " + version + ", not 5");
    }
  }

  private static DistFlags lowFlags(WireInput in) {
    return new DistFlags(Integer.toUnsignedLong(in.u32("flags")));
  }

  /** A name with its length in front. More bytes may follow: a later version may put them there. */
  private static Atom sizedName(WireInput in) {
    return in.latin1Atom(in.u16("name length"), "name");
  }
}
