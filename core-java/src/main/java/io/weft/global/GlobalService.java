package io.weft.global;

import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.NodeService;

/** Lets every node on a network answer for its global names and locks, as OTP's nodes do. */
public final class GlobalService implements NodeService {
  /** For {@link java.util.ServiceLoader}. */
  public GlobalService() {}

  @Override
  public void start(Node node, NodeOptions options) {
    Global.of(node);
  }
}
