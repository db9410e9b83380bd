package io.weft.kernel;

import io.weft.node.TermText;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.ImproperList;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Pid;
import io.weft.term.Port;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Terms as {@code io_lib} writes them: {@code ~w}, or {@code ~p}, which shows lists and binaries of
 * printable characters of Latin-1 as text. Everything stands in one line, however long.
 */
final class TermWriter {
  /** Deeper ones are cut: a peer decides how deep its terms are. */
  private static final int MAX_DEPTH = 500;

  private final StringBuilder out = new StringBuilder();
  private final Atom node;
  private final boolean asText;
  private final boolean unicode;
  private int nesting;

  private TermWriter(Atom node, boolean asText, boolean unicode) {
    this.node = node;
    this.asText = asText;
    this.unicode = unicode;
  }

  /**
   * Returns a term as text.
   *
   * @param node the node that writes: its pids begin with 0
   * @param asText whether lists of printable characters are shown as text
   * @param unicode whether a binary is text in UTF-8, and not in Latin-1
   * @param depth how deep to go, as {@code ~P} and {@code ~W}; negative for as deep as it is
   */
  static String write(Term term, Atom node, boolean asText, boolean unicode, int depth) {
    var writer = new TermWriter(node, asText, unicode);
    writer.write(term, depth < 0 ? MAX_DEPTH : Math.min(depth, MAX_DEPTH));
    return writer.out.toString();
  }

  private void write(Term term, int depth) {
    if (depth <= 0 || nesting == MAX_DEPTH) {
      out.append("...");
      return;
    }
    nesting++;
    writeInside(term, depth);
    nesting--;
  }

  private void writeInside(Term term, int depth) {
    switch (term) {
      case ListTerm list when list.isEmpty() -> out.append("[]");
      case ListTerm list when asText && isPrintable(list) -> text(list);
      case ListTerm list -> sequence('[', list.elements(), depth).append(']');
      case ImproperList list -> {
        sequence('[', list.elements(), depth).append('|');
        write(list.tail(), less(depth));
        out.append(']');
      }
      case Tuple tuple -> sequence('{', tuple.elements(), depth).append('}');
      case MapTerm map -> map(map, depth);
      case Pid pid ->
          out.append('<')
              .append(home(pid.node()))
              .append('.')
              .append(u(pid.id()))
              .append('.')
              .append(u(pid.serial()))
              .append('>');
      case Port port ->
          out.append("#Port<").append(home(port.node())).append('.').append(port.id()).append('>');
      case Reference reference -> reference(reference);
      case Binary binary -> binary(binary);
      default -> out.append(term);
    }
  }

  private void binary(Binary binary) {
    String text = asText && binary.size() > 0 ? textOf(binary) : null;
    if (text != null) {
      out.append("<<");
      text(Terms.charlist(text));
      out.append(text.chars().anyMatch(c -> unicode && c > 0x7f) ? "/utf8>>" : ">>");
      return;
    }
    out.append("<<");
    for (int i = 0; i < binary.size(); i++) {
      out.append(i == 0 ? "" : ",").append(binary.byteAt(i) & 0xff);
    }
    out.append(">>");
  }

  /** Returns what a binary says, in UTF-8 where that is asked for, else in Latin-1; or null. */
  private @Nullable String textOf(Binary binary) {
    String text = unicode ? TermText.chardata(binary) : TermText.latin1(binary);
    return text != null && text.codePoints().allMatch(TermWriter::isPrintable) ? text : null;
  }

  private static String u(int unsigned) {
    return Integer.toUnsignedString(unsigned);
  }

  private String home(Atom of) {
    return of.equals(node) ? "0" : of.toString();
  }

  private void reference(Reference reference) {
    out.append("#Ref<").append(home(reference.node()));
    for (int i = 0; i < reference.wordCount(); i++) {
      out.append('.').append(u(reference.word(i)));
    }
    out.append('>');
  }

  /** As deep as {@code depth}, so many elements less one are shown. */
  private StringBuilder sequence(char open, List<Term> elements, int depth) {
    out.append(open);
    int shown = 0;
    for (Term element : elements) {
      if (depth != MAX_DEPTH && shown + 1 >= depth) {
        return out.append(open == '[' ? "|..." : shown == 0 ? "..." : ",...");
      }
      out.append(shown == 0 ? "" : ",");
      write(element, depth == MAX_DEPTH ? MAX_DEPTH : depth - 1 - shown);
      shown++;
    }
    return out;
  }

  private static int less(int depth) {
    return depth == MAX_DEPTH ? depth : depth - 1;
  }

  private void map(MapTerm map, int depth) {
    out.append("#{");
    Iterator<Map.Entry<Term, Term>> each = map.entries().entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Term, Term> entry = each.next();
      write(entry.getKey(), less(depth));
      out.append(" => ");
      write(entry.getValue(), less(depth));
      if (each.hasNext()) {
        out.append(',');
      }
    }
    out.append('}');
  }

  private static boolean isPrintable(ListTerm list) {
    for (Term element : list.elements()) {
      if (!(element instanceof IntTerm(long c)) || !isPrintable(c)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPrintable(long c) {
    return c >= 32 && c < 127 || c >= 8 && c <= 13 || c == 27 || c >= 160 && c <= 255;
  }

  private void text(ListTerm list) {
    out.append('"');
    for (Term element : list.elements()) {
      int c = (int) ((IntTerm) element).value();
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case 11 -> out.append("\\v");
        case 27 -> out.append("\\e");
        default -> out.appendCodePoint(c);
      }
    }
    out.append('"');
  }
}
