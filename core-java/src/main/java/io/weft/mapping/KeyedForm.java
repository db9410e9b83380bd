package io.weft.mapping;

import io.weft.etf.EtfEncoder;
import io.weft.etf.EtfOutput;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.ListTerm;
import io.weft.term.MapTerm;
import io.weft.term.Term;
import io.weft.term.TermOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Records whose components stand under keys: as maps, structs and property lists. */
final class KeyedForm extends Form {
  private static final Atom STRUCT = Atom.of("__struct__");

  /**
   * How keys and components are found.
   *
   * @param struct the module of a struct, else null
   * @param rest which component takes unknown keys; -1 for none
   * @param ignoresUnknown whether they are skipped if none does
   * @param omits whether components may be left out
   */
  record Keys(
      @Nullable Atom struct, boolean proplist, int rest, boolean ignoresUnknown, boolean omits) {}

  private final RecordShape shape;
  private final Keys keys;

  /** Of all components, in their order; null for the rest. */
  private final @Nullable Term[] names;

  /**
   * The components with a key, in the order in which they are written: of a map that of the keys.
   */
  private final int[] order;

  /** What is written before the values are known: keys, and in a struct its module. */
  private final @Nullable Term[] template;

  /** Where in it the values of {@link #order} go. */
  private final int[] slots;

  /**
   * What stands before each of these values, and after the last, once written; null if what is
   * written depends on the values.
   */
  private final byte @Nullable [][] written;

  private final Map<Term, Integer> indices = new HashMap<>();

  KeyedForm(RecordShape shape, @Nullable Term[] names, Keys keys) {
    this.shape = shape;
    this.names = names;
    this.keys = keys;
    List<Integer> keyed = new ArrayList<>();
    for (int i = 0; i < shape.size(); i++) {
      Term key = names[i];
      if (key != null) {
        keyed.add(i);
        indices.put(key, i);
      }
    }
    Comparator<Integer> byKey = Comparator.comparing(this::key, TermOrder.EXACT);
    if (!keys.proplist()) {
      keyed.sort(byKey);
    }
    order = keyed.stream().mapToInt(i -> i).toArray();
    slots = new int[order.length];
    template = template();
    boolean fixed = !keys.proplist() && !keys.omits() && keys.rest() < 0;
    written = fixed ? writtenBetween() : null;
  }

  private byte[][] writtenBetween() {
    byte[][] between = new byte[slots.length + 1][];
    int from = 0;
    for (int i = 0; i <= slots.length; i++) {
      int to = i < slots.length ? slots[i] : template.length;
      var out = new EtfOutput();
      var encoder = new EtfEncoder(out);
      for (int cell = from; cell < to; cell++) {
        encoder.term(Objects.requireNonNull(template[cell]));
      }
      between[i] = out.toByteArray();
      from = to + 1;
    }
    return between;
  }

  private @Nullable Term[] template() {
    List<@Nullable Term> cells = new ArrayList<>();
    boolean owesStruct = keys.struct() != null;
    for (int i = 0; i < order.length; i++) {
      Term key = key(order[i]);
      if (owesStruct && TermOrder.EXACT.compare(STRUCT, key) < 0) {
        cells.addAll(Arrays.asList(STRUCT, keys.struct()));
        owesStruct = false;
      }
      slots[i] = cells.size() + 1;
      cells.addAll(Arrays.asList(key, null));
    }
    if (owesStruct) {
      cells.addAll(Arrays.asList(STRUCT, keys.struct()));
    }
    return cells.toArray(new @Nullable Term[0]);
  }

  private Term key(int field) {
    Term key = names[field];
    if (key == null) {
      throw new IllegalStateException("component " + field + " has no key");
    }
    return key;
  }

  /** The module of the struct that a term is; null if it is none. */
  static @Nullable Atom structOf(Term term) {
    return term instanceof MapTerm map && map.get(STRUCT) instanceof Atom module ? module : null;
  }

  // --- encode ------------------------------------------------------------------------------------

  @Override
  Term encode(Object value, int depth) {
    checkDepth(depth);
    @Nullable Term[] cells = template.clone();
    boolean complete = true;
    for (int i = 0; i < order.length; i++) {
      Term term = shape.field(order[i]).encode(value, depth + 1);
      cells[slots[i]] = term;
      complete &= term != null;
    }
    Term[] all = complete && keys.rest() < 0 ? whole(cells) : assembled(cells, value, depth);
    return keys.proplist() ? EntriesForm.pairs(all) : EntriesForm.map(all);
  }

  @Override
  void encodeTo(EtfEncoder out, Object value, int depth) {
    if (written == null) {
      super.encodeTo(out, value, depth);
      return;
    }
    checkDepth(depth);
    out.mapHead(template.length / 2);
    for (int i = 0; i < order.length; i++) {
      out.written(written[i]);
      shape.field(order[i]).encodeTo(out, value, depth + 1);
    }
    out.written(written[order.length]);
  }

  @SuppressWarnings("NullAway") // no cell is null
  private static Term[] whole(@Nullable Term[] cells) {
    return cells;
  }

  /** Leaves out what is absent and adds the rest. */
  private Term[] assembled(@Nullable Term[] cells, Object value, int depth) {
    List<Term> all = new ArrayList<>(cells.length);
    for (int i = 0; i < cells.length; i += 2) {
      Term key = cells[i];
      Term content = cells[i + 1];
      if (key != null && content != null) {
        all.add(key);
        all.add(content);
      }
    }
    if (keys.rest() >= 0
        && shape.field(keys.rest()).encode(value, depth + 1) instanceof MapTerm rest) {
      for (int i = 0; i < rest.size(); i++) {
        all.add(rest.keyAt(i));
        all.add(rest.valueAt(i));
      }
    }
    return all.toArray(Term[]::new);
  }

  // --- decode ------------------------------------------------------------------------------------

  @Override
  Object decode(Term term, Reading in) {
    in.enter();
    @Nullable Term[] found = new @Nullable Term[shape.size()];
    List<Term> rest = new ArrayList<>(0);
    if (keys.proplist()) {
      sortPairs(term, found, rest);
    } else {
      sortEntries(term, found, rest);
    }
    @Nullable Object[] values = new @Nullable Object[found.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == keys.rest() ? restOf(rest, in) : valueOf(i, found[i], in);
    }
    in.leave();
    return shape.make(values, term);
  }

  private @Nullable Object valueOf(int index, @Nullable Term term, Reading in) {
    Field field = shape.field(index);
    if (term != null) {
      return field.decode(term, in);
    }
    if (field.mayMiss()) {
      return field.missing();
    }
    throw new Misfit("key " + key(index) + " is missing");
  }

  private @Nullable Object restOf(List<Term> rest, Reading in) {
    return shape.field(keys.rest()).decode(MapTerm.wrap(rest.toArray(Term[]::new)), in);
  }

  private void sortEntries(Term term, @Nullable Term[] found, List<Term> rest) {
    if (!(term instanceof MapTerm map)) {
      throw Misfit.expected(keys.struct() == null ? "a map" : "%" + keys.struct() + "{}", term);
    }
    if (keys.struct() != null && !keys.struct().equals(map.get(STRUCT))) {
      throw Misfit.expected("a struct of " + keys.struct(), term);
    }
    int guess = 0; // most maps have their keys in the order of ours
    for (int i = 0; i < map.size(); i++) {
      Term key = map.keyAt(i);
      if (guess < order.length && key.equals(names[order[guess]])) {
        found[order[guess++]] = map.valueAt(i);
      } else if (keys.struct() == null || !key.equals(STRUCT)) {
        sort(key, map.valueAt(i), found, rest);
      }
    }
  }

  private void sortPairs(Term term, @Nullable Term[] found, List<Term> rest) {
    if (!(term instanceof ListTerm list)) {
      throw Misfit.expected("a property list", term);
    }
    for (int i = 0; i < list.size(); i++) {
      Term key = EntriesForm.keyOf(list.get(i));
      if (key == null) {
        throw Misfit.expected("a pair or an atom", list.get(i)).under("[" + i + "]");
      }
      sort(key, EntriesForm.valueOf(list.get(i)), found, rest);
    }
    if (rest.size() > 2) {
      firstOfEach(rest);
    }
  }

  private void sort(Term key, Term value, @Nullable Term[] found, List<Term> rest) {
    Integer index = isOurKind(key) ? indices.get(key) : null;
    if (index != null) {
      if (found[index] == null) {
        found[index] = value;
      }
    } else if (keys.rest() >= 0) {
      rest.add(key);
      rest.add(value);
    } else if (!keys.ignoresUnknown()) {
      throw new Misfit("unknown key " + Misfit.shown(key) + ", expected only " + known());
    }
  }

  /** A key of another kind may be huge, and is not worth a hash. */
  private static boolean isOurKind(Term key) {
    return key instanceof Atom || key instanceof Binary;
  }

  /** Of pairs with one key the first counts. */
  private static void firstOfEach(List<Term> cells) {
    var seen = new TreeSet<Term>(TermOrder.EXACT);
    List<Term> first = new ArrayList<>(cells.size());
    for (int i = 0; i < cells.size(); i += 2) {
      if (seen.add(cells.get(i))) {
        first.add(cells.get(i));
        first.add(cells.get(i + 1));
      }
    }
    cells.clear();
    cells.addAll(first);
  }

  private String known() {
    return Unmappable.list(Arrays.stream(order).mapToObj(this::key).toList());
  }
}
