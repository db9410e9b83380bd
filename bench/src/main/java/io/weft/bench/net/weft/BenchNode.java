package io.weft.bench.net.weft;

import io.weft.bench.net.NetRows;
import io.weft.dist.DistNetwork;
import io.weft.dist.DistNetworkProvider;
import io.weft.dist.DistOptions;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import java.util.Objects;

/** The nodes of both ends. */
public final class BenchNode {
  private BenchNode() {}

  /**
   * Starts a node that talks as nodes do without a word.
   *
   * @param epmdPort 0 for an EPMD of its own
   */
  public static Node start(String name, int epmdPort) {
    return start(name, epmdPort, DistOptions.DEFAULT);
  }

  /** Starts a node that talks over TCP, also with nodes of this machine. */
  public static Node startByTcp(String name, int epmdPort) {
    return start(name, epmdPort, new Link.Plain());
  }

  /**
   * Starts a node.
   *
   * @param epmdPort 0 for an EPMD of its own
   */
  static Node start(String name, int epmdPort, Link link) {
    return start(name, epmdPort, link.options(name));
  }

  private static Node start(String name, int epmdPort, DistOptions options) {
    return Node.start(
        NodeOptions.builder(name)
            .cookie(NetRows.COOKIE)
            .epmdPort(epmdPort)
            .networkProvider(new DistNetworkProvider(options))
            .build());
  }

  /** Returns where the EPMD of a node listens. */
  public static int epmdPort(Node node) {
    return ((DistNetwork) Objects.requireNonNull(node.network())).getEpmdPort();
  }
}
