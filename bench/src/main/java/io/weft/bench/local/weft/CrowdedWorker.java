package io.weft.bench.local.weft;

import io.weft.bench.local.LocalRows;
import io.weft.bench.worker.Worker;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import java.io.IOException;

/** The same on a node where a million processes wait for ever. */
public final class CrowdedWorker {
  private CrowdedWorker() {}

  public static void main(String[] args) throws IOException {
    try (Node node = Node.start(NodeOptions.local())) {
      Idle.spawn(node, LocalRows.MILLION);
      Worker.serve("Weft, crowded", WeftWorker.workloads(node));
    }
  }
}
