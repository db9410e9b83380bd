package io.weft.wire.seal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of one direction, and those that follow it. From a key nobody learns the ones before it.
 * Each record has a nonce of its own: the number of the record under this key, added to a secret
 * value bit by bit (as in TLS 1.3).
 */
final class TrafficKey {

  private static final int NONCE_BYTES = 12;
  private static final byte[] NO_CONTEXT = {};

  private final Cipher cipher;
  private final int mode;
  private final byte[] nonce = new byte[NONCE_BYTES];

  private byte[] secret;
  private SecretKeySpec key;
  private byte[] mask;
  private long records;
  private long generation;

  private TrafficKey(byte[] secret, int mode) {
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw Secrets.missing(e);
    }
    this.mode = mode;
    this.secret = secret;
    this.key = key(secret);
    this.mask = mask(secret);
  }

  static TrafficKey forSealing(byte[] secret) {
    return new TrafficKey(secret, Cipher.ENCRYPT_MODE);
  }

  static TrafficKey forOpening(byte[] secret) {
    return new TrafficKey(secret, Cipher.DECRYPT_MODE);
  }

  private static SecretKeySpec key(byte[] secret) {
    return new SecretKeySpec(Secrets.derive(secret, "key", NO_CONTEXT, Secrets.BYTES), "AES");
  }

  private static byte[] mask(byte[] secret) {
    return Secrets.derive(secret, "nonce", NO_CONTEXT, NONCE_BYTES);
  }

  /** How many records were sealed or opened with this key. */
  long records() {
    return records;
  }

  /** How many keys were before this one. */
  long generation() {
    return generation;
  }

  /** Goes on to the next key. */
  void advance() {
    secret = Secrets.derive(secret, "next", NO_CONTEXT, Secrets.BYTES);
    key = key(secret);
    mask = mask(secret);
    records = 0;
    generation++;
  }

  /**
   * Seals or opens one record; false, when opening, if it is not what the other side has sealed as
   * its next one.
   */
  boolean apply(byte[] head, ByteBuffer in, ByteBuffer out) {
    try {
      cipher.init(mode, key, new GCMParameterSpec(SealedRecord.TAG_BYTES * Byte.SIZE, nonce()));
      cipher.updateAAD(head);
      cipher.doFinal(in, out);
      records++;
      return true;
    } catch (AEADBadTagException _) {
      return false;
    } catch (GeneralSecurityException e) {
      throw Secrets.missing(e);
    }
  }

  private byte[] nonce() {
    System.arraycopy(mask, 0, nonce, 0, NONCE_BYTES);
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[NONCE_BYTES - 1 - i] ^= (byte) (records >>> (Byte.SIZE * i));
    }
    return nonce;
  }
}
