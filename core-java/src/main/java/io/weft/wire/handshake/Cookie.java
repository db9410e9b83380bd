package io.weft.wire.handshake;

import io.weft.term.Binary;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The secret that the nodes of a cluster share. It never goes over the wire: each side proves that
 * it knows it by a digest of the cookie and the other side's challenge.
 */
public final class Cookie {

  /** The size of a digest, in bytes. */
  static final int DIGEST_SIZE = 16;

  private final byte[] secret;

  private Cookie(byte[] secret) {
    this.secret = secret;
  }

  /**
   * The cookie of that text.
   *
   * @throws IllegalArgumentException if it has a character above U+00FF, which OTP cannot digest
   */
  public static Cookie of(String text) {
    if (text.chars().anyMatch(c -> c > 0xff)) {
      throw new IllegalArgumentException("a cookie has Latin-1 characters only");
    }
    return new Cookie(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** MD5 of the cookie and the challenge, which counts as unsigned and in decimal digits. */
  Binary digest(int challenge) {
    MessageDigest md5 = md5();
    md5.update(secret);
    byte[] digits = Integer.toUnsignedString(challenge).getBytes(StandardCharsets.US_ASCII);
    return Binary.wrap(md5.digest(digits));
  }

  /** Whether the digest is the one of that challenge, in a time that does not depend on it. */
  boolean isDigest(Binary digest, int challenge) {
    return MessageDigest.isEqual(digest(challenge).toByteArray(), digest.toByteArray());
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  /** Does not tell the secret. */
  @Override
  public String toString() {
    return "Cookie[***]";
  }
}
