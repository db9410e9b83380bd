package io.weft.wire.seal;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The arithmetic of secrets: X25519 (RFC 7748), HKDF (RFC 5869) and SHA-256, on plain bytes. */
final class Secrets {

  /** The size of a key, a secret and a hash. */
  static final int BYTES = 32;

  private static final String CURVE = "X25519";
  private static final String LABEL = "weft seal 1 ";

  /** The point that public keys are multiples of. */
  private static final BigInteger BASE = BigInteger.valueOf(9);

  private Secrets() {}

  /** The public key that belongs to a private one. */
  static byte[] publicKey(byte[] privateKey) {
    try {
      return multiply(privateKey, BASE);
    } catch (InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The secret that two nodes share; null if the other key is none that an honest node makes. */
  static byte @Nullable [] agree(byte[] privateKey, byte[] publicKey) {
    try {
      byte[] shared = multiply(privateKey, point(publicKey));
      return MessageDigest.isEqual(shared, new byte[BYTES]) ? null : shared;
    } catch (InvalidKeyException _) {
      return null;
    }
  }

  /** A number in little endian, of which the highest bit does not count. */
  private static BigInteger point(byte[] publicKey) {
    byte[] magnitude = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      magnitude[i] = publicKey[BYTES - 1 - i];
    }
    magnitude[0] &= 0x7f;
    return new BigInteger(1, magnitude);
  }

  private static byte[] multiply(byte[] privateKey, BigInteger point) throws InvalidKeyException {
    try {
      KeyFactory keys = KeyFactory.getInstance(CURVE);
      PrivateKey own =
          keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey));
      PublicKey other = keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, point));
      KeyAgreement agreement = KeyAgreement.getInstance(CURVE);
      agreement.init(own);
      agreement.doPhase(other, true);
      return agreement.generateSecret();
    } catch (InvalidKeyException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /** One secret of two. */
  static byte[] extract(byte[] salt, byte[] secret) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(HKDFParameterSpec.ofExtract().addSalt(salt).addIKM(secret).extractOnly());
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /** A secret for one use, which tells nothing of the one that it is made from. */
  static byte[] derive(byte[] secret, String use, byte[] context, int length) {
    byte[] label = (LABEL + use).getBytes(StandardCharsets.US_ASCII);
    byte[] info = new byte[1 + label.length + context.length];
    info[0] = (byte) label.length;
    System.arraycopy(label, 0, info, 1, label.length);
    System.arraycopy(context, 0, info, 1 + label.length, context.length);
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.expandOnly(new SecretKeySpec(secret, "Generic"), info, length));
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw missing(e);
    }
  }

  /** What every Java platform has is not there, or a value that was checked is not right. */
  static IllegalStateException missing(GeneralSecurityException e) {
    return new IllegalStateException("cryptography of this Java platform failed: " + e, e);
  }
}
