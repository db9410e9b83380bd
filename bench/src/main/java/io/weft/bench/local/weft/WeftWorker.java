package io.weft.bench.local.weft;

import io.weft.bench.compare.Row;
import io.weft.bench.local.LocalRows;
import io.weft.bench.worker.Worker;
import io.weft.bench.worker.Workload;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import java.io.IOException;
import java.util.Map;

/** Weft as a contestant: one node, its processes event-driven except for selective receive. */
public final class WeftWorker {
  private WeftWorker() {}

  public static void main(String[] args) throws IOException {
    try (Node node = Node.start(NodeOptions.local())) {
      Worker.serve("Weft", workloads(node));
    }
  }

  static Map<Row, Workload> workloads(Node node) {
    return Map.ofEntries(
        Map.entry(LocalRows.PING_PONG, new PingPong(node, 1)),
        Map.entry(LocalRows.PING_PONG_100, new PingPong(node, 100)),
        Map.entry(LocalRows.FAN_IN, new FanIn(node)),
        Map.entry(LocalRows.RING, new Ring(node)),
        Map.entry(LocalRows.SPAWN, new Spawn(node)),
        Map.entry(LocalRows.CALL, new Calls(node, 1)),
        Map.entry(LocalRows.CALL_30, new Calls(node, 30)),
        Map.entry(LocalRows.IDLE, new Idle()),
        Map.entry(LocalRows.IDLE_10_M, new Idle()),
        Map.entry(LocalRows.TIMERS, new TimersSet(node)),
        Map.entry(LocalRows.LINK_STORM, new LinkStorm(node)),
        Map.entry(LocalRows.SELECTIVE_RECEIVE, new SelectiveReceive(node)));
  }
}
