package io.weft.mapping;

import io.weft.term.Atom;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Term;
import io.weft.term.TermOrder;
import io.weft.term.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A {@code Map} as a map or as a property list. What is decoded cannot be changed. */
final class EntriesForm extends Form {
  private final Form key;
  private final Form value;
  private final boolean proplist;

  EntriesForm(Form key, Form value, boolean proplist) {
    this.key = key;
    this.value = value;
    this.proplist = proplist;
  }

  @Override
  Term encode(Object map, int depth) {
    checkDepth(depth);
    var entries = (Map<?, ?>) map;
    Term[] cells = new Term[2 * entries.size()];
    int n = 0;
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      cells[n] = encodeKey(entry.getKey(), n / 2, depth);
      cells[n + 1] = encodeValue(cells[n], entry.getValue(), depth);
      n += 2;
    }
    return proplist ? pairs(cells) : map(cells);
  }

  private Term encodeKey(@Nullable Object content, int index, int depth) {
    try {
      return key.write(content, depth + 1);
    } catch (Misfit misfit) {
      throw misfit.under("[key " + index + "]");
    }
  }

  private Term encodeValue(Term of, @Nullable Object content, int depth) {
    try {
      return value.write(content, depth + 1);
    } catch (Misfit misfit) {
      throw misfit.under(step(of));
    }
  }

  private static String step(Term key) {
    return "[" + Misfit.shown(key) + "]";
  }

  /** A map of cells, keys and values in turns. */
  static Term map(Term[] cells) {
    try {
      return MapTerm.wrap(cells);
    } catch (IllegalArgumentException twice) {
      throw new Misfit("two keys have the same term: " + twice.getMessage(), twice);
    }
  }

  /** A property list of cells, keys and values in turns. */
  static Term pairs(Term[] cells) {
    Term[] pairs = new Term[cells.length / 2];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = Tuple.of(cells[2 * i], cells[2 * i + 1]);
    }
    return ListTerm.wrap(pairs);
  }

  /**
   * The entries of a property list, the first of each key, in their order. Keys are compared, not
   * hashed: a peer can choose colliding hashes.
   */
  private static MapTerm entriesOf(ListTerm pairs) {
    var seen = new TreeSet<Term>(TermOrder.EXACT);
    var cells = new ArrayList<Term>(2 * pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      Term pair = pairs.get(i);
      Term key = keyOf(pair);
      if (key == null) {
        throw Misfit.expected("a pair or an atom", pair).under("[" + i + "]");
      }
      if (seen.add(key)) {
        cells.add(key);
        cells.add(valueOf(pair));
      }
    }
    return MapTerm.wrap(cells.toArray(Term[]::new));
  }

  /** The key of an element of a property list; null if it is none. */
  static @Nullable Term keyOf(Term pair) {
    if (pair instanceof Tuple tuple) {
      return tuple.arity() == 2 ? tuple.get(0) : null;
    }
    return pair instanceof Atom ? pair : null;
  }

  /** The value in an element of a property list. */
  static Term valueOf(Term pair) {
    return pair instanceof Tuple tuple ? tuple.get(1) : Atom.TRUE;
  }

  @Override
  Object decode(Term term, Reading in) {
    return decode(entries(term), in);
  }

  private MapTerm entries(Term term) {
    if (!proplist && term instanceof MapTerm map) {
      return map;
    }
    if (proplist && term instanceof ListTerm list) {
      return entriesOf(list);
    }
    throw Misfit.expected(proplist ? "a property list" : "a map", term);
  }

  Object decode(MapTerm map, Reading in) {
    in.enter();
    Map<@Nullable Object, @Nullable Object> entries = LinkedHashMap.newLinkedHashMap(map.size());
    for (int i = 0; i < map.size(); i++) {
      entries.put(decodeKey(map.keyAt(i), i, in), decodeValue(map.keyAt(i), map.valueAt(i), in));
    }
    in.leave();
    return Collections.unmodifiableMap(entries);
  }

  private @Nullable Object decodeKey(Term term, int index, Reading in) {
    try {
      return key.decode(term, in);
    } catch (Misfit misfit) {
      throw misfit.under("[key " + index + "]");
    }
  }

  private @Nullable Object decodeValue(Term of, Term term, Reading in) {
    try {
      return value.decode(term, in);
    } catch (Misfit misfit) {
      throw misfit.under(step(of));
    }
  }
}
