package io.weft.bench.local.weft;

import io.weft.bench.local.LocalRows;
import io.weft.bench.worker.Worker;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import java.io.IOException;
import java.util.Map;

/** Weft as a contestant: one node, event-driven processes. */
public final class WeftWorker {
  private WeftWorker() {}

  public static void main(String[] args) throws IOException {
    try (Node node = Node.start(NodeOptions.local())) {
      Worker.serve(
          "Weft",
          Map.of(
              LocalRows.PING_PONG, new PingPong(node, 1),
              LocalRows.PING_PONG_100, new PingPong(node, 100),
              LocalRows.FAN_IN, new FanIn(node),
              LocalRows.RING, new Ring(node),
              LocalRows.SPAWN, new Spawn(node),
              LocalRows.CALL, new Calls(node, 1),
              LocalRows.CALL_30, new Calls(node, 30),
              LocalRows.IDLE, new Idle(),
              LocalRows.TIMERS, new TimersSet(node),
              LocalRows.LINK_STORM, new LinkStorm(node)));
    }
  }
}
