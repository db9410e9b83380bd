package io.weft.gen;

import io.weft.node.Node;
import java.util.Optional;

/**
 * An application on its node, as its callbacks see it.
 *
 * @param name the name of the application
 * @param node where it runs
 * @param startType why it starts there; for an included application that of the one it is part of
 */
public record ApplicationContext(String name, Node node, StartType startType) {
  /** Returns a value of the application's configuration: {@link Applications#env}. */
  public <T> Optional<T> env(String key, Class<T> type) {
    return Applications.of(node).env(name, key, type);
  }

  /** Of a failover only an application with start phases is told, as in OTP. */
  ApplicationContext toldTo(Application application) {
    return startType instanceof StartType.Failover && application.phases().isEmpty()
        ? new ApplicationContext(name, node, StartType.normal())
        : this;
  }

  ApplicationContext of(Application included) {
    return new ApplicationContext(included.name(), node, startType);
  }
}
