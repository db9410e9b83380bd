package io.weft.node;

import io.weft.term.Pid;
import io.weft.term.Reference;

/** What came of a {@link RemoteSpawn}. */
public sealed interface SpawnResult {
  /**
   * The process was started.
   *
   * @param pid the process; it may have ended by now
   * @param request the reference of the request, which is that of the monitor if one was wanted
   */
  record Ok(Pid pid, Reference request) implements SpawnResult {}

  /** There is no process, or nobody waits for it any more. */
  record Failed(SpawnException failure) implements SpawnResult {}

  /** Returns the process. @throws SpawnException if there is none */
  default Pid orThrow() {
    return switch (this) {
      case Ok ok -> ok.pid();
      case Failed failed -> throw failed.failure();
    };
  }
}
