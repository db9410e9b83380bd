package io.weft.mapping;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A type where it is used: its class, its arguments with all variables replaced, and what
 * annotations say of it there.
 */
record TypeUse(Class<?> raw, List<TypeUse> arguments, Marks marks) {

  /** What annotations say. */
  record Marks(
      boolean nullable,
      boolean atom,
      boolean charlist,
      boolean proplist,
      @Nullable EtfPacked packed) {
    static final Marks NONE = new Marks(false, false, false, false, null);

    static Marks of(AnnotatedElement element) {
      return new Marks(
          isNullable(element),
          element.isAnnotationPresent(EtfAtom.class),
          element.isAnnotationPresent(EtfCharlist.class),
          element.isAnnotationPresent(EtfProplist.class),
          element.getAnnotation(EtfPacked.class));
    }

    /** Whoever's annotation it is, if it is called so and there at run time. */
    private static boolean isNullable(AnnotatedElement element) {
      return Arrays.stream(element.getAnnotations())
          .map(Annotation::annotationType)
          .anyMatch(type -> type.getSimpleName().equals("Nullable"));
    }

    /** These, and those of another place that says something of the same type. */
    Marks and(Marks other) {
      return new Marks(
          nullable || other.nullable,
          atom || other.atom,
          charlist || other.charlist,
          proplist || other.proplist,
          other.packed == null ? packed : other.packed);
    }
  }

  static TypeUse of(Class<?> raw) {
    return new TypeUse(raw, List.of(), Marks.NONE);
  }

  static TypeUse of(AnnotatedType type) {
    return of(type, Map.of());
  }

  private static TypeUse of(AnnotatedType type, Map<TypeVariable<?>, TypeUse> bindings) {
    Marks marks = Marks.of(type);
    return switch (type) {
      case AnnotatedParameterizedType generic -> {
        List<TypeUse> arguments = new ArrayList<>();
        for (AnnotatedType argument : generic.getAnnotatedActualTypeArguments()) {
          arguments.add(of(argument, bindings));
        }
        Class<?> raw = (Class<?>) ((ParameterizedType) generic.getType()).getRawType();
        yield new TypeUse(raw, List.copyOf(arguments), marks);
      }
      case AnnotatedArrayType array -> {
        TypeUse element = of(array.getAnnotatedGenericComponentType(), bindings);
        yield new TypeUse(element.raw().arrayType(), List.of(element), marks);
      }
      case AnnotatedTypeVariable variable -> {
        TypeUse bound = bindings.get((TypeVariable<?>) variable.getType());
        if (bound == null) {
          throw new IllegalArgumentException(
              "what is %s? Say it with new TermType<..>() {}".formatted(variable.getType()));
        }
        yield bound.with(bound.marks().and(marks));
      }
      case AnnotatedWildcardType wildcard -> of(wildcard.getAnnotatedUpperBounds()[0], bindings);
      default -> new TypeUse((Class<?>) type.getType(), List.of(), marks);
    };
  }

  TypeUse with(Marks other) {
    return new TypeUse(raw, arguments, other);
  }

  /** The type of a component of this record. */
  TypeUse component(RecordComponent component) {
    TypeUse use = of(component.getAnnotatedType(), bindings());
    return use.with(use.marks().and(Marks.of(component)));
  }

  private Map<TypeVariable<?>, TypeUse> bindings() {
    TypeVariable<?>[] variables = raw.getTypeParameters();
    Map<TypeVariable<?>, TypeUse> bindings = new HashMap<>();
    for (int i = 0; i < Math.min(variables.length, arguments.size()); i++) {
      bindings.put(variables[i], arguments.get(i));
    }
    return bindings;
  }

  /** This type as one of its supertypes; null if it is none. */
  @Nullable TypeUse as(Class<?> supertype) {
    if (raw == supertype) {
      return this;
    }
    for (AnnotatedType parent : parents(raw)) {
      if (supertype.isAssignableFrom(rawOf(parent))) {
        return of(parent, bindings()).as(supertype);
      }
    }
    return null;
  }

  /** A direct subtype of this one, with the arguments that make it that. */
  TypeUse narrowed(Class<?> subtype) {
    Map<TypeVariable<?>, TypeUse> known = new HashMap<>();
    for (AnnotatedType parent : parents(subtype)) {
      if (rawOf(parent) == raw && parent instanceof AnnotatedParameterizedType generic) {
        AnnotatedType[] parameters = generic.getAnnotatedActualTypeArguments();
        for (int i = 0; i < Math.min(parameters.length, arguments.size()); i++) {
          if (parameters[i] instanceof AnnotatedTypeVariable variable) {
            known.put((TypeVariable<?>) variable.getType(), arguments.get(i));
          }
        }
      }
    }
    List<TypeUse> found = new ArrayList<>();
    for (TypeVariable<?> variable : subtype.getTypeParameters()) {
      TypeUse bound = known.get(variable);
      if (bound == null) {
        return of(subtype); // what it is shows where it is used, if it is
      }
      found.add(bound);
    }
    return new TypeUse(subtype, List.copyOf(found), Marks.NONE);
  }

  private static List<AnnotatedType> parents(Class<?> type) {
    List<AnnotatedType> parents = new ArrayList<>(List.of(type.getAnnotatedInterfaces()));
    AnnotatedType superclass = type.getAnnotatedSuperclass();
    if (superclass != null) {
      parents.add(superclass);
    }
    return parents;
  }

  private static Class<?> rawOf(AnnotatedType type) {
    return type.getType() instanceof ParameterizedType generic
        ? (Class<?>) generic.getRawType()
        : (Class<?>) type.getType();
  }
}
