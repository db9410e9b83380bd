package io.weft.gen;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
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
    Object fitting =
        value instanceof String text && type != String.class ? read(text, type) : value;
    if (fitting == null || !type.isInstance(fitting)) {
      throw new IllegalArgumentException(
          "the value of %s.%s is to be a %s, not %s"
              .formatted(application, name, type.getName(), value));
    }
    return type.cast(fitting);
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
    } catch (NumberFormatException | java.time.format.DateTimeParseException e) {
      return null;
    }
  }
}
