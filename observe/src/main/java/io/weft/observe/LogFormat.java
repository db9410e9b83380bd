package io.weft.observe;

import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.Map;

/**
 * Ready configurations for Log4j 2, with the process that wrote a line: see {@link LogContext}.
 * They write to standard output, from the level info on, or what the system property {@code
 * weft.log.level} says.
 *
 * <p>They take {@code org.apache.logging.log4j:log4j-slf4j2-impl} on the class path, and for JSON
 * {@code log4j-layout-template-json}. Either name the file to the JVM, {@code
 * -Dlog4j2.configurationFile=classpath:io/weft/observe/log4j2-json.xml}, or apply it while the
 * program runs; to change it, copy it.
 */
public enum LogFormat {
  /** Lines for people. */
  TEXT("log4j2-text.xml"),

  /**
   * One JSON object a line: timestamp, level, logger, thread, message, pid, name, node, reason,
   * exception, and all else of the log context as {@code context}.
   */
  JSON("log4j2-json.xml");

  private static final String CONFIGURATOR = "org.apache.logging.log4j.core.config.Configurator";

  private final String file;

  LogFormat(String file) {
    this.file = file;
  }

  /**
   * Has all logs of this JVM written so from now on.
   *
   * @throws IllegalStateException if Log4j is not on the class path
   */
  public void apply() {
    invoke("reconfigure", new Class<?>[] {URI.class}, configuration());
  }

  /**
   * Sets levels of loggers by their names; the empty name is all of them.
   *
   * @throws IllegalStateException if Log4j is not on the class path
   */
  public static void levels(Map<String, String> levels) {
    levels.forEach((logger, level) -> {
      if (logger.isEmpty()) {
        invoke("setRootLevel", new Class<?>[] {levelType()}, level(level));
      } else {
        invoke("setLevel", new Class<?>[] {String.class, String.class}, logger, level);
      }
    });
  }

  private URI configuration() {
    URL resource = LogFormat.class.getResource(file);
    if (resource == null) {
      throw new IllegalStateException(file + " is missing");
    }
    try {
      return resource.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> levelType() {
    return type("org.apache.logging.log4j.Level");
  }

  private static Object level(String name) {
    try {
      return levelType().getMethod("valueOf", String.class).invoke(null, name);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("there is no level " + name, e);
    }
  }

  /** By reflection, since nobody needs Log4j who does not use this. */
  private static void invoke(String method, Class<?>[] parameters, Object... arguments) {
    try {
      type(CONFIGURATOR).getMethod(method, parameters).invoke(null, arguments);
    } catch (InvocationTargetException failed) {
      throw new IllegalStateException("Log4j refused it", failed.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this takes another version of Log4j 2", e);
    }
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException missing) {
      throw new IllegalStateException(
          "this takes org.apache.logging.log4j:log4j-slf4j2-impl on the class path", missing);
    }
  }
}
