package io.weft.wire.control;

import io.weft.term.Term;
import io.weft.term.Tuple;
import io.weft.wire.WireException;
import io.weft.wire.handshake.DistFlags;
import org.jspecify.annotations.Nullable;

/** Which wire form a signal takes: a control tuple, and a payload for some. */
public final class ControlCodec {

  private ControlCodec() {}

  /**
   * A signal in its wire form.
   *
   * @param control the control tuple
   * @param payload the term that follows it, or null
   */
  public record WireForm(Tuple control, @Nullable Term payload) {}

  /**
   * The form of the signal that the negotiated flags ask for.
   *
   * @return null if there is none: the peer lacks the flag that the signal depends on
   */
  public static @Nullable WireForm encode(Control control, DistFlags flags) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads a wire form: every one that is defined, whatever was negotiated.
   *
   * @param payload the term that followed the control tuple, or null
   * @throws WireException if this is no signal: names the operation and the part that is wrong
   */
  public static Control decode(Term control, @Nullable Term payload) {
    throw new UnsupportedOperationException();
  }
}
