package io.weft.node;

/** Gives a node its network. Found by {@link java.util.ServiceLoader}; at most one is expected. */
public interface NetworkProvider {
  /**
   * Brings the node on the network: when this returns, peers can reach it. Blocks until then.
   *
   * @throws NodeStartException if the node cannot be reached by others: its name is in use, its port is taken
   */
  Network start(Node node, NodeOptions options);
}
