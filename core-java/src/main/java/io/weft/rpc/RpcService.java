package io.weft.rpc;

import io.weft.kernel.ServiceKeeper;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.NodeService;
import java.util.List;

/** What every node on a network serves: {@code rex}, and what {@code erpc} spawns. */
public final class RpcService implements NodeService {
  /** Made by the service loader. */
  public RpcService() {}

  @Override
  public void start(Node node, NodeOptions options) {
    ErpcFunctions.provide(node.functions());
    ServiceKeeper.run(node, "rpc_services", List.of(Rex.blueprint()));
  }
}
