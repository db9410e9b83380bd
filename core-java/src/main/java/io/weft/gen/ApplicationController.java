package io.weft.gen;

import io.weft.gen.ApplicationEntry.Outcome;
import io.weft.gen.ApplicationOrder.Result;
import io.weft.node.Behavior;
import io.weft.node.ExitReason;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.term.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The process that knows the applications of a node, under OTP's name for it. Orders that take
 * time, as a start does, do not hold up others.
 */
final class ApplicationController implements Behavior<ApplicationOrder> {
  /** What it is registered as. */
  static final String NAME = "application_controller";

  private final ApplicationEnv env;
  private final LoadedApplications loaded;
  private final Map<Pid, String> masters;
  private final BiConsumer<String, ExitReason> endOfNode;
  private @Nullable RunningApplications running;

  ApplicationController(
      ApplicationEnv env, Map<Pid, String> masters, BiConsumer<String, ExitReason> endOfNode) {
    this.env = env;
    this.loaded = new LoadedApplications(env);
    this.masters = masters;
    this.endOfNode = endOfNode;
  }

  @Override
  public void start(Self<ApplicationOrder> self) {
    running = new RunningApplications(self, masters, endOfNode);
  }

  private RunningApplications running() {
    return Objects.requireNonNull(running);
  }

  @Override
  public void message(Self<ApplicationOrder> self, ApplicationOrder message) {
    self.warn("was sent {}, which can only be called", message);
  }

  @Override
  public void call(Self<ApplicationOrder> self, ApplicationOrder order, From from) {
    Outcome outcome = failure -> from.reply(Result.of(failure));
    switch (order) {
      case ApplicationOrder.Load(Application application) ->
          outcome.accept(loaded.load(application));
      case ApplicationOrder.LoadNamed(String name) -> outcome.accept(refusalToLoad(name));
      case ApplicationOrder.Unload(String name) -> unload(name, outcome);
      case ApplicationOrder.Start(Application application, ApplicationType type, StartType how) ->
          running().start(loaded.loaded(application), type, how, outcome);
      case ApplicationOrder.StartLoaded(String name, ApplicationType type) ->
          startLoaded(name, type, outcome);
      case ApplicationOrder.EnsureAllStarted(Application application, ApplicationType type) -> {
        List<Application> missing = new ArrayList<>();
        collectMissing(application, missing);
        startAll(missing, type, new ArrayList<>(), from);
      }
      case ApplicationOrder.Stop(String name) -> running().stop(name, outcome);
      case ApplicationOrder.StopAll _ -> running().stopAll(running().names(), outcome);
      case ApplicationOrder.Inspect _ -> from.reply(infos(List.copyOf(loaded.all())));
      case ApplicationOrder.Which _ -> from.reply(infos(running().all()));
      case ApplicationOrder.Find(String name) -> {
        ApplicationEntry entry = loaded.find(name);
        from.reply(Result.definition(entry == null ? null : entry.application));
      }
      case ApplicationOrder.SetEnv(Map<String, Map<String, Object>> values) -> {
        values.forEach((name, its) -> its.forEach((key, value) -> env.set(name, key, value)));
        from.reply(Result.DONE);
      }
      case ApplicationOrder.UnsetEnv(String name, String key) -> {
        env.unset(name, key);
        from.reply(Result.DONE);
      }
      case ApplicationOrder.AskStartType _ -> from.reply(Result.DONE);
    }
  }

  private static Result infos(List<ApplicationEntry> entries) {
    return Result.infos(entries.stream().map(ApplicationEntry::info).toList());
  }

  /** A definition is code of this node; there is none in files. */
  private ExitReason refusalToLoad(String name) {
    return loaded.find(name) == null
        ? ApplicationErrors.unknown(name)
        : ApplicationErrors.about("already_loaded", name);
  }

  private void unload(String name, Outcome then) {
    ExitReason refusal = loaded.unload(name);
    if (refusal == null) {
      running().forget(name);
    }
    then.accept(refusal);
  }

  private void startLoaded(String name, ApplicationType type, Outcome then) {
    ApplicationEntry entry = loaded.find(name);
    if (entry == null) {
      then.accept(ApplicationErrors.unknown(name));
    } else {
      running().start(entry, type, StartType.normal(), then);
    }
  }

  // --- several at once
  // ------------------------------------------------------------------------------------------------

  /** Collects what does not run yet, dependencies first. */
  private void collectMissing(Application application, List<Application> missing) {
    if (running().isStarted(application.name()) || missing.contains(application)) {
      return;
    }
    application.dependencies().forEach(dependency -> collectMissing(dependency, missing));
    missing.add(application);
  }

  private void startAll(
      List<Application> missing, ApplicationType type, List<String> started, From from) {
    if (missing.isEmpty()) {
      from.reply(Result.started(started));
      return;
    }
    Application first = missing.getFirst();
    List<Application> rest = missing.subList(1, missing.size());
    if (running().isStarted(first.name())) { // by another request, meanwhile
      startAll(rest, type, started, from);
      return;
    }
    running()
        .start(
            loaded.loaded(first),
            type,
            StartType.normal(),
            failure -> {
              if (failure == null) {
                started.add(first.name());
                startAll(rest, type, started, from);
              } else {
                Result result = Result.of(ApplicationErrors.of(first.name(), failure));
                running().stopAll(started, _ -> from.reply(result));
              }
            });
  }

  @Override
  public void info(Self<ApplicationOrder> self, Info info) throws Exception {
    switch (info) {
      case Info.Exit exit when exit.from().equals(self.parent()) -> self.stop(exit.reason());
      case Info.Exit exit -> running().masterEnded(exit.from(), exit.reason());
      case Info.Down _ -> {}
      case Info.Unknown _ -> Behavior.super.info(self, info);
    }
  }
}
