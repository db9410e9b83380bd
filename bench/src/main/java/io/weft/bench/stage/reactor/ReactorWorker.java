package io.weft.bench.stage.reactor;

import io.weft.bench.stage.StageContestant;
import io.weft.bench.stage.StageRows;
import java.util.Objects;
import reactor.core.publisher.Flux;

/** Reactor, with {@code publishOn} between stages, on its parallel scheduler. */
public final class ReactorWorker {
  private ReactorWorker() {}

  public static void main(String[] args) throws Exception {
    StageContestant.serve("Reactor " + version(), StageRows.local(Fluxes::new));
  }

  private static String version() {
    return Objects.requireNonNullElse(Flux.class.getPackage().getImplementationVersion(), "");
  }
}
