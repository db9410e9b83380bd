package io.weft.wire.frame;

import io.weft.wire.control.Control;
import io.weft.wire.handshake.DistFlags;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The signals that wait to be written to one connection, and the order in which their frames go out.
 * Not for use by several threads at once: the writer of a connection owns it.
 *
 * <p>Signals of one sender go out in the order in which they were added. A large message is written
 * fragment by fragment, in turn with other senders' large messages and with small ones, so that it
 * delays them little; the further signals of its own sender wait until its last fragment is out.
 */
public final class OutgoingFrames {

  /** The queue of a new connection. */
  public OutgoingFrames(DistFlags flags) {}

  /** Adds a signal. A signal of which the peer understands no form is dropped. */
  public void add(Control control) {
    throw new UnsupportedOperationException();
  }

  /** Whether nothing waits: {@link #next} would return null. */
  public boolean isEmpty() {
    throw new UnsupportedOperationException();
  }

  /**
   * The next frame to write, its length of 32 bits included. The buffer is a view of memory that is
   * reused: its bytes must have been written, or copied, before the next call.
   *
   * @return null if nothing waits
   */
  public @Nullable ByteBuffer next() {
    throw new UnsupportedOperationException();
  }
}
