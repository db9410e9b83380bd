package io.weft.bench.local.weft;

import io.weft.bench.worker.HeapScale;
import io.weft.bench.worker.Workload;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.node.Self;

/** Processes without state that wait for ever, on a node that goes with them. */
final class Idle implements Workload {
  private static final class Sleeper implements Behavior<Object> {
    @Override
    public void message(Self<Object> self, Object message) {}
  }

  @Override
  public long run(int ops) throws InterruptedException {
    return HeapScale.weigh(() -> sleepers(ops), Node::close);
  }

  private static Node sleepers(int count) {
    Node node = Node.start(NodeOptions.local());
    spawn(node, count);
    return node;
  }

  static void spawn(Node node, int count) {
    Blueprint<Object> sleeper = Blueprint.of("sleeper", Sleeper::new);
    for (int i = 0; i < count; i++) {
      node.spawn(sleeper);
    }
  }
}
