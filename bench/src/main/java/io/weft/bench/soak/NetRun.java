package io.weft.bench.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import io.weft.dist.DistNetwork;
import io.weft.node.Network;
import io.weft.node.Node;
import io.weft.node.NodeEvent;
import io.weft.node.NodeKind;
import io.weft.node.NodeOptions;
import io.weft.node.PeerSession;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * One run of nodes on loopback, each with couriers to all others, whose connections are cut and
 * which are restarted at random. One node does neither run couriers nor end: it has the EPMD.
 */
final class NetRun {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long TELL_EVERY = TimeUnit.SECONDS.toNanos(10);
  private static final int COURIERS = 4;

  /** What the JVM itself may open meanwhile. */
  private static final int SPARE_DESCRIPTORS = 12;

  /** One fault in so many is the end of a node. */
  private static final int RESTARTS = 150;

  private final PostOffice post = new PostOffice();
  private final HeapTrend heap = new HeapTrend();
  private final Faults faults = new Faults();
  private final List<Node> nodes = new ArrayList<>();
  private final Random random;
  private final int size;
  private final PrintWriter out;
  private final LongAdder ups = new LongAdder();

  /** How many processes a node has when it is open. */
  private int processes;

  private long cuts;
  private long restarts;

  NetRun(int size, long seed, PrintWriter out) {
    this.size = size;
    this.random = new Random(seed);
    this.out = out;
  }

  /**
   * Returns what went wrong.
   *
   * @param fewest how many connections are to be made again, even if that takes longer
   */
  List<String> run(Duration time, long fewest) {
    long descriptors = openDescriptors();
    try (Node mapper = start("mapper", 0)) {
      int epmdPort = ((DistNetwork) network(mapper)).getEpmdPort();
      for (int i = 0; i < size; i++) {
        nodes.add(open(i, epmdPort));
      }
      strike(epmdPort, time, fewest);
      settle();
      nodes.forEach(Node::close);
    }
    faults.require(
        "no thread of the runtime is left", () -> SupervisorRun.runtimeThreads().isEmpty());
    faults.require(
        "what was opened is closed (%d descriptors before)".formatted(descriptors),
        () -> openDescriptors() <= descriptors + SPARE_DESCRIPTORS);
    if (post.delivered.get() == 0) {
      faults.add("nothing was delivered");
    }
    faults.add(heap.fault());
    faults.addAll(post.violations());
    return faults.found();
  }

  // --- nodes -------------------------------------------------------------------------------------

  private static Node start(String name, int epmdPort) {
    return Node.start(
        NodeOptions.builder(name + "@127.0.0.1").cookie("soak").epmdPort(epmdPort).build());
  }

  private static String name(int index) {
    return "town" + index;
  }

  private Node open(int index, int epmdPort) {
    Node node = start(name(index), epmdPort);
    var _ = node.monitorNodes(NodeKind.CONNECTED, this::count);
    node.start(Desk.blueprint(post));
    for (int other = 0; other < size; other++) {
      for (int i = 0; i < COURIERS && other != index; i++) {
        String peer = name(other) + "@127.0.0.1";
        node.spawn(
            Courier.blueprint(
                post,
                new Target.ByName(Atom.of(Desk.NAME), Atom.of(peer)),
                node.address(Desk.NAME, peer, TermCodec.identity()),
                random.nextLong()));
      }
    }
    processes = node.processCount();
    return node;
  }

  /** Both ends of a connection are told. */
  private void count(NodeEvent event) {
    if (event instanceof NodeEvent.Up) {
      ups.increment();
    }
  }

  /** Returns how many connections were made after the first ones. */
  private long reconnects() {
    return Math.max(0, ups.sum() / 2 - size * (size - 1) / 2);
  }

  private static Network network(Node node) {
    return Objects.requireNonNull(node.network());
  }

  // --- faults ------------------------------------------------------------------------------------

  private void strike(int epmdPort, Duration time, long fewest) {
    long begin = System.nanoTime();
    long tell = begin + TELL_EVERY;
    while ((System.nanoTime() - begin < time.toNanos() || reconnects() < fewest)
        && post.violations().isEmpty()) {
      int victim = random.nextInt(size);
      if (random.nextInt(RESTARTS) == 0) {
        restarts++;
        nodes.get(victim).close();
        nodes.set(victim, open(victim, epmdPort));
      } else {
        cut(nodes.get(victim), random.nextInt(size));
      }
      LockSupport.parkNanos(PAUSE + random.nextInt((int) (10 * PAUSE)));
      long now = System.nanoTime();
      if (now >= tell) {
        tell = now + TELL_EVERY;
        tell(now - begin);
      }
    }
    tell(System.nanoTime() - begin);
  }

  /** From one side, or from both at once. */
  private void cut(Node node, int other) {
    Node peer = nodes.get(other);
    if (network(node).disconnect(peer.name())) {
      cuts++;
    }
    if (random.nextInt(4) == 0) {
      network(peer).disconnect(node.name());
    }
  }

  private void tell(long elapsed) {
    out.printf(
        "%4d s: %d cuts, %d restarts, %d reconnects; %d items and %d MB delivered; %d monitors and %d links have"
            + " told of an end; %d MB, %d descriptors%n",
        TimeUnit.NANOSECONDS.toSeconds(elapsed),
        cuts,
        restarts,
        reconnects(),
        post.delivered.get(),
        post.bytes.get() >> 20,
        post.downs.get(),
        post.exits.get(),
        heap.sample() >> 20,
        openDescriptors());
    out.flush();
  }

  // --- at the end --------------------------------------------------------------------------------

  /** Nothing is cut any more: every courier gets through, and hears of every loss. */
  private void settle() {
    int couriers = size * (size - 1) * COURIERS;
    faults.require(
        "every courier has an epoch, and has heard of the end of those before",
        () -> post.present.size() == couriers && post.unsettled.get() == 0);
    faults.require("every loss was told", () -> post.lossesNotTold().isEmpty());
    faults.addAll(post.lossesNotTold());
    for (Node node : nodes) {
      faults.require(
          "%s has the %d processes it began with".formatted(node, processes),
          () -> node.processCount() == processes);
      for (Atom peer : network(node).peers()) {
        faults.require(
            node + " shares few links and monitors with " + peer, () -> isSmall(node, peer));
      }
    }
  }

  /** Returns how many files and sockets this program has open. */
  private static long openDescriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  /**
   * A monitor each way and a link for each courier, on both sides; and the name server of {@code
   * global} watches a node that it heard of before they were connected.
   */
  private static boolean isSmall(Node node, Atom peer) {
    PeerSession session = network(node).liveSession(peer);
    return session == null || session.size() <= 2 * 3 * COURIERS + 1;
  }
}
