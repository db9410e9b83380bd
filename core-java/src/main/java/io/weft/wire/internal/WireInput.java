package io.weft.wire.internal;

import io.weft.term.Atom;
import io.weft.wire.WireException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Reads the fields of one message, big-endian, and names the message and the field if the bytes do
 * not suffice. Offsets count from where the buffer stood at first.
 */
public final class WireInput {

  private final String message;
  private final ByteBuffer bytes;

  /** Reads from the position to the limit of the buffer, which are not moved. */
  public WireInput(String message, ByteBuffer bytes) {
    this.message = message;
    this.bytes = bytes.slice();
  }

  /** The number of bytes that have not been read. */
  public int remaining() {
    return bytes.remaining();
  }

  /** Reads an unsigned number of 8 bits. */
  public int u8(String field) {
    require(1, field);
    return Byte.toUnsignedInt(bytes.get());
  }

  /** Reads an unsigned number of 16 bits. */
  public int u16(String field) {
    require(2, field);
    return Short.toUnsignedInt(bytes.getShort());
  }

  /** Reads 32 bits. */
  public int u32(String field) {
    require(4, field);
    return bytes.getInt();
  }

  /** Reads 64 bits. */
  public long u64(String field) {
    require(8, field);
    return bytes.getLong();
  }

  /** Reads {@code length} bytes. */
  public byte[] bytes(int length, String field) {
    require(length, field);
    byte[] value = new byte[length];
    bytes.get(value);
    return value;
  }

  /** Reads {@code length} bytes of well-formed UTF-8. */
  public String utf8(int length, String field) {
    require(length, field);
    ByteBuffer text = bytes.slice(bytes.position(), length);
    try {
      String value = StandardCharsets.UTF_8.newDecoder().decode(text).toString();
      bytes.position(bytes.position() + length);
      return value;
    } catch (CharacterCodingException _) {
      throw error(field + " is not UTF-8");
    }
  }

  /** Reads an atom from {@code length} bytes of UTF-8. */
  public Atom atom(int length, String field) {
    String name = utf8(length, field);
    return checked(() -> Atom.of(name));
  }

  /** Reads an atom from {@code length} bytes of Latin-1. */
  public Atom latin1Atom(int length, String field) {
    String name = new String(bytes(length, field), StandardCharsets.ISO_8859_1);
    return checked(() -> Atom.of(name));
  }

  /** A value of what was read, where making it throws IllegalArgumentException if that is wrong. */
  public <T> T checked(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw error(String.valueOf(e.getMessage()));
    }
  }

  /** The bytes that have not been read: a view, whose position this input follows. */
  public ByteBuffer rest() {
    return bytes;
  }

  /** Checks that everything has been read. */
  public void end() {
    if (bytes.hasRemaining()) {
      throw error(bytes.remaining() + " bytes too many");
    }
  }

  /** A violation found where this input stands. */
  public WireException error(String problem) {
    return new WireException(message + ": " + problem, bytes.position());
  }

  private void require(int length, String field) {
    if (bytes.remaining() < length) {
      throw error("%d of %d bytes of %s".formatted(bytes.remaining(), length, field));
    }
  }
}
