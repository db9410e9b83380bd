package io.weft.bench.net.weft;

import io.weft.bench.compare.ErlangModule;
import io.weft.bench.compare.Row;
import io.weft.bench.net.NetRows;
import io.weft.bench.worker.Worker;
import io.weft.bench.worker.Workload;
import io.weft.dist.DistNetwork;
import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.Term;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Weft as a contestant: the near node, which starts the far ones. */
public final class NetWorker {
  /** For each workload; there are two JVMs to be warmed. */
  private static final Duration WARM_UP =
      Duration.ofMillis(Integer.getInteger("weft.bench.warm-up", 2_000));

  private static final Term SMALL = Atom.of("ping");

  private NetWorker() {}

  public static void main(String[] args) throws Exception {
    NodeOptions options =
        NodeOptions.builder("near_weft@" + NetRows.HOST).cookie(NetRows.COOKIE).epmdPort(0).build();
    try (Node node = Node.start(options)) {
      int epmdPort = ((DistNetwork) Objects.requireNonNull(node.network())).getEpmdPort();
      try (FarProcess weft = FarProcess.weft(epmdPort)) {
        var workloads = toWeft(node, weft.node());
        if (!ErlangModule.isPossible()) {
          serve(workloads);
          return;
        }
        try (FarProcess otp = FarProcess.otp(epmdPort, node.name().name())) {
          workloads.putAll(toOtp(node, otp.node()));
          serve(workloads);
        }
      }
    }
  }

  private static void serve(Map<Row, Workload> workloads) throws Exception {
    Worker.warmUp(workloads.values(), WARM_UP);
    Worker.serve("Weft", workloads);
  }

  private static Map<Row, Workload> toWeft(Node node, String far) {
    var workloads = new HashMap<Row, Workload>();
    workloads.put(NetRows.ONE_WAY, new OneWay(node, far, 1));
    workloads.put(NetRows.ONE_WAY_4, new OneWay(node, far, 4));
    workloads.put(NetRows.CALL, new RemoteCalls(node, far, 1, SMALL));
    workloads.put(NetRows.CALL_30, new RemoteCalls(node, far, 30, SMALL));
    workloads.put(NetRows.CALL_LARGE, new RemoteCalls(node, far, 1, large()));
    workloads.put(NetRows.FAN_OUT, new FanOut(node, far));
    return workloads;
  }

  private static Map<Row, Workload> toOtp(Node node, String far) {
    return Map.of(
        NetRows.ONE_WAY_TO_OTP, new OneWay(node, far, 1),
        NetRows.CALL_TO_OTP, new RemoteCalls(node, far, 1, SMALL),
        NetRows.CALL_30_TO_OTP, new RemoteCalls(node, far, 30, SMALL),
        NetRows.CALL_LARGE_TO_OTP, new RemoteCalls(node, far, 1, large()),
        NetRows.FAN_OUT_TO_OTP, new FanOut(node, far));
  }

  private static Term large() {
    return Binary.of(new byte[NetRows.LARGE_BYTES]);
  }
}
