package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.ImproperList;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text that a term stands for: an atom, a binary in UTF-8, or a list of characters, binaries
 * and such lists ({@code unicode:chardata()}), however deep.
 */
public final class TermText {
  private TermText() {}

  /** Returns the text, or null if the term is none. */
  public static @Nullable String of(Term term) {
    return term instanceof Atom atom ? atom.name() : chardata(term);
  }

  /** Returns the text of {@code unicode:chardata()}, or null if the term is none. */
  public static @Nullable String chardata(Term term) {
    return read(term, true);
  }

  /** Returns the text of an atom or {@code iodata()}, where each byte is a character, or null. */
  public static @Nullable String latin1(Term term) {
    return term instanceof Atom atom ? atom.name() : read(term, false);
  }

  private static @Nullable String read(Term term, boolean unicode) {
    if (term instanceof IntTerm) {
      return null;
    }
    var text = new StringBuilder();
    Deque<Term> left = new ArrayDeque<>();
    left.push(term);
    while (!left.isEmpty()) {
      if (!take(left.pop(), left, text, unicode)) {
        return null;
      }
    }
    return text.toString();
  }

  private static boolean take(Term term, Deque<Term> left, StringBuilder text, boolean unicode) {
    switch (term) {
      case IntTerm(long character) when isCharacter(character) && (unicode || character <= 0xff) ->
          text.appendCodePoint((int) character);
      case Binary binary -> {
        String part = unicode ? utf8(binary) : latin1(binary);
        if (part == null) {
          return false;
        }
        text.append(part);
      }
      case ListTerm list -> push(list.elements(), left);
      case ImproperList list when list.tail() instanceof Binary -> {
        left.push(list.tail());
        push(list.elements(), left);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void push(List<Term> elements, Deque<Term> left) {
    for (int i = elements.size() - 1; i >= 0; i--) {
      left.push(elements.get(i));
    }
  }

  private static boolean isCharacter(long value) {
    return value >= 0
        && value <= Character.MAX_CODE_POINT
        && (value < Character.MIN_SURROGATE || value > Character.MAX_SURROGATE);
  }

  private static String latin1(Binary binary) {
    return new String(binary.toByteArray(), StandardCharsets.ISO_8859_1);
  }

  private static @Nullable String utf8(Binary binary) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(binary.toByteBuffer()).toString();
    } catch (CharacterCodingException malformed) {
      return null;
    }
  }
}
