package io.weft.gen;

import io.weft.gen.ApplicationEntry.Outcome;
import io.weft.gen.ApplicationInfo.State;
import io.weft.node.ExitReason;
import io.weft.node.Self;
import io.weft.node.Started;
import io.weft.runtime.LogLimiter;
import io.weft.term.Pid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * How single applications start, stop and end, and which of them run since when in which order.
 *
 * <p>As in OTP one that has ended by itself still counts as started, until it is stopped or
 * unloaded: to stop it is no error, and others that depend on it may start.
 */
final class RunningApplications {
  private final Self<?> controller;
  private final LogLimiter log;
  private final Map<Pid, String> masters;
  private final BiConsumer<String, ExitReason> endOfNode;

  /** What was started, in that order. */
  private final Map<String, ApplicationEntry> started = new LinkedHashMap<>();

  /**
   * @param masters where masters enter themselves
   * @param endOfNode told of an application whose end is that of its node, and why it ended
   */
  RunningApplications(
      Self<?> controller, Map<Pid, String> masters, BiConsumer<String, ExitReason> endOfNode) {
    this.controller = controller;
    this.log =
        new LogLimiter(
            LoggerFactory.getLogger(Applications.class), controller.node().seams().clock());
    this.masters = masters;
    this.endOfNode = endOfNode;
  }

  boolean isStarted(String name) {
    return started.containsKey(name);
  }

  /** Returns those that run, in start order. */
  List<ApplicationEntry> all() {
    return started.values().stream().filter(entry -> entry.state != State.LOADED).toList();
  }

  List<String> names() {
    return all().stream().map(ApplicationEntry::name).toList();
  }

  /** One that does not run is unloaded. */
  void forget(String name) {
    started.remove(name);
  }

  // --- start
  // ------------------------------------------------------------------------------------------------

  /** Who asks while it starts is told how that ended. */
  void start(ApplicationEntry entry, ApplicationType type, StartType startType, Outcome then) {
    if (entry.state == State.STARTING) {
      entry.wait(then);
      return;
    }
    ExitReason refusal = refusal(entry);
    if (refusal != null) {
      then.accept(refusal);
      return;
    }
    entry.type = type;
    Application.Start start = entry.application.start();
    if (start == null) {
      runs(entry);
      then.accept(null);
      return;
    }
    entry.state = State.STARTING;
    entry.wait(then);
    var context = new ApplicationContext(entry.name(), controller.node(), startType);
    controller.startLink(
        ApplicationMaster.blueprint(entry.application, start, context, masters),
        outcome -> started(entry, outcome));
  }

  private @Nullable ExitReason refusal(ApplicationEntry entry) {
    if (entry.state != State.LOADED) {
      return ApplicationErrors.about("already_started", entry.name());
    }
    for (Application dependency : entry.application.dependencies()) {
      if (!isStarted(dependency.name())) {
        return ApplicationErrors.about("not_started", dependency.name());
      }
    }
    return null;
  }

  private void started(ApplicationEntry entry, Started<ApplicationMaster.Stop> outcome) {
    switch (outcome) {
      case Started.Ok<ApplicationMaster.Stop> ok -> {
        entry.master = ok.address();
        runs(entry);
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

  private void runs(ApplicationEntry entry) {
    entry.state = State.RUNNING;
    started.remove(entry.name());
    started.put(entry.name(), entry);
  }

  // --- stop
  // ------------------------------------------------------------------------------------------------

  void stop(String name, Outcome then) {
    ApplicationEntry entry = started.get(name);
    if (entry == null) {
      then.accept(ApplicationErrors.about("not_started", name));
    } else if (entry.master == null) {
      stopped(entry);
      started.remove(name);
      then.accept(null);
    } else {
      entry.wait(then);
      if (entry.state != State.STOPPING) {
        entry.state = State.STOPPING;
        entry.master.tell(new ApplicationMaster.Stop());
      }
    }
  }

  /** Stops applications one after the other, the last one first. */
  void stopAll(List<String> names, Outcome then) {
    if (names.isEmpty()) {
      then.accept(null);
      return;
    }
    stop(names.getLast(), _ -> stopAll(names.subList(0, names.size() - 1), then));
  }

  private void stopped(ApplicationEntry entry) {
    entry.state = State.LOADED;
    entry.master = null;
  }

  // --- the end
  // ------------------------------------------------------------------------------------------------

  /** The master of an application has ended, if it is one. */
  void masterEnded(Pid master, ExitReason reason) {
    for (ApplicationEntry entry : List.copyOf(started.values())) {
      if (master.equals(entry.masterPid())) {
        ended(entry, reason);
        return;
      }
    }
  }

  private void ended(ApplicationEntry entry, ExitReason reason) {
    boolean asked = entry.state == State.STOPPING;
    ApplicationType type = entry.type;
    stopped(entry);
    if (asked) {
      started.remove(entry.name());
    }
    boolean _ =
        log.info(
            "application {} ended: {}; type {}",
            entry.name(),
            asked ? "stopped" : reason.brief(),
            type.term());
    entry.tell(null);
    if (!asked && type.endsNode(reason)) {
      endOfNode.accept(entry.name(), reason);
    }
  }
}
