package io.weft.wire.handshake;

import io.weft.term.Binary;
import java.nio.charset.StandardCharsets;
import java.security.InvalidAlgorithmParameterException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The secret that the nodes of a cluster share. It never goes over the wire: each side proves that
 * it knows it by a digest of the cookie and the other side's challenge.
 */
public final class Cookie {

  /** The size of a digest, in bytes. */
  static final int DIGEST_SIZE = 16;

  private static final int KEY_BYTES = 32;

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

  /**
   * 32 bytes that only those can have who know the cookie, for another use of it than the
   * handshake; they tell nothing of the cookie, nor of the bytes for other uses (HKDF with
   * SHA-256).
   */
  public byte[] keyFor(String use) {
    byte[] salt = use.getBytes(StandardCharsets.UTF_8);
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(secret)
                  .addSalt(salt)
                  .thenExpand(salt, KEY_BYTES));
    } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
      throw new IllegalStateException("every Java platform of this version has HKDF", e);
    }
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
