package io.weft.node;

/**
 * Something that every node on a network runs by itself because its peers expect it there. Found by
 * {@link java.util.ServiceLoader}.
 */
@FunctionalInterface
public interface NodeService {
  /**
   * Starts the service's processes. Called once for each node that has a network, when {@link
   * Node#network} answers already and before a peer can reach it. A failure fails the start of the
   * node.
   */
  void start(Node node, NodeOptions options);
}
