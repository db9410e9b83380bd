/**
 * The frames of a connection after the handshake: distribution headers with their atom caches,
 * fragments of large messages, pass-through frames (ERTS User's Guide, External Term Format,
 * "Distribution Header"); and those that Weft nodes compress for each other.
 *
 * <p>A driver gives signals to {@link io.weft.wire.frame.OutgoingFrames} and writes the frames that
 * it hands out; it gives the frames that arrive to {@link io.weft.wire.frame.FrameDecoder}, one by
 * one, in the order of their arrival: both sides' atom caches depend on that order.
 */
@NullMarked
package io.weft.wire.frame;

import org.jspecify.annotations.NullMarked;
