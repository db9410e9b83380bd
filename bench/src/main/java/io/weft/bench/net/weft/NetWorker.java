package io.weft.bench.net.weft;

import io.weft.bench.compare.ErlangModule;
import io.weft.bench.compare.Row;
import io.weft.bench.net.Certificates;
import io.weft.bench.net.NetRows;
import io.weft.bench.worker.Worker;
import io.weft.bench.worker.Workload;
import io.weft.node.Node;
import io.weft.term.Atom;
import io.weft.term.Binary;
import io.weft.term.Term;
import io.weft.term.Terms;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/** Weft as a contestant: the near nodes, which start the far ones. */
public final class NetWorker implements AutoCloseable {
  /** For each workload; there are two JVMs to be warmed. */
  private static final Duration WARM_UP =
      Duration.ofMillis(Integer.getInteger("weft.bench.warm-up", 2_000));

  private static final Term SMALL = Atom.of("ping");

  private final Map<Row, Workload> workloads = new LinkedHashMap<>();
  private final Deque<Runnable> ends = new ArrayDeque<>();

  private NetWorker() {}

  public static void main(String[] args) throws Exception {
    try (var worker = new NetWorker()) {
      worker.plain();
      worker.tls();
      worker.compressed();
      Worker.warmUp(worker.workloads.values(), WARM_UP);
      Worker.serve("Weft (with -XX:+AlwaysPreTouch)", worker.workloads);
    }
  }

  private void plain() throws IOException {
    Node node = node("near_weft@" + NetRows.HOST, new Link.Plain());
    int epmdPort = BenchNode.epmdPort(node);
    toWeft(
        node, keep(FarProcess.weft("far_weft@" + NetRows.HOST, epmdPort, new Link.Plain())).node());
    if (ErlangModule.isPossible()) {
      toOtp(node, keep(FarProcess.otp(epmdPort, node.name().name())).node());
    }
  }

  private void tls() throws IOException {
    String near = "near_tls@" + NetRows.HOST;
    String far = "far_tls@" + NetRows.HOST;
    Link link = new Link.Tls(Certificates.make(near, far));
    Node node = node(near, link);
    keep(FarProcess.weft(far, BenchNode.epmdPort(node), link));
    workloads.put(NetRows.TLS_ONE_WAY, new OneWay(node, far, 1));
  }

  private void compressed() throws IOException {
    String far = "far_compressed@" + NetRows.HOST;
    Link link = new Link.Compressed();
    Node node = node("near_compressed@" + NetRows.HOST, link);
    keep(FarProcess.weft(far, BenchNode.epmdPort(node), link));
    Term payload = Terms.binary(NetRows.compressible());
    workloads.put(NetRows.COMPRESSED, new OneWay(node, far, 1, payload));
  }

  private void toWeft(Node node, String far) {
    workloads.put(NetRows.ONE_WAY, new OneWay(node, far, 1));
    workloads.put(NetRows.ONE_WAY_4, new OneWay(node, far, 4));
    workloads.put(NetRows.CALL, new RemoteCalls(node, far, 1, SMALL));
    workloads.put(NetRows.CALL_30, new RemoteCalls(node, far, 30, SMALL));
    workloads.put(NetRows.CALL_LARGE, new RemoteCalls(node, far, 1, large()));
    workloads.put(NetRows.FAN_OUT, new FanOut(node, far));
  }

  private void toOtp(Node node, String far) {
    workloads.put(NetRows.ONE_WAY_TO_OTP, new OneWay(node, far, 1));
    workloads.put(NetRows.CALL_TO_OTP, new RemoteCalls(node, far, 1, SMALL));
    workloads.put(NetRows.CALL_30_TO_OTP, new RemoteCalls(node, far, 30, SMALL));
    workloads.put(NetRows.CALL_LARGE_TO_OTP, new RemoteCalls(node, far, 1, large()));
    workloads.put(NetRows.FAN_OUT_TO_OTP, new FanOut(node, far));
  }

  private Node node(String name, Link link) {
    Node node = BenchNode.start(name, 0, link);
    ends.push(node::close);
    return node;
  }

  private static Term large() {
    return Binary.of(new byte[NetRows.LARGE_BYTES]);
  }

  private FarProcess keep(FarProcess far) {
    ends.push(far::close);
    return far;
  }

  /** Ends what was started, the last first. */
  @Override
  public void close() {
    ends.forEach(Runnable::run);
  }
}
