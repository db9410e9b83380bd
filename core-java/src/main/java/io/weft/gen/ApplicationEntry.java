package io.weft.gen;

import io.weft.gen.ApplicationInfo.State;
import io.weft.node.Address;
import io.weft.node.ExitReason;
import io.weft.term.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A loaded application: what it is, where it stands, and who waits for that to change. */
final class ApplicationEntry {
  /** Told why something failed; null if it did not. */
  interface Outcome extends Consumer<@Nullable ExitReason> {}

  final Application application;
  private final List<Outcome> waiting = new ArrayList<>();
  State state = State.LOADED;
  ApplicationType type = ApplicationType.TEMPORARY;
  @Nullable Address<ApplicationMaster.Stop> master;

  ApplicationEntry(Application application) {
    this.application = application;
  }

  String name() {
    return application.name();
  }

  /** Tells {@code then} of the next thing it comes to. */
  void wait(Outcome then) {
    waiting.add(then);
  }

  void tell(@Nullable ExitReason outcome) {
    List<Outcome> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(each -> each.accept(outcome));
  }

  @Nullable Pid masterPid() {
    return master == null ? null : master.pid();
  }

  ApplicationInfo info() {
    return new ApplicationInfo(
        application.name(),
        application.description(),
        application.version(),
        state,
        state == State.LOADED ? null : type,
        masterPid());
  }
}
