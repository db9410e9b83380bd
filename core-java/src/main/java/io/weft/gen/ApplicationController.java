package io.weft.gen;

import io.weft.node.Address;
import io.weft.node.Behavior;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Request;
import io.weft.node.Self;
import io.weft.node.Started;
import io.weft.term.Pid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows the applications of a node: which are loaded, which run, since when in which order. */
final class ApplicationController implements Behavior<ApplicationController.Order> {
  private static final Logger log = LoggerFactory.getLogger(Applications.class);

  /** What it can be asked; a failure is in the {@link Result}. */
  sealed interface Order extends Request<Result> {
    record Load(Application application) implements Order {}

    record Unload(String name) implements Order {}

    record Start(Application application, ApplicationType type) implements Order {}

    record StartLoaded(String name, ApplicationType type) implements Order {}

    record EnsureAllStarted(Application application, ApplicationType type) implements Order {}

    record Stop(String name) implements Order {}

    record StopAll() implements Order {}

    record Running() implements Order {}

    record Loaded() implements Order {}
  }

  /**
   * What came of an order.
   *
   * @param failure null if it is done
   * @param names the applications that were asked for, or started
   */
  record Result(@Nullable ExitReason failure, List<String> names) {
    static final Result DONE = new Result(null, List.of());

    static Result of(@Nullable ExitReason failure) {
      return new Result(failure, List.of());
    }
  }

  /** Told why something failed; null if it did not. */
  private interface Outcome extends Consumer<@Nullable ExitReason> {}

  private enum State {
    LOADED,
    STARTING,
    RUNNING,
    STOPPING
  }

  private static final class Entry {
    final Application application;
    ApplicationType type = ApplicationType.TEMPORARY;
    State state = State.LOADED;
    @Nullable Address<ApplicationMaster.Stop> master;
    final List<Outcome> waiting = new ArrayList<>();

    Entry(Application application) {
      this.application = application;
    }

    void tell(@Nullable ExitReason outcome) {
      List<Outcome> all = List.copyOf(waiting);
      waiting.clear();
      all.forEach(each -> each.accept(outcome));
    }
  }

  private final ApplicationEnv env;
  private final Map<Pid, String> masters;
  private final BiConsumer<String, ExitReason> endOfNode;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** What runs, in start order. */
  private final Set<String> running = new LinkedHashSet<>();

  ApplicationController(
      ApplicationEnv env, Map<Pid, String> masters, BiConsumer<String, ExitReason> endOfNode) {
    this.env = env;
    this.masters = masters;
    this.endOfNode = endOfNode;
  }

  @Override
  public void message(Self<Order> self, Order message) {
    self.warn("was sent {}, which can only be called", message);
  }

  @Override
  public void call(Self<Order> self, Order order, From from) {
    Outcome outcome = failure -> from.reply(Result.of(failure));
    switch (order) {
      case Order.Load(Application application) -> outcome.accept(load(application));
      case Order.Unload(String name) -> outcome.accept(unload(name));
      case Order.Start(Application application, ApplicationType type) ->
          start(self, application, type, outcome);
      case Order.StartLoaded(String name, ApplicationType type) ->
          startLoaded(self, name, type, outcome);
      case Order.EnsureAllStarted(Application application, ApplicationType type) -> {
        List<Application> missing = new ArrayList<>();
        collectMissing(application, missing);
        startAll(self, missing, type, new ArrayList<>(), from);
      }
      case Order.Stop(String name) -> stop(name, outcome);
      case Order.StopAll _ -> stopAll(List.copyOf(running), outcome);
      case Order.Running _ -> from.reply(new Result(null, List.copyOf(running)));
      case Order.Loaded _ -> from.reply(new Result(null, List.copyOf(entries.keySet())));
    }
  }

  // --- loaded applications
  // ------------------------------------------------------------------------------------------------

  private @Nullable ExitReason load(Application application) {
    if (entries.containsKey(application.name())) {
      return ApplicationErrors.about("already_loaded", application.name());
    }
    entries.put(application.name(), new Entry(application));
    env.load(application);
    return null;
  }

  private @Nullable ExitReason unload(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      return ApplicationErrors.about("not_loaded", name);
    }
    if (entry.state != State.LOADED) {
      return ApplicationErrors.about("running", name);
    }
    entries.remove(name);
    env.unload(name);
    return null;
  }

  // --- start
  // ------------------------------------------------------------------------------------------------

  private void startLoaded(Self<Order> self, String name, ApplicationType type, Outcome then) {
    Entry entry = entries.get(name);
    if (entry == null) {
      then.accept(ApplicationErrors.unknown(name));
    } else {
      start(self, entry, type, then);
    }
  }

  private void start(
      Self<Order> self, Application application, ApplicationType type, Outcome then) {
    Entry known = entries.get(application.name());
    if (known == null || known.application != application && known.state == State.LOADED) {
      entries.remove(application.name());
      load(application);
    }
    startLoaded(self, application.name(), type, then);
  }

  private void start(Self<Order> self, Entry entry, ApplicationType type, Outcome then) {
    Application application = entry.application;
    String name = application.name();
    if (entry.state == State.STARTING) {
      entry.waiting.add(then);
      return;
    }
    if (entry.state != State.LOADED) {
      then.accept(ApplicationErrors.about("already_started", name));
      return;
    }
    for (Application dependency : application.dependencies()) {
      if (!running.contains(dependency.name())) {
        then.accept(ApplicationErrors.about("not_started", dependency.name()));
        return;
      }
    }
    entry.type = type;
    Application.Start start = application.start();
    if (start == null) {
      runs(entry, null);
      then.accept(null);
      return;
    }
    entry.state = State.STARTING;
    entry.waiting.add(then);
    var context = new ApplicationContext(name, self.node());
    self.startLink(
        ApplicationMaster.blueprint(application, start, context, masters),
        outcome -> started(entry, outcome));
  }

  private void started(Entry entry, Started<ApplicationMaster.Stop> outcome) {
    switch (outcome) {
      case Started.Ok<ApplicationMaster.Stop> ok -> {
        runs(entry, ok.address());
        entry.tell(null);
      }
      case Started.Failed<ApplicationMaster.Stop> failed -> {
        entry.state = State.LOADED;
        entry.tell(failed.reason());
      }
      case Started.Ignored<ApplicationMaster.Stop> _ ->
          throw new IllegalStateException("the master of an application never ignores");
    }
  }

  private void runs(Entry entry, @Nullable Address<ApplicationMaster.Stop> master) {
    entry.state = State.RUNNING;
    entry.master = master;
    running.add(entry.application.name());
  }

  /** Collects what does not run yet, dependencies first. */
  private void collectMissing(Application application, List<Application> missing) {
    if (running.contains(application.name()) || missing.contains(application)) {
      return;
    }
    application.dependencies().forEach(dependency -> collectMissing(dependency, missing));
    missing.add(application);
  }

  private void startAll(
      Self<Order> self,
      List<Application> missing,
      ApplicationType type,
      List<String> started,
      From from) {
    if (missing.isEmpty()) {
      from.reply(new Result(null, List.copyOf(started)));
      return;
    }
    String name = missing.getFirst().name();
    List<Application> rest = missing.subList(1, missing.size());
    if (running.contains(name)) { // by another request, meanwhile
      startAll(self, rest, type, started, from);
      return;
    }
    start(
        self,
        missing.getFirst(),
        type,
        failure -> {
          if (failure == null) {
            started.add(name);
            startAll(self, rest, type, started, from);
          } else {
            Result result = Result.of(ApplicationErrors.of(name, failure));
            stopAll(started, _ -> from.reply(result));
          }
        });
  }

  // --- stop
  // ------------------------------------------------------------------------------------------------

  private void stop(String name, Outcome then) {
    Entry entry = entries.get(name);
    if (entry == null || entry.state == State.LOADED || entry.state == State.STARTING) {
      then.accept(ApplicationErrors.about("not_started", name));
      return;
    }
    if (entry.state == State.STOPPING) {
      entry.waiting.add(then);
      return;
    }
    if (entry.master == null) {
      stopped(entry);
      then.accept(null);
      return;
    }
    entry.state = State.STOPPING;
    entry.waiting.add(then);
    entry.master.tell(new ApplicationMaster.Stop());
  }

  /** Stops applications one after the other, the last one first. */
  private void stopAll(List<String> names, Outcome then) {
    if (names.isEmpty()) {
      then.accept(null);
      return;
    }
    stop(names.getLast(), _ -> stopAll(names.subList(0, names.size() - 1), then));
  }

  private void stopped(Entry entry) {
    entry.state = State.LOADED;
    entry.master = null;
    running.remove(entry.application.name());
  }

  @Override
  public void info(Self<Order> self, Info info) throws Exception {
    switch (info) {
      case Info.Exit exit when exit.from().equals(self.parent()) -> self.stop(exit.reason());
      case Info.Exit exit -> masterEnded(exit.from(), exit.reason());
      case Info.Down _ -> {}
      case Info.Unknown _ -> Behavior.super.info(self, info);
    }
  }

  private void masterEnded(Pid master, ExitReason reason) {
    for (Entry entry : entries.values()) {
      if (entry.master != null
          && entry.master.target() instanceof io.weft.node.Target.ByPid(Pid pid)
          && pid.equals(master)) {
        applicationEnded(entry, reason);
        return;
      }
    }
  }

  private void applicationEnded(Entry entry, ExitReason reason) {
    boolean asked = entry.state == State.STOPPING;
    String name = entry.application.name();
    stopped(entry);
    log.info("application {} ended: {}", name, asked ? "stopped" : reason.brief());
    entry.tell(null);
    if (!asked && entry.type.endsNode(reason)) {
      endOfNode.accept(name, reason);
    }
  }
}
