package io.weft.bench.net.weft;

import io.weft.bench.net.NetRows;
import io.weft.dist.DistNetworkProvider;
import io.weft.node.Node;
import io.weft.node.NodeOptions;

/** The nodes of both ends. */
final class BenchNode {
  private BenchNode() {}

  /**
   * Starts a node.
   *
   * @param epmdPort 0 for an EPMD of its own
   */
  static Node start(String name, int epmdPort, Link link) {
    return Node.start(
        NodeOptions.builder(name)
            .cookie(NetRows.COOKIE)
            .epmdPort(epmdPort)
            .networkProvider(new DistNetworkProvider(link.options(name)))
            .build());
  }
}
