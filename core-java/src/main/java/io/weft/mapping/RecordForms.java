package io.weft.mapping;

import io.weft.mapping.TypeOptions.Shape;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which form a record has: by annotations, and by the options of its type, which win. */
final class RecordForms {
  private static final Map<Class<? extends Annotation>, Shape> SHAPES =
      Map.of(
          EtfTuple.class, Shape.TUPLE,
          EtfRecord.class, Shape.RECORD,
          EtfMap.class, Shape.MAP,
          EtfProplist.class, Shape.PROPLIST,
          EtfStruct.class, Shape.STRUCT,
          EtfValue.class, Shape.VALUE);

  /** What every struct of Elixir is named under. */
  private static final String ELIXIR = "Elixir.";

  private final FormBuilder forms;
  private final TermMapping mapping;
  private final TypeUse use;
  private final Class<?> type;
  private final TypeOptions options;

  RecordForms(FormBuilder forms, TermMapping mapping, TypeUse use) {
    this.forms = forms;
    this.mapping = mapping;
    this.use = use;
    type = use.raw();
    options = mapping.optionsOf(type);
  }

  // --- the type ----------------------------------------------------------------------------------

  Form outsideOfHierarchies() {
    Shape shape = shape();
    if (shape == null) {
      shape = type.isAnnotationPresent(EtfTag.class) ? Shape.RECORD : Shape.MAP;
    }
    return switch (shape) {
      case RECORD -> new TupleForms.Tagged(tag(), tuple());
      case TUPLE -> new TupleForms.Plain(tuple());
      case VALUE -> value();
      case MAP, PROPLIST, STRUCT -> keyed(shape);
    };
  }

  /** The form of a case with a tag; null if this is a struct, which has none. */
  @Nullable TaggedForm asCase() {
    Shape shape = shape();
    if (shape == Shape.STRUCT) {
      return null;
    }
    boolean keyed = shape == Shape.MAP || shape == Shape.PROPLIST;
    return shape != null && keyed && type.getRecordComponents().length > 0
        ? new TaggedForm.Whole(tag(), keyed(shape))
        : new TupleForms.Tagged(tag(), tuple());
  }

  private @Nullable Shape shape() {
    if (options.shape != null) {
      return options.shape;
    }
    List<Class<? extends Annotation>> marks =
        SHAPES.keySet().stream().filter(type::isAnnotationPresent).toList();
    if (marks.size() > 1) {
      throw Unmappable.of(type, "has more than one form: " + Unmappable.list(marks));
    }
    return marks.isEmpty() ? null : SHAPES.get(marks.getFirst());
  }

  private Atom tag() {
    return Atom.of(mapping.tagOf(type));
  }

  Atom module() {
    EtfStruct struct = type.getAnnotation(EtfStruct.class);
    String module = options.module != null ? options.module : struct == null ? "" : struct.value();
    return Atom.of(module.startsWith(ELIXIR) ? module : ELIXIR + module);
  }

  // --- the components ----------------------------------------------------------------------------

  private RecordShape tuple() {
    return shape(mapping.nothing(), false);
  }

  private Form value() {
    if (type.getRecordComponents().length != 1) {
      throw Unmappable.of(type, "has not one component, so it is no @EtfValue");
    }
    return new ValueForm(tuple());
  }

  Form keyed(Shape shape) {
    boolean struct = shape == Shape.STRUCT;
    boolean omits = !struct && mapping.omitsAbsent();
    RecordShape content = shape(struct ? FormBuilder.NIL : mapping.nothing(), omits);
    Boolean ignores = options.ignoresUnknown;
    int rest = rest();
    return new KeyedForm(
        content,
        keys(rest),
        new KeyedForm.Keys(
            struct ? module() : null,
            shape == Shape.PROPLIST,
            rest,
            ignores == null ? mapping.ignoresUnknownKeys() : ignores,
            omits));
  }

  private RecordShape shape(Atom nothing, boolean omitsAbsent) {
    Access.Handles handles = mapping.access().to(type);
    RecordComponent[] components = type.getRecordComponents();
    checkNames(components);
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      Form form = forms.within(type, component, use.component(component), nothing);
      MethodHandle getter = handles.getters().get(i);
      fields.add(Field.of(component.getName(), form, getter, defaultOf(component), omitsAbsent));
    }
    return new RecordShape(fields, handles.constructor());
  }

  private @Nullable Object defaultOf(RecordComponent component) {
    Object value = options.defaults.get(component.getName());
    if (value == null && component.isAnnotationPresent(EtfRest.class)) {
      return Map.of();
    }
    Class<?> wrapped = MethodType.methodType(component.getType()).wrap().returnType();
    if (value != null && !wrapped.isInstance(value)) {
      throw Unmappable.of(
          type, "has in " + component.getName() + " no place for the default " + value);
    }
    return value;
  }

  private void checkNames(RecordComponent[] components) {
    Set<String> unknown = new HashSet<>(options.names.keySet());
    unknown.addAll(options.defaults.keySet());
    for (RecordComponent component : components) {
      unknown.remove(component.getName());
    }
    if (!unknown.isEmpty()) {
      throw Unmappable.of(type, "has no component " + Unmappable.list(unknown));
    }
  }

  private int rest() {
    int rest = -1;
    RecordComponent[] components = type.getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      if (components[i].isAnnotationPresent(EtfRest.class)) {
        if (rest >= 0 || !components[i].getType().isAssignableFrom(Map.class)) {
          throw Unmappable.of(type, "must have one @EtfRest at most, and it must be a Map");
        }
        rest = i;
      }
    }
    return rest;
  }

  private @Nullable Term[] keys(int rest) {
    EtfMap map = type.getAnnotation(EtfMap.class);
    EtfKeys kind = options.shape == Shape.MAP || map == null ? options.keys : map.keys();
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Term[] keys = new @Nullable Term[components.length];
    Set<Term> seen = new HashSet<>();
    for (int i = 0; i < keys.length; i++) {
      if (i != rest) {
        Term key = Form.asDecoded(kind.key(nameOf(components[i])));
        keys[i] = key;
        if (!seen.add(key)) {
          throw Unmappable.twice(type, "components", key);
        }
      }
    }
    return keys;
  }

  private String nameOf(RecordComponent component) {
    String name = options.names.get(component.getName());
    EtfTag tag = component.getAnnotation(EtfTag.class);
    return name != null
        ? name
        : tag != null ? tag.value() : mapping.names().nameOf(component.getName());
  }
}
