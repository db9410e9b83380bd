package io.weft.kernel;

import io.weft.node.TermText;
import io.weft.term.Atom;
import io.weft.term.BigTerm;
import io.weft.term.FloatTerm;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Text made of a format and arguments, as {@code io_lib:format/2} makes it. {@code ~p} writes one
 * line, where OTP breaks long ones.
 *
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/io.html#format/3">OTP, io:format/3</a>
 */
public final class IoFormat {
  /** Longer fields than anybody reads are a peer's way to fill memory. */
  private static final int MAX_FIELD = 10_000;

  private final String format;
  private final Iterator<Term> arguments;
  private final Atom node;
  private final StringBuilder out = new StringBuilder();
  private int at;

  private IoFormat(String format, List<Term> arguments, Atom node) {
    this.format = format;
    this.arguments = arguments.iterator();
    this.node = node;
  }

  /**
   * Returns the text.
   *
   * @param node the node that writes: its pids begin with 0
   * @throws IllegalArgumentException if format and arguments do not fit: {@code badarg}
   */
  public static String format(Term format, Term arguments, Atom node) {
    String text = TermText.of(format);
    if (text == null || !(arguments instanceof ListTerm list)) {
      throw new IllegalArgumentException("no format: " + format.abbreviate(100));
    }
    var formatting = new IoFormat(text, list.elements(), node);
    formatting.run();
    return formatting.out.toString();
  }

  private void run() {
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c == '~') {
        sequence();
      } else {
        out.append(c);
      }
    }
    if (arguments.hasNext()) {
      throw new IllegalArgumentException("more arguments than the format takes");
    }
  }

  /** One control sequence: {@code ~F.P.PadModC}. */
  private void sequence() {
    boolean left = peek() == '-';
    if (left) {
      at++;
    }
    Integer field = number();
    Integer precision = null;
    int pad = ' ';
    if (peek() == '.') {
      at++;
      precision = number();
      if (peek() == '.') {
        at++;
        pad = peek() == '*' ? starred() : format.codePointAt(at);
        at += Character.charCount(pad);
      }
    }
    boolean unicode = false;
    boolean strings = true;
    for (char c = peek(); c == 't' || c == 'l' || c == 'k' || c == 'K'; c = peek()) {
      at++;
      unicode |= c == 't';
      strings &= c != 'l';
    }
    control(take(), new Form(left, field, precision, pad, unicode, strings));
  }

  private int starred() {
    at++;
    return (int) integer(next()).longValueExact();
  }

  private record Form(
      boolean left,
      @Nullable Integer field,
      @Nullable Integer precision,
      int pad,
      boolean unicode,
      boolean strings) {}

  private void control(char control, Form form) {
    switch (control) {
      case '~' -> out.append("~");
      case 'n' -> out.append("\n".repeat(form.field() == null ? 1 : form.field()));
      case 'i' -> next();
      case 'c' -> {
        String character = Character.toString((int) integer(next()).longValueExact());
        int times =
            form.precision() != null ? form.precision() : form.field() == null ? 1 : form.field();
        pad(character.repeat(times), form);
      }
      case 's' -> string(next(), form);
      case 'w' -> pad(TermWriter.write(next(), node, false, form.unicode(), -1), form);
      case 'p' -> out.append(TermWriter.write(next(), node, form.strings(), form.unicode(), -1));
      case 'W' -> pad(limited(false, form), form);
      case 'P' -> out.append(limited(form.strings(), form));
      case 'b' -> pad(based(form, false), form);
      case 'B' -> pad(based(form, true), form);
      case 'x' -> pad(prefixed(form, false), form);
      case 'X' -> pad(prefixed(form, true), form);
      case '#' -> pad(hashed(form, true), form);
      case '+' -> pad(hashed(form, false), form);
      case 'f' -> pad(String.format(Locale.ROOT, "%." + digits(form, 6) + "f", real(next())), form);
      case 'e' -> pad(exponential(real(next()), digits(form, 6) - 1), form);
      case 'g' -> general(form);
      default -> throw new IllegalArgumentException("no control sequence: ~" + control);
    }
  }

  // --- terms -------------------------------------------------------------------------------------

  private String limited(boolean asText, Form form) {
    Term term = next();
    int depth = (int) integer(next()).longValueExact();
    return TermWriter.write(term, node, asText, form.unicode(), depth);
  }

  private void string(Term term, Form form) {
    String text = form.unicode() ? TermText.of(term) : TermText.latin1(term);
    if (text == null) {
      throw new IllegalArgumentException("no text: " + term.abbreviate(100));
    }
    String cut =
        form.precision() == null
            ? text
            : text.substring(0, Math.min(form.precision(), text.length()));
    if (form.field() != null && cut.length() > form.field()) {
      cut = cut.substring(0, form.field());
    }
    if (form.precision() != null && form.field() == null) {
      pad(cut, new Form(true, form.precision(), null, form.pad(), true, true));
    } else {
      pad(
          cut,
          form.field() == null
              ? form
              : new Form(form.left(), form.field(), null, form.pad(), true, true));
    }
  }

  // --- numbers -----------------------------------------------------------------------------------

  private static String based(int base, BigInteger value, boolean upper) {
    if (base < Character.MIN_RADIX || base > Character.MAX_RADIX) {
      throw new IllegalArgumentException("no base: " + base);
    }
    String text = value.toString(base);
    return upper ? text.toUpperCase(Locale.ROOT) : text;
  }

  private String based(Form form, boolean upper) {
    return based(digits(form, 10), integer(next()), upper);
  }

  private String prefixed(Form form, boolean upper) {
    BigInteger value = integer(next());
    String prefix = TermText.of(next());
    if (prefix == null) {
      throw new IllegalArgumentException("no prefix");
    }
    String digits = based(digits(form, 10), value.abs(), upper);
    return (value.signum() < 0 ? "-" : "") + prefix + digits;
  }

  private String hashed(Form form, boolean upper) {
    int base = digits(form, 10);
    BigInteger value = integer(next());
    String digits = based(base, value.abs(), upper);
    return (value.signum() < 0 ? "-" : "") + base + "#" + digits;
  }

  private static int digits(Form form, int otherwise) {
    return form.precision() == null ? otherwise : form.precision();
  }

  private static String exponential(double value, int digits) {
    String text = String.format(Locale.ROOT, "%." + digits + "e", value);
    return text.replaceFirst("e([+-])0(\\d)$", "e$1$2");
  }

  private void general(Form form) {
    double value = real(next());
    int digits = digits(form, 6);
    double size = Math.abs(value);
    boolean plain = size >= 0.1 && size < 10_000 || size == 0;
    int point = size < 1 ? 0 : (int) Math.floor(Math.log10(size));
    pad(
        plain
            ? String.format(Locale.ROOT, "%." + Math.max(1, digits - 1 - point) + "f", value)
            : exponential(value, digits - 1),
        form);
  }

  // --- arguments ---------------------------------------------------------------------------------

  private char peek() {
    if (at >= format.length()) {
      throw new IllegalArgumentException("the format ends within a control sequence");
    }
    return format.charAt(at);
  }

  private char take() {
    char c = peek();
    at++;
    return c;
  }

  private @Nullable Integer number() {
    int number;
    if (peek() == '*') {
      number = starred();
    } else {
      int from = at;
      while (Character.isDigit(peek())) {
        at++;
      }
      if (from == at) {
        return null;
      }
      number = at - from > 6 ? MAX_FIELD + 1 : Integer.parseInt(format, from, at, 10);
    }
    if (number > MAX_FIELD || number < -MAX_FIELD) {
      throw new IllegalArgumentException("a field of " + number + " characters");
    }
    return number;
  }

  private Term next() {
    if (!arguments.hasNext()) {
      throw new IllegalArgumentException("the format takes more arguments");
    }
    return arguments.next();
  }

  private static BigInteger integer(Term term) {
    return switch (term) {
      case IntTerm small -> BigInteger.valueOf(small.value());
      case BigTerm big -> big.value();
      default -> throw new IllegalArgumentException("no integer: " + term.abbreviate(100));
    };
  }

  private static double real(Term term) {
    return switch (term) {
      case FloatTerm real -> real.value();
      case IntTerm whole -> whole.value();
      default -> throw new IllegalArgumentException("no number: " + term.abbreviate(100));
    };
  }

  private void pad(String text, Form form) {
    Integer field = form.field();
    if (field == null) {
      out.append(text);
      return;
    }
    int width = Math.abs(field);
    int length = text.codePointCount(0, text.length());
    if (length > width) {
      out.append("*".repeat(width));
      return;
    }
    String padding = Character.toString(form.pad()).repeat(width - length);
    if (form.left() || field < 0) {
      out.append(text).append(padding);
    } else {
      out.append(padding).append(text);
    }
  }
}
