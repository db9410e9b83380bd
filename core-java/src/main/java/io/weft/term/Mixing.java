package io.weft.term;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What {@link PortableHash} is made of: Bob Jenkins' hash of 1996 (<em>lookup2</em>), which mixes
 * three words reversibly, and the names of atoms by P. J. Weinberger's.
 *
 * @see <a href="https://burtleburtle.net/bob/hash/evahash.html">A Hash Function for Hash Table
 *     Lookup</a>
 */
final class Mixing {

  /** The golden ratio. */
  private static final int GOLDEN = 0x9e3779b9;

  private static final int BLOCK = 12;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Mixing() {}

  /** What tells types from each other: multiples of the golden ratio. */
  static int salt(int type) {
    return GOLDEN * type;
  }

  /** The hash that comes of {@code hash} by a word, of the type with that number. */
  static int word(int hash, int word, int type) {
    return words(hash, word, 0, type);
  }

  /** The hash that comes of {@code hash} by two words, of the type with that number. */
  static int words(int hash, int first, int second, int type) {
    int salt = salt(type);
    return mix(salt + first, salt + second, hash);
  }

  /** The last of the three words, mixed. */
  private static int mix(int first, int second, int third) {
    int a = first;
    int b = second;
    int c = third;
    a = (a - b - c) ^ c >>> 13;
    b = (b - c - a) ^ a << 8;
    c = (c - a - b) ^ b >>> 13;
    a = (a - b - c) ^ c >>> 12;
    b = (b - c - a) ^ a << 16;
    c = (c - a - b) ^ b >>> 5;
    a = (a - b - c) ^ c >>> 3;
    b = (b - c - a) ^ a << 10;
    return (c - a - b) ^ b >>> 15;
  }

  /** The hash of some bytes, beginning with {@code start}. */
  static int bytes(byte[] array, int offset, int size, int start) {
    int a = GOLDEN;
    int b = GOLDEN;
    int c = start;
    int at = offset;
    int end = offset + size;
    for (; end - at >= BLOCK; at += BLOCK) {
      a += (int) INT.get(array, at);
      b += (int) INT.get(array, at + 4);
      c += (int) INT.get(array, at + 8);
      a = (a - b - c) ^ c >>> 13;
      b = (b - c - a) ^ a << 8;
      c = (c - a - b) ^ b >>> 13;
      a = (a - b - c) ^ c >>> 12;
      b = (b - c - a) ^ a << 16;
      c = (c - a - b) ^ b >>> 5;
      a = (a - b - c) ^ c >>> 3;
      b = (b - c - a) ^ a << 10;
      c = (c - a - b) ^ b >>> 15;
    }
    int left = end - at;
    a += littleEndian(array, at, Math.min(left, 4));
    b += littleEndian(array, at + 4, Math.min(left - 4, 4));
    // The lowest byte of the third word is for the size.
    c += (littleEndian(array, at + 8, Math.min(left - 8, 4)) << 8) + size;
    return mix(a, b, c);
  }

  /** The word of so many bytes, at most four; 0 of none or less. */
  private static int littleEndian(byte[] array, int offset, int count) {
    int word = 0;
    for (int i = 0; i < count; i++) {
      word |= (array[offset + i] & 0xff) << 8 * i;
    }
    return word;
  }

  /** The hash of the name of an atom, below 2^28: of its code points up to 255, else its UTF-8. */
  static int name(String name) {
    int hash = 0;
    for (int i = 0; i < name.length(); i++) {
      int c = name.charAt(i);
      if (c < 0x100) {
        hash = step(hash, c);
      } else if (c < 0x800) {
        hash = step(hash, 0xc0 | c >> 6);
        hash = step(hash, 0x80 | c & 0x3f);
      } else if (!Character.isSurrogate((char) c)) {
        hash = step(hash, 0xe0 | c >> 12);
        hash = step(hash, 0x80 | c >> 6 & 0x3f);
        hash = step(hash, 0x80 | c & 0x3f);
      } else {
        int point = name.codePointAt(i++);
        hash = step(hash, 0xf0 | point >> 18);
        hash = step(hash, 0x80 | point >> 12 & 0x3f);
        hash = step(hash, 0x80 | point >> 6 & 0x3f);
        hash = step(hash, 0x80 | point & 0x3f);
      }
    }
    return hash;
  }

  private static int step(int hash, int letter) {
    int next = (hash << 4) + letter;
    int high = next & 0xf0000000;
    return (next ^ high >>> 24) & ~high;
  }
}
