package io.weft.bench.net.weft;

import io.weft.bench.net.NetRows;
import io.weft.dist.DistNetwork;
import io.weft.dist.DistNetworkProvider;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import java.util.Objects;

/** The nodes of both ends. */
public final class BenchNode {
  private BenchNode() {}

  /**
   * Starts a node that talks plainly.
   *
   * @param epmdPort 0 for an EPMD of its own
   */
  public static Node start(String name, int epmdPort) {
    return start(name, epmdPort, new Link.Plain());
  }

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

  /** Returns where the EPMD of a node listens. */
  public static int epmdPort(Node node) {
    return ((DistNetwork) Objects.requireNonNull(node.network())).getEpmdPort();
  }
}
