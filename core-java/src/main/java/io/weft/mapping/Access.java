package io.weft.mapping;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The way to constructors and accessors of records in other modules: through a lookup that the user
 * gave, through a package that is open to this module, or because all is public and exported.
 */
final class Access {
  private final List<Lookup> given;

  Access(List<Lookup> given) {
    this.given = given;
  }

  /** What a record type is reached by. */
  record Handles(MethodHandle constructor, List<MethodHandle> getters) {}

  Handles to(Class<?> type) {
    for (Lookup lookup : lookups(type)) {
      try {
        return handles(lookup, type);
      } catch (IllegalAccessException _) { // maybe by the next one
      }
    }
    throw Unmappable.of(
        type,
        "cannot be reached: have %s open %s to %s, or give the mapping a lookup of its own module: TermMapping.builder().lookup(MethodHandles.lookup())"
            .formatted(type.getModule(), type.getPackageName(), Access.class.getModule()));
  }

  private List<Lookup> lookups(Class<?> type) {
    List<Lookup> lookups = new ArrayList<>();
    for (Lookup lookup : given) {
      addPrivate(lookups, type, lookup);
    }
    Access.class.getModule().addReads(type.getModule());
    addPrivate(lookups, type, MethodHandles.lookup());
    lookups.add(MethodHandles.publicLookup());
    return lookups;
  }

  private static void addPrivate(List<Lookup> lookups, Class<?> type, Lookup lookup) {
    try {
      lookups.add(MethodHandles.privateLookupIn(type, lookup));
    } catch (IllegalAccessException _) { // maybe the next one
    }
  }

  private static Handles handles(Lookup lookup, Class<?> type) throws IllegalAccessException {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      MethodHandle constructor =
          lookup.findConstructor(type, MethodType.methodType(void.class, types));
      List<MethodHandle> getters = new ArrayList<>(components.length);
      for (RecordComponent component : components) {
        getters.add(
            lookup.findVirtual(
                type, component.getName(), MethodType.methodType(component.getType())));
      }
      return new Handles(constructor, getters);
    } catch (NoSuchMethodException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
