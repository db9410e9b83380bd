package io.weft.bench.local.pekko;

import io.weft.bench.local.LocalRows;
import io.weft.bench.worker.Worker;
import java.io.IOException;
import java.util.Map;
import org.apache.pekko.Version;

/** Pekko as a contestant: typed actors on the default dispatcher, with default mailboxes. */
public final class PekkoWorker {
  private PekkoWorker() {}

  public static void main(String[] args) throws IOException {
    try (var actors = new Actors()) {
      Worker.serve(
          "Pekko " + Version.current(),
          Map.ofEntries(
              Map.entry(LocalRows.PING_PONG, new PingPong(actors, 1)),
              Map.entry(LocalRows.PING_PONG_100, new PingPong(actors, 100)),
              Map.entry(LocalRows.FAN_IN, new FanIn(actors)),
              Map.entry(LocalRows.RING, new Ring(actors)),
              Map.entry(LocalRows.SPAWN, new Spawn(actors)),
              Map.entry(LocalRows.CALL, new Calls(actors, 1)),
              Map.entry(LocalRows.CALL_30, new Calls(actors, 30)),
              Map.entry(LocalRows.IDLE, new Idle(actors)),
              Map.entry(LocalRows.TIMERS, new TimersSet(actors)),
              Map.entry(LocalRows.LINK_STORM, new LinkStorm(actors)),
              Map.entry(LocalRows.SELECTIVE_RECEIVE, new SelectiveReceive(actors))));
    }
  }
}
