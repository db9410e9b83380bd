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
    if (term instanceof IntTerm) {
      return null;
    }
    var text = new StringBuilder();
    Deque<Term> left = new ArrayDeque<>();
    left.push(term);
    while (!left.isEmpty()) {
      switch (left.pop()) {
        case IntTerm(long character) -> {
          if (!isCharacter(character)) {
            return null;
          }
          text.appendCodePoint((int) character);
        }
        case Binary binary -> {
          String part = utf8(binary);
          if (part == null) {
            return null;
          }
          text.append(part);
        }
        case ListTerm list -> {
          for (int i = list.size() - 1; i >= 0; i--) {
            left.push(list.get(i));
          }
        }
        case ImproperList list when list.tail() instanceof Binary -> {
          left.push(list.tail());
          for (int i = list.elements().size() - 1; i >= 0; i--) {
            left.push(list.elements().get(i));
          }
        }
        default -> {
          return null;
        }
      }
    }
    return text.toString();
  }

  private static boolean isCharacter(long value) {
    return value >= 0
        && value <= Character.MAX_CODE_POINT
        && (value < Character.MIN_SURROGATE || value > Character.MAX_SURROGATE);
  }

  private static @Nullable String utf8(Binary binary) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(binary.toByteBuffer()).toString();
    } catch (CharacterCodingException malformed) {
      return null;
    }
  }
}
