package io.weft.gen;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.Started;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Starts and stops one application, and is the group leader of its processes. Its start is done
 * when the application runs; it ends when that has stopped, with the reason of the top process.
 *
 * <p>When a start phase fails the top process is stopped before the start fails. OTP leaves it to
 * itself.
 */
final class ApplicationMaster implements Behavior<ApplicationMaster.Stop> {
  private static final Atom IO_REQUEST = Atom.of("io_request");

  /** Stops the application. */
  record Stop() {}

  private final Application application;
  private final Application.Start start;
  private final ApplicationContext context;
  private final Map<Pid, String> masters;
  private @Nullable Pid top;
  private @Nullable ExitReason endsWith;
  private boolean runs;

  private ApplicationMaster(
      Application application,
      Application.Start start,
      ApplicationContext context,
      Map<Pid, String> masters) {
    this.application = application;
    this.start = start;
    this.context = context.toldTo(application);
    this.masters = masters;
  }

  /**
   * Returns a blueprint.
   *
   * @param masters where it enters itself, so that its processes find their application
   */
  static Blueprint<Stop> blueprint(
      Application application,
      Application.Start start,
      ApplicationContext context,
      Map<Pid, String> masters) {
    return Blueprint.<Stop>of(
            "application " + application.name(),
            () -> new ApplicationMaster(application, start, context, masters))
        .trapExit();
  }

  // --- start
  // ------------------------------------------------------------------------------------------------

  @Override
  public void start(Self<Stop> self) {
    masters.put(self.pid(), application.name());
    self.groupLeader(self.pid());
    Blueprint<?> blueprint;
    try {
      blueprint = start.top(context);
    } catch (Exception failure) {
      throw new ExitException(
          ApplicationErrors.startFailed(application.name(), context.startType(), failure));
    }
    self.holdStart();
    startTop(self, blueprint);
  }

  private <M> void startTop(Self<Stop> self, Blueprint<M> blueprint) {
    top = self.startLink(blueprint, outcome -> topStarted(self, outcome)).pid();
  }

  private void topStarted(Self<Stop> self, Started<?> outcome) {
    String name = application.name();
    switch (outcome) {
      case Started.Ok<?> _ -> runPhases(self);
      case Started.Failed<?> failed ->
          self.stop(
              ApplicationErrors.startFailed(name, context.startType(), failed.reason().term()));
      case Started.Ignored<?> _ ->
          self.stop(ApplicationErrors.startReturned(name, context.startType(), Atom.of("ignore")));
    }
  }

  private void runPhases(Self<Stop> self) {
    for (String phase : application.phases()) {
      ExitReason failure = runPhase(phase, application, context);
      if (failure != null) {
        endTop(self, failure);
        return;
      }
    }
    runs = true;
    self.releaseStart();
  }

  /** Runs a phase of an application and of those it includes, in order; returns how it failed. */
  private static @Nullable ExitReason runPhase(
      String phase, Application of, ApplicationContext context) {
    Application.Step step = of.startPhases().get(phase);
    if (step != null) {
      try {
        step.run(context);
      } catch (Exception failure) {
        return ApplicationErrors.phaseFailed(of.name(), phase, context.startType(), failure);
      }
    }
    for (Application included : of.included()) {
      ExitReason failure = runPhase(phase, included, context.of(included));
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }

  // --- stop
  // ------------------------------------------------------------------------------------------------

  @Override
  public void message(Self<Stop> self, Stop stop) {
    stop(self, ExitReason.NORMAL);
  }

  @Override
  public void info(Self<Stop> self, Info info) throws Exception {
    switch (info) {
      case Info.Exit exit when exit.from().equals(top) -> topEnded(self, exit.reason());
      case Info.Exit exit when exit.from().equals(self.parent()) -> stop(self, exit.reason());
      case Info.Exit _, Info.Down _ -> {}
      case Info.Unknown(Term term, _)
          when term instanceof Tuple request && request.isTagged(IO_REQUEST, 4) ->
          passOn(self, request);
      case Info.Unknown _ -> Behavior.super.info(self, info);
    }
  }

  /** As in OTP, whoever prints for the node prints for its applications. */
  private static void passOn(Self<Stop> self, Tuple request) {
    Pid user = self.whereis("user");
    if (user != null) {
      self.node().address(user).tell(request);
    } else if (request.get(1) instanceof Pid from) {
      Term why = Tuple.of(Atom.ERROR, Atom.of("terminated"));
      self.node().address(from).tell(Tuple.of(Atom.of("io_reply"), request.get(2), why));
    }
  }

  private void stop(Self<Stop> self, ExitReason reason) {
    if (endsWith == null) {
      if (runs) {
        step(self, "prep_stop", application.prepStop());
      }
      endTop(self, reason);
    }
  }

  private void endTop(Self<Stop> self, ExitReason reason) {
    endsWith = reason;
    self.exit(Objects.requireNonNull(top), ExitReason.SHUTDOWN);
  }

  private void topEnded(Self<Stop> self, ExitReason reason) {
    if (endsWith == null && runs) {
      step(self, "prep_stop", application.prepStop());
    }
    if (runs) {
      step(self, "stop", application.stop());
    }
    self.stop(endsWith == null ? reason : endsWith);
  }

  private void step(Self<Stop> self, String name, Application.Step step) {
    try {
      step.run(context);
    } catch (Exception failure) {
      self.warn("{} failed: {}", name, failure.toString());
    }
  }

  @Override
  public void ended(Self<Stop> self, ExitReason reason) {
    masters.remove(self.pid());
  }
}
