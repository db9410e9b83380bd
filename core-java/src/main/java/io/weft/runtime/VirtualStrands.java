package io.weft.runtime;

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
