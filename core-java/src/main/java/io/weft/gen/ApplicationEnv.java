package io.weft.gen;

import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.FloatTerm;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of all applications of a node. A value is looked for in the order
 *
 * <ol>
 *   <li>set at run time;
 *   <li>the system property {@code weft.APPLICATION.KEY}, then the environment variable {@code
 *       WEFT_APPLICATION_KEY};
 *   <li>what the node was configured with;
 *   <li>the application's own definition.
 * </ol>
 */
final class ApplicationEnv {
  private record Key(String application, String name) {}

  private final Map<Key, Object> set = new ConcurrentHashMap<>();
  private final Map<Key, Object> configured = new ConcurrentHashMap<>();
  private final Map<Key, Object> defined = new ConcurrentHashMap<>();
  private final Function<String, @Nullable String> property;
  private final Function<String, @Nullable String> variable;

  ApplicationEnv(
      Function<String, @Nullable String> property, Function<String, @Nullable String> variable) {
    this(property, variable, Map.of());
  }

  ApplicationEnv(
      Function<String, @Nullable String> property,
      Function<String, @Nullable String> variable,
      Map<String, Map<String, Object>> ofNode) {
    ofNode.forEach(this::configure);
    this.property = property;
    this.variable = variable;
  }

  void set(String application, String name, Object value) {
    set.put(new Key(application, name), value);
  }

  void unset(String application, String name) {
    set.remove(new Key(application, name));
  }

  void configure(String application, Map<String, ?> values) {
    values.forEach((name, value) -> configured.put(new Key(application, name), value));
  }

  void load(Application application) {
    defined.keySet().removeIf(key -> key.application().equals(application.name()));
    application
        .env()
        .forEach((name, value) -> defined.put(new Key(application.name(), name), value));
  }

  /** Forgets what an application defined and what was set; the node stays configured. */
  void unload(String application) {
    defined.keySet().removeIf(key -> key.application().equals(application));
    set.keySet().removeIf(key -> key.application().equals(application));
  }

  /** Returns all values of an application that were set, configured or defined, as they hold. */
  Map<String, Object> all(String application) {
    Map<String, Object> all = new TreeMap<>();
    Stream.of(defined, configured, set)
        .flatMap(level -> level.keySet().stream())
        .filter(key -> key.application().equals(application))
        .forEach(key -> {
          Object value = find(key);
          if (value != null) { // else unset meanwhile
            all.put(key.name(), value);
          }
        });
    return all;
  }

  <T> Optional<T> get(String application, String name, Class<T> type) {
    Object value = find(new Key(application, name));
    return value == null ? Optional.empty() : Optional.of(as(application, name, value, type));
  }

  private @Nullable Object find(Key key) {
    Object value = set.get(key);
    if (value == null) {
      value = property.apply("weft." + key.application() + "." + key.name());
    }
    if (value == null) {
      value = variable.apply(variableOf(key));
    }
    if (value == null) {
      value = configured.get(key);
    }
    return value == null ? defined.get(key) : value;
  }

  private static String variableOf(Key key) {
    return ("weft_" + key.application() + "_" + key.name())
        .replaceAll("[^A-Za-z0-9]", "_")
        .toUpperCase(Locale.ROOT);
  }

  private static <T> T as(String application, String name, Object value, Class<T> type) {
    Object fitting = type.isInstance(value) ? value : converted(value, type);
    if (fitting == null || !type.isInstance(fitting)) {
      throw new IllegalArgumentException(
          "the value of %s.%s is to be a %s, not %s"
              .formatted(application, name, type.getName(), value));
    }
    return type.cast(fitting);
  }

  private static @Nullable Object converted(Object value, Class<?> type) {
    return switch (value) {
      case Binary text -> type == String.class ? text.utf8() : null;
      case ListTerm characters when type == String.class -> textOf(characters);
      case Atom name -> type == String.class ? name.name() : read(name.name(), type);
      case IntTerm(long number) -> read(Long.toString(number), type);
      case FloatTerm(double number) -> read(Double.toString(number), type);
      case String text -> read(text, type);
      default -> null;
    };
  }

  /** Returns a string of Erlang as text; null if it is none. */
  private static @Nullable String textOf(ListTerm characters) {
    var text = new StringBuilder();
    for (Term character : characters.elements()) {
      if (!(character instanceof IntTerm(long code)) || !Character.isValidCodePoint((int) code)) {
        return null;
      }
      text.appendCodePoint((int) code);
    }
    return text.toString();
  }

  /** Reads what properties and variables say as text; null if it is no such value. */
  private static @Nullable Object read(String text, Class<?> type) {
    try {
      return switch (type.getName()) {
        case "java.lang.Integer" -> Integer.valueOf(text);
        case "java.lang.Long" -> Long.valueOf(text);
        case "java.lang.Double" -> Double.valueOf(text);
        case "java.time.Duration" -> Duration.parse(text);
        case "java.lang.Boolean" ->
            text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : null;
        default -> null;
      };
    } catch (NumberFormatException | DateTimeParseException e) {
      return null;
    }
  }
}
