package io.weft.gen;

import java.util.Objects;

/**
 * The name of a generic timeout of a {@link GenStateMachine}, and the type of what it carries.
 *
 * <p>Two equal names are one timeout: to set it again replaces the one that runs.
 *
 * @param name tells it from the other timeouts of the machine
 * @param content the type of what is handed to its handler; {@code Void} for nothing
 * @see <a href="https://www.erlang.org/doc/apps/stdlib/gen_statem.html#t:generic_timeout/0">OTP,
 *     gen_statem, generic_timeout</a>
 */
public record Timeout<T>(String name, Class<T> content) {
  public Timeout {
    Objects.requireNonNull(name);
    Objects.requireNonNull(content);
  }

  /** Returns a timeout that carries nothing. */
  public static Timeout<Void> named(String name) {
    return new Timeout<>(name, Void.class);
  }

  /** Returns a timeout that carries a {@code T}. */
  public static <T> Timeout<T> named(String name, Class<T> content) {
    return new Timeout<>(name, content);
  }
}
