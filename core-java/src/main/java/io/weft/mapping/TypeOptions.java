package io.weft.mapping;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one type looks as terms where that is not said by annotations, or where they say something
 * else: what is said here wins. Each method returns this; not for several threads.
 */
public final class TypeOptions {
  /** The form of a record. */
  enum Shape {
    TUPLE,
    RECORD,
    MAP,
    PROPLIST,
    STRUCT,
    VALUE
  }

  @Nullable Shape shape;
  @Nullable String tag;
  @Nullable String module;
  EtfKeys keys = EtfKeys.ATOMS;
  @Nullable Boolean ignoresUnknown;
  final Map<String, String> names = new HashMap<>();
  final Map<String, Object> defaults = new HashMap<>();

  TypeOptions() {}

  /** As {@link EtfTuple} does. */
  public TypeOptions tuple() {
    return as(Shape.TUPLE);
  }

  /** As {@link EtfRecord} does. */
  public TypeOptions record() {
    return as(Shape.RECORD);
  }

  /** As {@link EtfMap} does, with atoms as keys. */
  public TypeOptions map() {
    return map(EtfKeys.ATOMS);
  }

  /** As {@link EtfMap} does. */
  public TypeOptions map(EtfKeys keys) {
    this.keys = keys;
    return as(Shape.MAP);
  }

  /** As {@link EtfProplist} does. */
  public TypeOptions proplist() {
    return as(Shape.PROPLIST);
  }

  /** As {@link EtfStruct} does. */
  public TypeOptions struct(String module) {
    this.module = module;
    return as(Shape.STRUCT);
  }

  /** As {@link EtfValue} does. */
  public TypeOptions value() {
    return as(Shape.VALUE);
  }

  private TypeOptions as(Shape shape) {
    this.shape = shape;
    return this;
  }

  /** As {@link EtfTag} does on a type, but does not say that it is a tagged tuple. */
  public TypeOptions tag(String tag) {
    this.tag = tag;
    return this;
  }

  /** Gives a component this key, as {@link EtfTag} does. */
  public TypeOptions key(String component, String key) {
    names.put(component, key);
    return this;
  }

  /** Lets a component be missing, and says what it is then. */
  public TypeOptions defaultValue(String component, Object value) {
    defaults.put(component, value);
    return this;
  }

  /** Skips keys that are unknown. */
  public TypeOptions ignoreUnknownKeys() {
    ignoresUnknown = true;
    return this;
  }

  /** Refuses keys that are unknown, also where the mapping ignores them. */
  public TypeOptions failOnUnknownKeys() {
    ignoresUnknown = false;
    return this;
  }
}
