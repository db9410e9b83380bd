package io.weft.runtime;

/** Code that runs when the JVM is asked to end, as by a signal, unless it is cancelled before. */
public final class ShutdownHook {
  private final Thread thread;

  private ShutdownHook(Thread thread) {
    this.thread = thread;
  }

  /** Registers {@code body}; the JVM waits for it before it ends. */
  public static ShutdownHook register(String name, Runnable body) {
    Thread thread = Thread.ofPlatform().name(name).unstarted(body);
    Runtime.getRuntime().addShutdownHook(thread);
    return new ShutdownHook(thread);
  }

  /** Forgets it; without effect once the JVM is ending. */
  public void cancel() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException ending) {
      // it runs already
    }
  }
}
