package io.weft.mapping;

import io.weft.node.Address;
import io.weft.term.Atom;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Works out the forms of a type and all that it contains. For one thread, and once. */
final class FormBuilder {
  static final Atom NIL = Atom.of("nil");

  private static final Set<Class<?>> OPTIONALS =
      Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  /** A type, and how it says that something in it is absent. */
  private record Key(TypeUse use, Atom nothing) {}

  private final TermMapping mapping;
  private final Map<Key, Form> known = new HashMap<>();

  FormBuilder(TermMapping mapping) {
    this.mapping = mapping;
  }

  /** The form of a component; what is wrong with it is told with its place. */
  Form within(Class<?> owner, RecordComponent component, TypeUse use, Atom nothing) {
    try {
      return form(use, nothing);
    } catch (IllegalArgumentException wrong) {
      String place = owner.getSimpleName() + "." + component.getName();
      throw new IllegalArgumentException(place + ": " + wrong.getMessage(), wrong);
    }
  }

  Form form(TypeUse use) {
    return form(use, mapping.nothing());
  }

  private Form form(TypeUse use, Atom nothing) {
    TypeUse.Marks marks = use.marks();
    Form form = plain(use, nothing);
    if (marks.packed() != null) {
      form = new OtherForms.Packed(form, marks.packed());
    }
    return marks.nullable() ? new AbsentForms.OrNull(form, nothing) : form;
  }

  /** The form of what is there and not packed. */
  private Form plain(TypeUse use, Atom nothing) {
    TypeUse.Marks marks = use.marks();
    var bare = new TypeUse.Marks(false, marks.atom(), marks.charlist(), marks.proplist(), null);
    var key = new Key(use.with(bare), nothing);
    Form found = known.get(key);
    if (found != null) {
      return found;
    }
    var late = new OtherForms.Late();
    known.put(key, late);
    Form made = make(key.use(), nothing);
    late.is(made);
    known.put(key, made);
    return made;
  }

  private Form make(TypeUse use, Atom nothing) {
    Class<?> type = use.raw();
    Form custom = mapping.customForm(type);
    if (custom != null) {
      return custom;
    }
    if (type == String.class) {
      return text(use.marks());
    }
    if (use.marks().atom() || use.marks().charlist()) {
      throw Unmappable.of(type, "is no String, so it is neither @EtfAtom nor @EtfCharlist");
    }
    Form plain = PlainForms.of(type);
    if (plain != null) {
      return plain;
    }
    if (OPTIONALS.contains(type)) {
      Form content =
          use.arguments().isEmpty() ? NumberForms.LONG : form(use.arguments().getFirst(), nothing);
      return AbsentForms.OptionalForm.of(type, content, nothing);
    }
    if (type.isEnum()) {
      return new EnumForm(type, mapping.names());
    }
    if (type == Address.class) {
      return address(use);
    }
    Form generic = generic(use, nothing);
    return generic != null ? generic : composed(use);
  }

  private static Form text(TypeUse.Marks marks) {
    return marks.atom() ? TextForms.ATOM : marks.charlist() ? TextForms.CHARLIST : TextForms.BINARY;
  }

  private @Nullable Form generic(TypeUse use, Atom nothing) {
    List<TypeUse> arguments = use.arguments();
    if (use.raw().isAssignableFrom(LinkedHashMap.class) && Map.class.isAssignableFrom(use.raw())) {
      checkArguments(use, 2);
      return new EntriesForm(
          form(arguments.get(0), nothing), form(arguments.get(1), nothing), use.marks().proplist());
    }
    if (Iterable.class.isAssignableFrom(use.raw()) || use.raw().isArray()) {
      TypeUse array = use.raw().isArray() ? TypeUse.of(use.raw().getComponentType()) : null;
      if (array == null) {
        checkArguments(use, 1);
      }
      TypeUse element = arguments.isEmpty() && array != null ? array : arguments.getFirst();
      return SequenceForm.of(use.raw(), form(element, nothing));
    }
    return null;
  }

  private static void checkArguments(TypeUse use, int count) {
    if (use.arguments().size() != count) {
      throw Unmappable.of(use.raw(), "does not say of what: give it its type arguments");
    }
  }

  private Form composed(TypeUse use) {
    Class<?> type = use.raw();
    if (!mapping.casesOf(type).isEmpty()) {
      return cases(use);
    }
    if (type.isRecord()) {
      return new RecordForms(this, mapping, use).outsideOfHierarchies();
    }
    throw Unmappable.of(
        type,
        "has no form as a term: it is no record, enum or sealed interface of these. Give it one: TermMapping.builder().form(%s.class, ..)"
            .formatted(type.getSimpleName()));
  }

  private Form address(TypeUse use) {
    checkArguments(use, 1);
    return new OtherForms.Addresses<>(
        mapping.node(), new LateCodec<>(mapping, use.arguments().getFirst()));
  }

  // --- hierarchies -------------------------------------------------------------------------------

  private Form cases(TypeUse use) {
    List<TaggedForm> tagged = new ArrayList<>();
    Map<Atom, Form> structs = new LinkedHashMap<>();
    Map<Class<?>, Form> all = new LinkedHashMap<>();
    for (TypeUse each : leaves(use)) {
      TaggedForm form = caseOf(each);
      if (form != null) {
        tagged.add(form);
        all.put(each.raw(), form);
        continue;
      }
      var struct = new RecordForms(this, mapping, each);
      Form keyed = struct.keyed(TypeOptions.Shape.STRUCT);
      if (structs.put(struct.module(), keyed) != null) {
        throw Unmappable.twice(use.raw(), "structs", struct.module());
      }
      all.put(each.raw(), keyed);
    }
    return new CasesForm(use.raw(), tagged, structs, all);
  }

  private @Nullable TaggedForm caseOf(TypeUse use) {
    Class<?> type = use.raw();
    Form custom = mapping.customForm(type);
    if (custom == null && type.isRecord()) {
      return new RecordForms(this, mapping, use).asCase();
    }
    Form whole = custom != null ? custom : form(use);
    return new TaggedForm.Whole(Atom.of(mapping.tagOf(type)), whole);
  }

  /** The cases of a hierarchy: what below it is no hierarchy itself. */
  private List<TypeUse> leaves(TypeUse use) {
    List<TypeUse> leaves = new ArrayList<>();
    for (Class<?> each : mapping.casesOf(use.raw())) {
      TypeUse narrowed = use.narrowed(each);
      if (mapping.casesOf(each).isEmpty() || mapping.customForm(each) != null) {
        leaves.add(narrowed);
      } else {
        leaves.addAll(leaves(narrowed));
      }
    }
    return leaves;
  }

  /** All types that a value of this one may have. */
  List<TypeUse> classes(TypeUse use) {
    return mapping.casesOf(use.raw()).isEmpty() ? List.of(use) : leaves(use);
  }
}
