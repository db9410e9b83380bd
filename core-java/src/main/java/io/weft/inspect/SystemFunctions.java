package io.weft.inspect;

import io.weft.node.FunctionCall;
import io.weft.node.Functions;
import io.weft.node.NodeOptions;
import io.weft.runtime.Clock;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The functions of module {@code erlang} about the system as a whole. Memory is that of the JVM's
 * heap: all of it is the processes', but for what is free.
 */
final class SystemFunctions {
  /** There are no ports and no tables; but tools divide by how many there may be. */
  private static final int OTP_PORT_LIMIT = 65_536;

  private static final int OTP_TABLE_LIMIT = 8_192;
  private static final String HEAP = "eheap_alloc";

  private final Clock clock;
  private final NodeOptions options;
  private final long start;
  private final AtomicLong wallClockAsked = new AtomicLong();
  private final AtomicLong runtimeAsked = new AtomicLong();

  SystemFunctions(Clock clock, NodeOptions options) {
    this.clock = clock;
    this.options = options;
    this.start = clock.nanoTime();
  }

  void provide(Functions functions) {
    functions
        .provide("erlang", "memory", 0, _ -> memory())
        .provide("erlang", "memory", 1, SystemFunctions::memory)
        .provide("c", "memory", 0, _ -> memory())
        .provide("c", "memory", 1, SystemFunctions::memory)
        .provide("erlang", "statistics", 1, this::statistics)
        .provide("erlang", "system_info", 1, this::systemInfo)
        .provide("erlang", "system_flag", 2, SystemFunctions::systemFlag);
  }

  // --- memory ------------------------------------------------------------------------------------

  private static Map<String, Long> memoryByKind() {
    Runtime jvm = Runtime.getRuntime();
    long total = jvm.totalMemory();
    long used = total - jvm.freeMemory();
    Map<String, Long> kinds = new LinkedHashMap<>();
    kinds.put("total", total);
    kinds.put("processes", used);
    kinds.put("processes_used", used);
    kinds.put("system", total - used);
    for (String none : List.of("atom", "atom_used", "binary", "code", "ets")) {
      kinds.put(none, 0L);
    }
    return kinds;
  }

  static ListTerm memory() {
    List<Term> kinds = new ArrayList<>();
    memoryByKind().forEach((kind, bytes) -> kinds.add(item(kind, IntTerm.of(bytes))));
    return Terms.list(kinds);
  }

  private static Term memory(FunctionCall call) {
    Map<String, Long> kinds = memoryByKind();
    if (!(call.argument(0) instanceof ListTerm wanted)) {
      return IntTerm.of(bytes(kinds, call.argument(0), call));
    }
    List<Term> items = new ArrayList<>();
    for (Term kind : wanted.elements()) {
      items.add(Tuple.of(kind, IntTerm.of(bytes(kinds, kind, call))));
    }
    return Terms.list(items);
  }

  private static long bytes(Map<String, Long> kinds, Term kind, FunctionCall call) {
    if (kind instanceof Atom(String name) && kinds.containsKey(name)) {
      return kinds.getOrDefault(name, 0L);
    }
    throw call.badarg();
  }

  /**
   * Returns what {@code {allocator_sizes, Allocators}} tells: the heap as the one allocator that
   * OTP has for the heaps of processes, in one instance and one carrier.
   */
  static ListTerm allocators() {
    Map<String, Long> kinds = memoryByKind();
    Term used = IntTerm.of(kinds.getOrDefault("processes_used", 0L));
    Term total = IntTerm.of(kinds.getOrDefault("total", 0L));
    Term blocks = Terms.list(item(HEAP, Terms.list(Tuple.of(Atom.of("size"), used, used, used))));
    return Terms.list(
        item(
            HEAP,
            Terms.list(
                Tuple.of(
                    Atom.of("instance"),
                    zero(),
                    Terms.list(
                        item("mbcs", carriers(blocks, total)),
                        item("sbcs", carriers(ListTerm.NIL, zero())))))));
  }

  private static Term carriers(Term blocks, Term size) {
    return Terms.list(item("blocks", blocks), Tuple.of(Atom.of("carriers_size"), size, size, size));
  }

  /** Returns what etop shows of the memory. */
  static ListTerm briefMemory() {
    Map<String, Long> kinds = memoryByKind();
    List<Term> items = new ArrayList<>();
    for (String kind : List.of("total", "processes", "ets", "atom", "code", "binary")) {
      items.add(item(kind, IntTerm.of(kinds.getOrDefault(kind, 0L))));
    }
    return Terms.list(items);
  }

  private static Tuple item(String name, Term value) {
    return Tuple.of(Atom.of(name), value);
  }

  // --- statistics --------------------------------------------------------------------------------

  long uptimeMillis() {
    return Duration.ofNanos(clock.nanoTime() - start).toMillis();
  }

  private static long cpuMillis() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
  }

  private Term statistics(FunctionCall call) {
    if (!(call.argument(0) instanceof Atom(String name))) {
      throw call.badarg();
    }
    return switch (name) {
      case "wall_clock" -> since(uptimeMillis(), wallClockAsked);
      case "runtime" -> since(cpuMillis(), runtimeAsked);
      case "run_queue",
          "total_run_queue_lengths",
          "total_run_queue_lengths_all",
          "total_active_tasks",
          "total_active_tasks_all" ->
          zero();
      case "run_queue_lengths", "run_queue_lengths_all", "active_tasks", "active_tasks_all" ->
          Terms.list(java.util.Collections.nCopies(schedulers(call), zero()));
      case "reductions", "exact_reductions", "context_switches" -> Tuple.of(zero(), zero());
      case "io" -> io();
      case "garbage_collection" -> Tuple.of(zero(), zero(), zero());
      case "scheduler_wall_time", "scheduler_wall_time_all" -> schedulerTimes(call);
      default -> throw call.badarg();
    };
  }

  private static Tuple since(long now, AtomicLong asked) {
    return Tuple.of(IntTerm.of(now), IntTerm.of(now - asked.getAndSet(now)));
  }

  static Tuple io() {
    return Tuple.of(item("input", zero()), item("output", zero()));
  }

  /** Returns {@code [{Scheduler, Active, Total}]}: the time of the JVM, as if spread evenly. */
  ListTerm schedulerTimes(FunctionCall call) {
    int schedulers = schedulers(call);
    long total = uptimeMillis();
    long active = Math.min(total, cpuMillis() / schedulers);
    List<Term> times = new ArrayList<>();
    for (int i = 1; i <= schedulers; i++) {
      times.add(Tuple.of(IntTerm.of(i), IntTerm.of(active), IntTerm.of(total)));
    }
    return Terms.list(times);
  }

  private static IntTerm zero() {
    return IntTerm.of(0);
  }

  private static int schedulers(FunctionCall call) {
    return Math.max(1, call.node().seams().scheduler().parallelism());
  }

  /** Times of schedulers are always there; nothing else can be set. */
  private static Term systemFlag(FunctionCall call) {
    if (call.argument(0).equals(Atom.of("scheduler_wall_time"))) {
      return Atom.TRUE;
    }
    throw call.badarg();
  }

  // --- system_info -------------------------------------------------------------------------------

  private Term systemInfo(FunctionCall call) {
    Term value = systemInfo(call.argument(0), call);
    if (value == null) {
      throw call.badarg();
    }
    return value;
  }

  @Nullable Term systemInfo(Term about, FunctionCall call) {
    if (about instanceof Tuple pair && pair.arity() == 2) {
      return ofPair(pair.get(0), pair.get(1));
    }
    return about instanceof Atom(String name) ? ofName(name, call) : null;
  }

  private static @Nullable Term ofPair(Term what, Term which) {
    if (what.equals(Atom.of("wordsize"))) {
      return IntTerm.of(8);
    }
    if (!(which instanceof ListTerm asked)) {
      return null;
    }
    if (what.equals(Atom.of("allocator_sizes"))) {
      return asked.elements().contains(Atom.of(HEAP)) ? allocators() : ListTerm.NIL;
    }
    return what.equals(Atom.of("allocator")) ? ListTerm.NIL : null;
  }

  private @Nullable Term ofName(String name, FunctionCall call) {
    return switch (name) {
      case "process_count" -> IntTerm.of(call.node().processCount());
      case "process_limit" -> IntTerm.of(options.maxProcesses());
      case "port_count", "ets_count", "atom_count", "thread_pool_size" -> zero();
      case "port_limit" -> IntTerm.of(OTP_PORT_LIMIT);
      case "ets_limit" -> IntTerm.of(OTP_TABLE_LIMIT);
      case "atom_limit" -> IntTerm.of(Integer.MAX_VALUE);
      case "schedulers",
          "schedulers_online",
          "dirty_cpu_schedulers",
          "dirty_cpu_schedulers_online" ->
          IntTerm.of(schedulers(call));
      case "logical_processors", "logical_processors_online", "logical_processors_available" ->
          IntTerm.of(Runtime.getRuntime().availableProcessors());
      case "dist_buf_busy_limit", "delayed_node_table_gc", "dirty_io_schedulers" -> zero();
      case "creation" -> IntTerm.of(Integer.toUnsignedLong(call.node().creation()));
      case "otp_release" -> Terms.charlist("25");
      case "compat_rel" -> IntTerm.of(25);
      case "version" -> Terms.charlist("13.1.5");
      case "system_version" ->
          Terms.charlist(
              "Weft on " + property("java.vm.name") + " " + property("java.version") + "\n");
      case "system_architecture" ->
          Terms.charlist(property("os.arch") + "-" + property("java.vm.name").replace(' ', '-'));
      case "machine" -> Terms.charlist("WEFT");
      case "os_type" -> Tuple.of(Atom.of("unix"), Atom.of(osName()));
      case "wordsize" -> IntTerm.of(8);
      case "multi_scheduling" -> Atom.of("enabled");
      case "smp_support", "threads", "kernel_poll" -> Atom.TRUE;
      case "dynamic_trace" -> Atom.of("none");
      case "build_type" -> Atom.of("opt");
      case "emu_flavor", "emu_type" -> Atom.of("jvm");
      case "alloc_util_allocators" -> Terms.list(Atom.of(HEAP));
      case "taints", "dist_ctrl" -> ListTerm.NIL;
      default -> null;
    };
  }

  private static String osName() {
    return property("os.name").toLowerCase(java.util.Locale.ROOT).replace(' ', '_');
  }

  private static String property(String name) {
    return System.getProperty(name, "");
  }
}
