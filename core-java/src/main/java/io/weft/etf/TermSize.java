package io.weft.etf;

import io.weft.term.Atom;
import io.weft.term.BigTerm;
import io.weft.term.Binary;
import io.weft.term.BitString;
import io.weft.term.Export;
import io.weft.term.FloatTerm;
import io.weft.term.Fun;
import io.weft.term.ImproperList;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Pid;
import io.weft.term.Port;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes {@link EtfEncoder} would write for a term, every atom in full. The depth of a term
 * costs heap, not native stack.
 */
final class TermSize {
  /** Tag and a length of 32 bits. */
  private static final int HEAD = 5;

  private static final int MAX_SMALL = 0xff;

  /** A compound term some of whose children are counted. */
  private static final class Open {
    final Term term;
    final @Nullable Open around;
    int next;

    Open(Term term, @Nullable Open around) {
      this.term = term;
      this.around = around;
    }
  }

  private TermSize() {}

  static long of(Term term) {
    long size = own(term);
    Open open = isOpen(term) ? new Open(term, null) : null;
    while (open != null) {
      size += leaves(open);
      Term child = EtfEncoder.nextChild(open.term, open.next++);
      if (child == null) {
        open = open.around;
      } else {
        size += own(child);
        if (isOpen(child)) {
          open = new Open(child, open);
        }
      }
    }
    return size;
  }

  /** What the elements take that come next and have none of their own. */
  private static long leaves(Open open) {
    return switch (open.term) {
      case Tuple tuple -> leaves(open, tuple.elements());
      case ListTerm list -> leaves(open, list.elements());
      default -> 0;
    };
  }

  private static long leaves(Open open, List<Term> elements) {
    long size = 0;
    int i = open.next;
    while (i < elements.size() && !isOpen(elements.get(i))) {
      size += own(elements.get(i++));
    }
    open.next = i;
    return size;
  }

  /** Whether the children are written one by one. */
  private static boolean isOpen(Term term) {
    return switch (term) {
      case Tuple _, MapTerm _, ImproperList _, Fun _ -> true;
      case ListTerm list ->
          !list.isEmpty()
              && !list.isCompact()
              && encoded(list) == null
              && !EtfEncoder.isString(list);
      default -> false;
    };
  }

  /** What a term takes besides its children. */
  private static long own(Term term) {
    return switch (term) {
      case Atom atom -> atom(atom);
      case IntTerm(long value) -> integer(value);
      case Tuple tuple -> tuple.arity() <= MAX_SMALL ? 2 : HEAD;
      case Binary binary -> (long) HEAD + binary.size();
      case ListTerm list -> list(list);
      case Pid pid -> pid(pid);
      case Reference reference -> 3 + atom(reference.node()) + 4 + 4L * reference.wordCount();
      case MapTerm _, ImproperList _ -> HEAD;
      case FloatTerm _ -> 9;
      case BigTerm big -> integer(big);
      case BitString bits -> HEAD + 1L + bits.byteCount();
      case Port port -> port(port);
      case Export export ->
          1 + atom(export.module()) + atom(export.function()) + integer(export.arity());
      case Fun fun -> fun(fun);
    };
  }

  static long atom(Atom atom) {
    long bytes = utf8Length(atom.name());
    return (bytes <= MAX_SMALL ? 2 : 3) + bytes;
  }

  private static long utf8Length(String name) {
    int bytes = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }

  private static long integer(long value) {
    if (value >= 0 && value <= MAX_SMALL) {
      return 2;
    }
    if (value == (int) value) {
      return HEAD;
    }
    int bytes = (Long.SIZE - Long.numberOfLeadingZeros(Math.abs(value)) + 7) / 8;
    return 3L + bytes;
  }

  private static long integer(BigTerm big) {
    int bytes = (big.value().abs().bitLength() + 7) / 8;
    return (bytes <= MAX_SMALL ? 3L : 6L) + bytes;
  }

  private static long list(ListTerm list) {
    if (list.isEmpty()) {
      return 1;
    }
    if (EtfEncoder.isString(list)) {
      return 3L + list.size();
    }
    EncodedElements encoded = encoded(list);
    if (encoded != null) {
      return HEAD + 1 + encoded.externalSize();
    }
    return HEAD + 1 + (list.isCompact() ? integers(list) : 0);
  }

  /** The elements as they will be written, if they are bytes of which the size is known. */
  private static @Nullable EncodedElements encoded(ListTerm list) {
    return list.late() instanceof EncodedElements elements && elements.knowsExternalSize()
        ? elements
        : null;
  }

  /** What the elements of a list of integers take. */
  private static long integers(ListTerm list) {
    long size = 0;
    long[] values = new long[Math.min(list.size(), EtfEncoder.INTEGERS_AT_ONCE)];
    for (int from = 0; from < list.size(); from += values.length) {
      int count = Math.min(list.size() - from, values.length);
      list.copyLongsTo(values, from, count);
      for (int i = 0; i < count; i++) {
        size += integer(values[i]);
      }
    }
    return size;
  }

  private static long pid(Pid pid) {
    return 1 + atom(pid.node()) + 12;
  }

  private static long port(Port port) {
    return 1 + atom(port.node()) + (EtfEncoder.isNewPort(port) ? 4 : 8) + 4;
  }

  private static long fun(Fun fun) {
    return HEAD
        + 1
        + Fun.UNIQ_SIZE
        + 4
        + 4
        + atom(fun.module())
        + integer(fun.oldIndex())
        + integer(fun.oldUniq())
        + pid(fun.pid());
  }
}
