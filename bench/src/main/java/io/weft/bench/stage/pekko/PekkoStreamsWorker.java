package io.weft.bench.stage.pekko;

import io.weft.bench.stage.StageContestant;
import io.weft.bench.stage.StageRows;
import org.apache.pekko.Version;
import org.apache.pekko.actor.ActorSystem;

/** Pekko Streams, configured as it comes, with an asynchronous boundary between stages. */
public final class PekkoStreamsWorker {
  private PekkoStreamsWorker() {}

  public static void main(String[] args) throws Exception {
    ActorSystem system = ActorSystem.create("bench");
    StageContestant.serve(
        "Pekko Streams " + Version.current(),
        StageRows.local((shape, batch) -> new Graphs(system, shape, batch)));
    system.terminate();
  }
}
