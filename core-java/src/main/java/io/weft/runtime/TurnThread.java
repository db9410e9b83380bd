package io.weft.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs turns. It knows whose turn it runs, so that what the turn sends has a sender
 * and a turn that takes too long has a name.
 */
public abstract class TurnThread extends Thread {
  private static final VarHandle RUNNING =
      Access.field(MethodHandles.lookup(), "running", Object.class);

  @SuppressWarnings("unused")
  long before0,
      before1,
      before2,
      before3,
      before4,
      before5,
      before6,
      before7,
      before8,
      before9,
      before10,
      before11,
      before12,
      before13,
      before14,
      before15;

  @SuppressWarnings("unused") // through RUNNING
  private @Nullable Object running;

  protected TurnThread(String name) {
    super(name);
  }

  /** Returns whose turn this thread runs, or null. Asked by another thread it is an estimate. */
  public final @Nullable Object running() {
    return (Object) RUNNING.getOpaque(this);
  }

  /** Tells whose turn begins, or with null that it is over. This thread only. */
  public final void running(@Nullable Object whose) {
    RUNNING.setOpaque(this, whose);
  }
}
