package io.weft.gen;

import io.weft.node.Node;
import java.util.Optional;

/**
 * An application on its node, as its callbacks see it.
 *
 * @param name the name of the application
 * @param node where it runs
 */
public record ApplicationContext(String name, Node node) {
  /** Returns a value of the application's configuration: {@link Applications#env}. */
  public <T> Optional<T> env(String key, Class<T> type) {
    return Applications.of(node).env(name, key, type);
  }
}
