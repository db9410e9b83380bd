package io.weft.node;

import io.weft.term.Atom;

/**
 * Another node did not start a process. {@link #reason()} is {@code noconnection}, {@code notsup}
 * of a node that spawns for nobody, {@code badopt}, {@code system_limit}, {@code timeout}, or what
 * else the node says; {@code {system_limit, {message_size, Size, Limit}}} for arguments that are
 * too large.
 */
public final class SpawnException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ExitReason reason;

  SpawnException(RemoteSpawn wish, ExitReason reason) {
    super("no process for " + wish + ": " + reason.brief());
    this.reason = reason;
  }

  static SpawnException timeout(RemoteSpawn wish) {
    return new SpawnException(wish, ExitReason.of(Atom.of("timeout")));
  }

  /** Returns why there is no process. */
  public ExitReason reason() {
    return reason;
  }
}
