package io.weft.testkit;

import io.weft.node.Node;
import io.weft.node.NodeOptions;
import io.weft.runtime.Seams;
import io.weft.runtime.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * A cluster on one thread: any number of nodes, with a network between them and a time of their
 * own.
 *
 * <p>Everything that could make one run differ from another is drawn from a seed: which process
 * runs next, which signal arrives first, the numbers nodes draw. So a run with a seed can be
 * repeated exactly, as long as the program under test is itself free of threads, clocks and chance.
 *
 * <pre>{@code
 * try (var simulation = new Simulation(seed)) {
 *   Node a = simulation.start("a@sim");
 *   Node b = simulation.start("b@sim");
 *   ...
 *   simulation.run();                          // until nobody has anything to do
 *   simulation.advance(Duration.ofHours(1));   // and what is due until then
 * }
 * }</pre>
 *
 * <p>Nothing happens between the calls of {@link #step}, {@link #run} and {@link #advance}. To be
 * used by one thread; that thread must not block on the simulated nodes.
 */
public final class Simulation implements AutoCloseable {
  private static final long MAX_TURNS = 50_000_000;

  private final long seed;
  private final SplittableRandom random;
  private final RandomScheduler scheduler;
  private final VirtualTime time = new VirtualTime();
  private final Seams seams;
  private final SimulatedNetwork network;
  private final List<Node> nodes = new ArrayList<>();
  private long turns;

  /** Makes a simulation whose every choice follows from {@code seed}. */
  public Simulation(long seed) {
    this(seed, seams -> seams);
  }

  /**
   * As {@link #Simulation(long)}.
   *
   * @param around what nodes are to run on in place of the seams of the simulation
   */
  Simulation(long seed, UnaryOperator<Seams> around) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.scheduler = new RandomScheduler(random.split());
    SplittableRandom entropy = random.split();
    this.seams =
        around.apply(
            new Seams(
                scheduler, new BatonStrands(scheduler, this::goOn), time, time, entropy::nextLong));
    this.network = new SimulatedNetwork(scheduler);
  }

  /** Returns the seed. */
  public long seed() {
    return seed;
  }

  /** Returns random numbers for the program under test, which follow from the seed too. */
  public RandomGenerator random() {
    return random;
  }

  /** Returns what the simulated nodes run on. */
  public Seams seams() {
    return seams;
  }

  /** Returns how many turns have run so far. */
  public long turns() {
    return turns;
  }

  /**
   * Starts a hidden node called {@code name@host}: nothing but the program connects it. All nodes
   * of the simulation can reach each other.
   */
  public Node start(String name) {
    return start(NodeOptions.builder(name).hidden(true));
  }

  /** Starts a node with options of its own. */
  public Node start(NodeOptions.Builder options) {
    Node node =
        Node.start(
            options
                .seams(seams)
                .networkProvider((joining, given) -> network.join(joining, given))
                .build());
    nodes.add(node);
    return node;
  }

  // --- running
  // ------------------------------------------------------------------------------------

  /** Runs one turn; false if nobody has anything to do now. */
  public boolean step() {
    boolean ran = scheduler.step();
    if (ran) {
      turns++;
      if (turns > MAX_TURNS) {
        throw new IllegalStateException(
            "the simulation does not come to rest: " + turns + " turns, seed " + seed);
      }
    }
    return ran;
  }

  /** Takes one step, or else lets time go by until the next is due; false if there is none. */
  private boolean goOn() {
    return step() || time.fireNext(Long.MAX_VALUE);
  }

  /** Runs until nobody has anything to do at the present time. */
  public void run() {
    while (step()) {
      // each step is a turn
    }
  }

  /** Lets {@code span} of time go by, and runs everything that is due meanwhile. */
  public void advance(Duration span) {
    long until = time.nanoTime() + span.toNanos();
    run();
    while (time.fireNext(until)) {
      run();
    }
    time.moveTo(until);
  }

  /** Returns the time that has gone by. */
  public Duration now() {
    return Duration.ofNanos(time.nanoTime());
  }

  /** Lets time go by until the next timer, and fires it; false if none is due in that time. */
  boolean fireWithin(Duration span) {
    return time.fireNext(time.nanoTime() + span.toNanos());
  }

  /** Sets a timer of the kit's own. */
  Timers.Timer after(Duration span, Runnable action) {
    return time.after(span, action);
  }

  /** Returns how many timers wait. */
  public int timers() {
    return time.size();
  }

  // --- the network
  // --------------------------------------------------------------------------------

  /** Breaks the connection of two nodes; the next signal makes a new one. */
  public void cut(Node one, Node other) {
    network.cut(one.name(), other.name());
  }

  /** Parts two nodes until {@link #heal}. */
  public void part(Node one, Node other) {
    network.part(one.name(), other.name());
  }

  /** Ends {@link #part}. */
  public void heal(Node one, Node other) {
    network.heal(one.name(), other.name());
  }

  /** Stops a node as an orderly shutdown does; time goes by if the node waits for it. */
  public void stop(Node node) {
    CompletableFuture<Void> stopped = node.stop();
    while (!stopped.isDone()) {
      if (!goOn()) {
        throw new IllegalStateException(node + " does not stop, seed " + seed);
      }
    }
    stopped.join();
    nodes.remove(node);
  }

  /** Stops all nodes. */
  @Override
  public void close() {
    List.copyOf(nodes).forEach(this::stop);
  }
}
