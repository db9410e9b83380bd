package io.weft.mapping;

import io.weft.etf.EtfEncoder;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A sealed interface: which case a term is, told by its tag and, where several cases have one tag,
 * by how many fields follow it; structs by their module.
 */
final class CasesForm extends Form {
  private final Class<?> type;
  private final Map<Class<?>, Form> byClass;
  private final Map<Atom, List<TaggedForm>> byTag = new LinkedHashMap<>();
  private final Map<Atom, Form> byStruct;

  /**
   * @param tagged the cases with a tag
   * @param structs the others, by their module
   * @param byClass all of them, by their class
   */
  CasesForm(
      Class<?> type,
      Collection<TaggedForm> tagged,
      Map<Atom, Form> structs,
      Map<Class<?>, Form> byClass) {
    this.type = type;
    this.byClass = new HashMap<>(byClass);
    this.byStruct = new LinkedHashMap<>(structs);
    for (TaggedForm each : tagged) {
      List<TaggedForm> same = byTag.computeIfAbsent(each.tag, _ -> new ArrayList<>(1));
      if (same.stream().anyMatch(other -> overlap(each, other))) {
        throw Unmappable.twice(type, "cases", each.tag);
      }
      same.add(each);
    }
  }

  private static boolean overlap(TaggedForm one, TaggedForm other) {
    return one.minFields() <= other.maxFields() && other.minFields() <= one.maxFields();
  }

  @Override
  Term encode(Object value, int depth) {
    return formOf(value).encode(value, depth);
  }

  @Override
  void encodeTo(EtfEncoder out, Object value, int depth) {
    formOf(value).encodeTo(out, value, depth);
  }

  private Form formOf(Object value) {
    Class<?> exact =
        value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
    Form form = byClass.get(exact);
    return form == null ? formOfSubclass(value) : form;
  }

  /** The form of a case that has subclasses. */
  private Form formOfSubclass(Object value) {
    for (Map.Entry<Class<?>, Form> each : byClass.entrySet()) {
      if (each.getKey().isInstance(value)) {
        return each.getValue();
      }
    }
    throw new Misfit(value.getClass().getName() + " is no case of " + type.getName());
  }

  @Override
  @Nullable Object decode(Term term, Reading in) {
    Form form = find(term);
    if (form == null) {
      throw Misfit.expected("one of " + Unmappable.list(words()), term);
    }
    return form.decode(term, in);
  }

  private @Nullable Form find(Term term) {
    Atom tag = TaggedForm.tagOf(term);
    if (tag == null) {
      Atom module = byStruct.isEmpty() ? null : KeyedForm.structOf(term);
      return module == null ? null : byStruct.get(module);
    }
    List<TaggedForm> same = byTag.get(tag);
    if (same == null) {
      return null;
    }
    int fields = TaggedForm.fieldsOf(term);
    for (TaggedForm each : same) {
      if (each.takes(fields)) {
        return each;
      }
    }
    return same.getFirst(); // which tells what it expects
  }

  private Set<String> words() {
    var words = new LinkedHashSet<String>();
    byTag.keySet().forEach(tag -> words.add(tag.toString()));
    byStruct.keySet().forEach(module -> words.add("%" + module + "{}"));
    return words;
  }
}
