package io.weft.term;

import java.util.Arrays;
import java.util.Objects;

/**
 * A reference. Its words are opaque: they and their order are kept, and all of them are compared.
 */
public final class Reference implements Term {

  /** The largest number of words. */
  public static final int MAX_WORDS = 5;

  private final Atom node;
  private final int creation;
  private final int[] words;

  private Reference(Atom node, int creation, int[] words) {
    this.node = node;
    this.creation = creation;
    this.words = words;
  }

  /**
   * The reference of a node, its incarnation and its words, all unsigned 32 bits; the array is
   * copied.
   *
   * @throws IllegalArgumentException if there are more than {@value #MAX_WORDS} words
   */
  public static Reference of(Atom node, int creation, int... words) {
    Objects.requireNonNull(node, "node");
    if (words.length > MAX_WORDS) {
      throw new IllegalArgumentException(
          "a reference of %d words, the limit is %d".formatted(words.length, MAX_WORDS));
    }
    return new Reference(node, creation, words.clone());
  }

  /** The name of the node. */
  public Atom node() {
    return node;
  }

  /** The incarnation of the node, unsigned 32 bits. */
  public int creation() {
    return creation;
  }

  /** The number of words, 0 to {@value #MAX_WORDS}. */
  public int wordCount() {
    return words.length;
  }

  /**
   * The word at a zero-based index, unsigned 32 bits.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public int word(int index) {
    return words[index];
  }

  /** A copy of the words. */
  public int[] words() {
    return words.clone();
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof Reference that
            && creation == that.creation
            && Arrays.equals(words, that.words)
            && node.equals(that.node);
  }

  @Override
  public int hashCode() {
    return (Arrays.hashCode(words) * 31 + creation) * 31 + node.hashCode();
  }

  /** The reference as {@code ref(Node,Creation,[Word,...])}. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}
