package io.weft.node;

/**
 * Gives a node its network. Found by {@link java.util.ServiceLoader}, where at most one is
 * expected, or named in {@link NodeOptions#networkProvider}.
 */
@FunctionalInterface
public interface NetworkProvider {
  /**
   * Makes the network of a node that is starting. Opens nothing yet: that is for {@link
   * Network#open}.
   */
  Network create(Node node, NodeOptions options);
}
