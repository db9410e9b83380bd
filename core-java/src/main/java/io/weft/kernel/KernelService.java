package io.weft.kernel;

import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.NodeService;
import io.weft.runtime.Clock;
import java.util.List;
import java.util.function.Consumer;

/** What every node on a network runs: {@code net_kernel}, {@code user}, {@code logger_proxy}. */
public final class KernelService implements NodeService {
  /** Made by the service loader. */
  public KernelService() {}

  @Override
  public void start(Node node, NodeOptions options) {
    Clock clock = node.seams().clock();
    Consumer<String> chosen = options.output();
    Consumer<String> output = chosen != null ? chosen : new OutputLog(clock);
    ServiceKeeper.run(
        node,
        "kernel_services",
        List.of(NetKernel.blueprint(), User.blueprint(output), LoggerProxy.blueprint(clock)));
  }
}
