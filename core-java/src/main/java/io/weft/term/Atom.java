package io.weft.term;

import java.util.Objects;

/**
 * An atom: a name that stands for itself.
 *
 * <p>Atoms are plain values, not entries of a table: they are collected like any object, so names
 * that come from a peer cannot fill the memory. Compare them with {@code equals}.
 *
 * @param name at most {@value #MAX_CODE_POINTS} code points, no unpaired surrogates
 */
public record Atom(String name) implements Term {

  /** The longest name, in Unicode code points (OTP's limit). */
  public static final int MAX_CODE_POINTS = 255;

  /** The atom {@code true}. */
  public static final Atom TRUE = new Atom("true");

  /** The atom {@code false}. */
  public static final Atom FALSE = new Atom("false");

  /** The atom {@code ok}. */
  public static final Atom OK = new Atom("ok");

  /** The atom {@code error}. */
  public static final Atom ERROR = new Atom("error");

  /** The atom {@code undefined}. */
  public static final Atom UNDEFINED = new Atom("undefined");

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if the name is too long or is not well-formed Unicode
   */
  public Atom {
    Objects.requireNonNull(name, "name");
    if (name.length() > MAX_CODE_POINTS
        && name.codePointCount(0, name.length()) > MAX_CODE_POINTS) {
      throw new IllegalArgumentException(
          "atom of %d code points, the limit is %d"
              .formatted(name.codePointCount(0, name.length()), MAX_CODE_POINTS));
    }
    requireScalars(name);
  }

  /**
   * The atom of that name.
   *
   * @throws IllegalArgumentException as the constructor
   */
  public static Atom of(String name) {
    return new Atom(name);
  }

  /** {@link #TRUE} or {@link #FALSE}. */
  public static Atom of(boolean value) {
    return value ? TRUE : FALSE;
  }

  private static void requireScalars(String name) {
    int i = 0;
    while (i < name.length()) {
      int c = name.codePointAt(i);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException("unpaired surrogate in an atom, at index " + i);
      }
      i += Character.charCount(c);
    }
  }

  /** The atom in Erlang syntax: quoted if it has to be. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}
