package io.weft.bench.local.weft;

import io.weft.bench.local.LocalRows;
import io.weft.bench.worker.Worker;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import java.io.IOException;

/**
 * What {@link CrowdedWorker} is compared with: its JVM has seen the same crowd, which is gone. A
 * JIT compiler shapes the code by what ran first.
 */
public final class AfterCrowdWorker {
  private AfterCrowdWorker() {}

  public static void main(String[] args) throws IOException {
    try (Node crowded = Node.start(NodeOptions.local())) {
      Idle.spawn(crowded, LocalRows.MILLION);
    }
    try (Node node = Node.start(NodeOptions.local())) {
      Worker.serve("Weft, alone", WeftWorker.workloads(node));
    }
  }
}
