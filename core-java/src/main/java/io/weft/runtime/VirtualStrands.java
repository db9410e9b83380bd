package io.weft.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Strands on virtual threads. */
final class VirtualStrands implements Strands {
  @Override
  public Strand start(String name, Runnable body) {
    return new OnThread(Thread.ofVirtual().name(name).start(body));
  }

  @Override
  public Strand current() {
    return new OnThread(Thread.currentThread());
  }

  @Override
  public void await(CompletableFuture<?> done) {
    boolean _ = done.handle((_, _) -> true).join(); // which an interrupted thread waits in as well
  }

  private record OnThread(Thread thread) implements Strand {
    @Override
    public void await() {
      LockSupport.park(this);
    }

    @Override
    public void resume() {
      LockSupport.unpark(thread);
    }

    @Override
    public void interrupt() {
      thread.interrupt();
    }
  }
}
