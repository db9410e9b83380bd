package io.weft.inspect;

import io.weft.node.BlockingSelf;
import io.weft.node.Blueprint;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.FunctionCall;
import io.weft.node.Functions;
import io.weft.node.Info;
import io.weft.node.NameTakenException;
import io.weft.node.Received;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.IntTerm;
import io.weft.term.ListTerm;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Terms;
import io.weft.term.Tuple;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server {@code appmon_info}: tells its clients which applications run and of which processes
 * they consist, again and again while that changes. It is started by the first client, and ends
 * with the last.
 *
 * <p>Source: OTP's runtime_tools, module {@code appmon_info}.
 */
final class AppMonitor {
  private static final String NAME = "appmon_info";
  private static final Atom REGISTER_CLIENT = Atom.of("register_client");
  private static final Atom DELIVERY = Atom.of("delivery");

  /** How many things clients can have watched at once. */
  private static final int MAX_TASKS = 100;

  private static final long USUAL_MILLIS = 2_000;
  private static final long LEAST_MILLIS = 100;

  /** What is watched for whom. */
  private record Key(Term what, Term about, Pid client) {}

  /** How often, and what was told last. */
  private static final class Task {
    final Term options;
    final long everyMillis;
    long dueNanos;
    @Nullable Term told;

    Task(Term options, long dueNanos) {
      this.options = options;
      this.dueNanos = dueNanos;
      this.everyMillis =
          option(options, "timeout") instanceof IntTerm(long millis)
              ? Math.max(LEAST_MILLIS, millis)
              : USUAL_MILLIS;
    }
  }

  private final BlockingSelf<Term> self;
  private final Pid starter;
  private final Set<Pid> clients = new HashSet<>();
  private final Map<Key, Task> tasks = new LinkedHashMap<>();
  private final AppTree trees;

  private AppMonitor(BlockingSelf<Term> self, Pid starter) {
    this.self = self;
    this.starter = starter;
    this.trees = new AppTree(self);
  }

  static void provide(Functions functions) {
    functions.provide(NAME, "start_link2", 3, AppMonitor::start);
  }

  /** {@code appmon_info:start_link2(Starter, Client, Options)}. */
  private static Term start(FunctionCall call) {
    Pid starter = call.argument(0, Pid.class);
    Pid client = call.argument(1, Pid.class);
    try {
      var blueprint =
          Blueprint.<Term>straightLine(
                  NAME,
                  self -> {
                    boolean _ = self.trapExit(true);
                    self.link(client);
                    var monitor = new AppMonitor(self, starter);
                    monitor.clients.add(client);
                    monitor.run();
                  })
              .named(NAME)
              .codec(TermCodec.identity());
      return Tuple.of(Atom.OK, Objects.requireNonNull(call.self().spawn(blueprint).pid()));
    } catch (NameTakenException taken) {
      Pid present = taken.holder();
      Term _ =
          call.self()
              .callTerm(
                  call.node().address(present),
                  Tuple.of(REGISTER_CLIENT, client),
                  Duration.ofSeconds(5));
      return Tuple.of(Atom.OK, present);
    }
  }

  private void run() {
    while (true) {
      Duration pause = Duration.ofNanos(Math.max(0, nextDue() - now()));
      Received<Term> received =
          self.<@Nullable Received<Term>>select(
              on -> on.any(something -> something).after(pause, () -> null));
      switch (received) {
        case null -> doDue();
        case Received.Message<Term>(Term command) -> command(command);
        case Received.Call<Term>(Term request, From from) -> request(request, from);
        case Received.Report<Term>(Info.Exit exit) -> ended(exit.from(), exit.reason());
        default -> {}
      }
    }
  }

  private long now() {
    return self.node().seams().clock().nanoTime();
  }

  private long nextDue() {
    return tasks.values().stream()
        .map(task -> task.dueNanos)
        .min(Comparator.comparingLong(due -> due - now()))
        .orElse(now() + Duration.ofHours(1).toNanos());
  }

  private void request(Term request, From from) {
    if (request instanceof Tuple tuple
        && tuple.isTagged(REGISTER_CLIENT, 2)
        && tuple.get(1) instanceof Pid client
        && clients.add(client)) {
      self.link(client);
    }
    from.reply(Atom.OK);
  }

  /** {@code {From, What, About, OnOff, Options}}. */
  private void command(Term command) {
    if (!(command instanceof Tuple order
        && order.arity() == 5
        && order.get(0) instanceof Pid client)) {
      return;
    }
    var key = new Key(order.get(1), order.get(2), client);
    Task before = tasks.remove(key);
    if (order.get(3).equals(Atom.TRUE) && tasks.size() < MAX_TASKS) {
      boolean asBefore = order.get(4).equals(ListTerm.NIL);
      Term options = before == null || !asBefore ? order.get(4) : before.options;
      var task = new Task(options, now());
      tasks.put(key, task);
      perform(key, task);
    }
  }

  private void doDue() {
    for (Map.Entry<Key, Task> due : Map.copyOf(tasks).entrySet()) {
      if (due.getValue().dueNanos - now() <= 0) {
        perform(due.getKey(), due.getValue());
      }
    }
  }

  private void perform(Key key, Task task) {
    Term result = result(key, task.options);
    if (!result.equals(task.told)) {
      self.node()
          .address(key.client)
          .tell(Tuple.of(DELIVERY, self.pid(), key.what, key.about, result));
    }
    task.told = result;
    if (option(task.options, "timeout") instanceof Atom once
        && once.equals(Atom.of("at_most_once"))) {
      tasks.remove(key);
    }
    task.dueNanos = now() + Duration.ofMillis(task.everyMillis).toNanos();
  }

  private Term result(Key key, Term options) {
    return switch (key.what) {
      case Atom(String what) when what.equals("app_ctrl") -> RunningApps.onNode(self);
      case Atom(String what) when what.equals("app") && key.about instanceof Atom application ->
          trees.of(application, Atom.of("sup").equals(option(options, "info_type")));
      case Atom(String what) when what.equals("load") -> Tuple.of(IntTerm.of(0), IntTerm.of(0));
      case Atom(String what) when what.equals("pinfo") -> processText(key.about);
      default -> Tuple.of(key.what, key.about);
    };
  }

  private Term processText(Term about) {
    var info = about instanceof Pid pid ? ProcessFunctions.infoOf(self, pid) : null;
    Term items = info == null ? Atom.UNDEFINED : ProcessItems.usual(info);
    return Terms.charlist(
        "Node: %s, Process: %s%n%s%n%n".formatted(self.node().name(), about, items));
  }

  private void ended(Pid other, ExitReason reason) {
    if (other.equals(starter)) {
      throw new ExitException(reason);
    }
    tasks.keySet().removeIf(key -> key.client.equals(other));
    if (clients.remove(other) && clients.isEmpty()) {
      throw new ExitException(ExitReason.NORMAL);
    }
  }

  private static @Nullable Term option(Term options, String name) {
    if (options instanceof ListTerm list) {
      for (Term each : list.elements()) {
        if (each instanceof Tuple pair && pair.isTagged(Atom.of(name), 2)) {
          return pair.get(1);
        }
      }
    }
    return null;
  }
}
