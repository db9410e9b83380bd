package io.weft.global;

import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.NodeService;

/**
 * Lets every published node be a member of its cluster from the start. A hidden one is no member,
 * and runs {@code global} from when it is used.
 */
public final class GlobalService implements NodeService {
  /** For {@link java.util.ServiceLoader}. */
  public GlobalService() {}

  @Override
  public void start(Node node, NodeOptions options) {
    if (!options.hidden()) {
      Global.of(node);
    }
  }
}
