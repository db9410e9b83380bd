package io.weft.inspect;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.FunctionCall;
import io.weft.node.Functions;
import io.weft.node.ProcessInfo;
import io.weft.node.Received;
import io.weft.node.Self;
import io.weft.node.ThrowException;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The module {@code observer_backend}, which {@code observer} and {@code etop} run on the node they
 * look at.
 *
 * @see <a href="https://www.erlang.org/doc/apps/observer/observer_ug.html">OTP, Observer</a>
 */
final class ObserverFunctions {
  private static final String MODULE = "observer_backend";
  private static final int PROCESSES_A_MESSAGE = 10_000;
  private static final Atom PROCS_INFO = Atom.of("procs_info");
  private static final Atom END_OF_TABLE = Atom.of("$end_of_table");

  private final SystemFunctions system;

  ObserverFunctions(SystemFunctions system) {
    this.system = system;
  }

  void provide(Functions functions) {
    functions
        .provide(MODULE, "vsn", 0, _ -> Tuple.of(Atom.OK, Terms.charlist("1.19")))
        .provide(MODULE, "sys_info", 0, this::sysInfo)
        .provide(MODULE, "socket_info", 0, _ -> ListTerm.NIL)
        .provide(MODULE, "get_port_list", 0, _ -> ListTerm.NIL)
        .provide(MODULE, "get_socket_list", 0, _ -> ListTerm.NIL)
        .provide(MODULE, "get_table_list", 2, ObserverFunctions::tables)
        .provide(MODULE, "get_table", 3, ObserverFunctions::table)
        .provide(MODULE, "procs_info", 1, ObserverFunctions::processes)
        .provide(MODULE, "etop_collect", 1, this::collect)
        .provide(MODULE, "fetch_stats", 2, this::fetchStats)
        .provide("ets", "all", 0, _ -> ListTerm.NIL)
        .provide("ets", "info", 1, _ -> Atom.UNDEFINED)
        .provide("ets", "info", 2, _ -> Atom.UNDEFINED);
  }

  // --- the system --------------------------------------------------------------------------------

  private Term sysInfo(FunctionCall call) {
    List<Term> items = new ArrayList<>();
    items.add(item("uptime", IntTerm.of(system.uptimeMillis())));
    items.add(item("run_queue", IntTerm.of(0)));
    items.add(item("io_input", IntTerm.of(0)));
    items.add(item("io_output", IntTerm.of(0)));
    for (String name :
        List.of(
            "logical_processors",
            "logical_processors_online",
            "logical_processors_available",
            "schedulers",
            "schedulers_online")) {
      items.add(fact(name, call));
    }
    items.add(item("schedulers_available", value("schedulers_online", call)));
    for (String name :
        List.of(
            "otp_release",
            "version",
            "system_architecture",
            "kernel_poll",
            "smp_support",
            "threads",
            "thread_pool_size")) {
      items.add(fact(name, call));
    }
    items.add(item("wordsize_internal", IntTerm.of(8)));
    items.add(item("wordsize_external", IntTerm.of(8)));
    items.add(item("alloc_info", SystemFunctions.allocators()));
    for (String name :
        List.of(
            "process_count",
            "atom_limit",
            "atom_count",
            "process_limit",
            "process_count",
            "port_limit",
            "port_count",
            "ets_limit",
            "ets_count",
            "dist_buf_busy_limit")) {
      items.add(fact(name, call));
    }
    items.addAll(SystemFunctions.memory().elements());
    return Terms.list(items);
  }

  private Term fact(String name, FunctionCall call) {
    return item(name, value(name, call));
  }

  private Term value(String name, FunctionCall call) {
    return Objects.requireNonNull(system.systemInfo(Atom.of(name), call), name);
  }

  private static Term item(String name, Term value) {
    return Tuple.of(Atom.of(name), value);
  }

  /**
   * Sends {@code {stats, 1, SchedulerTimes, Io, Memory}} again and again, until a message comes.
   */
  private Term fetchStats(FunctionCall call) {
    Pid parent = call.argument(0, Pid.class);
    Duration interval = Duration.ofMillis(Math.max(1, call.argument(1, IntTerm.class).value()));
    boolean _ = call.self().trapExit(true);
    while (!hasMessage(call, interval)) {
      tell(
          call,
          parent,
          Tuple.of(
              Atom.of("stats"),
              IntTerm.of(1),
              system.schedulerTimes(call),
              SystemFunctions.io(),
              SystemFunctions.memory()));
    }
    return Atom.OK;
  }

  private static boolean hasMessage(FunctionCall call, Duration within) {
    return call.self()
        .<Boolean>select(on -> on.any((Received<Term> _) -> true).after(within, () -> false));
  }

  private static void tell(FunctionCall call, Pid to, Term message) {
    call.node().address(to).tell(message);
  }

  // --- processes ---------------------------------------------------------------------------------

  private static Term processes(FunctionCall call) {
    Pid collector = call.argument(0, Pid.class);
    List<Term> rows = rows(call);
    int sent = 0;
    do {
      int until = Math.min(rows.size(), sent + PROCESSES_A_MESSAGE);
      Term some = Terms.list(rows.subList(sent, until));
      tell(call, collector, Tuple.of(PROCS_INFO, call.self().pid(), some));
      sent = until;
    } while (sent < rows.size());
    return Tuple.of(PROCS_INFO, call.self().pid(), ListTerm.NIL);
  }

  private static List<Term> rows(FunctionCall call) {
    List<Term> rows = new ArrayList<>();
    for (ProcessInfo info : ProcessFunctions.all(call)) {
      rows.add(
          Tuple.of(
              Atom.of("etop_proc_info"),
              info.pid(),
              IntTerm.of(ProcessItems.memoryOf(info)),
              IntTerm.of(0),
              ProcessItems.nameOf(info),
              IntTerm.of(0),
              ProcessItems.currentOf(info),
              IntTerm.of(info.mailbox())));
    }
    return rows;
  }

  private Term collect(FunctionCall call) {
    Pid collector = call.argument(0, Pid.class);
    List<Term> rows = rows(call);
    Term info =
        Tuple.of(
            Atom.of("etop_info"),
            timestamp(call),
            IntTerm.of(rows.size()),
            Atom.UNDEFINED,
            system.schedulerTimes(call),
            IntTerm.of(0),
            ListTerm.NIL,
            SystemFunctions.briefMemory(),
            Terms.list(rows));
    tell(call, collector, Tuple.of(call.self().pid(), info));
    return Atom.OK;
  }

  private static Term timestamp(FunctionCall call) {
    Instant now = call.node().seams().clock().now();
    long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    return Tuple.of(
        IntTerm.of(micros / 1_000_000_000_000L),
        IntTerm.of(micros / 1_000_000 % 1_000_000),
        IntTerm.of(micros % 1_000_000));
  }

  // --- tables ------------------------------------------------------------------------------------

  private static Term tables(FunctionCall call) {
    if (call.argument(0).equals(Atom.of("mnesia"))) {
      throw new ThrowException(
          Tuple.of(
              Atom.ERROR,
              Terms.charlist("Mnesia is not running on: " + call.node().name().name())));
    }
    return ListTerm.NIL;
  }

  /** There is no table; as every one that is gone it ends at once. */
  private static Term table(FunctionCall call) {
    Pid parent = call.argument(0, Pid.class);
    var target =
        Objects.requireNonNull(
            call.self().spawn(Blueprint.<Void>of("get_table", () -> new NoTable(parent))).target());
    return target.item();
  }

  private record NoTable(Pid parent) implements Behavior<Void> {
    @Override
    public void start(Self<Void> self) {
      self.node().address(parent).tell(Tuple.of(self.pid(), END_OF_TABLE));
      self.stop(ExitReason.NORMAL);
    }

    @Override
    public void message(Self<Void> self, Void message) {}
  }
}
