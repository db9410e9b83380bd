package io.weft.mapping;

import io.weft.etf.EtfEncoder;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import java.nio.charset.StandardCharsets;

/**
 * Text: a binary in UTF-8, a charlist or an atom. Where one of the first two is due both are taken.
 */
final class TextForms {
  private TextForms() {}

  static final Form BINARY =
      new Text() {
        @Override
        void encodeTo(EtfEncoder out, Object value, int depth) {
          out.binary(wellFormed(value).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        Term encode(Object value, int depth) {
          return Binary.utf8(wellFormed(value));
        }
      };

  static final Form CHARLIST =
      new Text() {
        @Override
        Term encode(Object value, int depth) {
          return Terms.charlist(wellFormed(value));
        }
      };

  static final Form ATOM =
      new Form() {
        @Override
        Term encode(Object value, int depth) {
          try {
            return Atom.of((String) value);
          } catch (IllegalArgumentException none) {
            throw new Misfit(String.valueOf(none.getMessage()), none);
          }
        }

        @Override
        Object decode(Term term, Reading in) {
          if (term instanceof Atom(String name)) {
            return name;
          }
          throw Misfit.expected("an atom", term);
        }
      };

  private abstract static class Text extends Form {
    @Override
    Object decode(Term term, Reading in) {
      return switch (term) {
        case Binary binary -> ofBinary(binary);
        case ListTerm list -> ofCharlist(list);
        default -> throw Misfit.expected("a string", term);
      };
    }
  }

  private static String ofBinary(Binary binary) {
    String text = binary.utf8OrNull();
    if (text == null) {
      throw Misfit.expected("text in UTF-8", binary);
    }
    return text;
  }

  private static String ofCharlist(ListTerm list) {
    var text = new StringBuilder(list.size());
    for (int i = 0; i < list.size(); i++) {
      if (!(list.get(i) instanceof IntTerm(long point)) || !isScalar(point)) {
        throw Misfit.expected("a string", list);
      }
      text.appendCodePoint((int) point);
    }
    return text.toString();
  }

  private static boolean isScalar(long point) {
    return point >= 0
        && point <= Character.MAX_CODE_POINT
        && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE);
  }

  private static String wellFormed(Object value) {
    String text = (String) value;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw new Misfit("text with half of a surrogate pair");
        }
        i++;
      }
    }
    return text;
  }
}
