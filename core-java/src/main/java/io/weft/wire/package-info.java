/**
 * The distribution protocol of Erlang (the ERTS User's Guide, "Distribution Protocol") as pure code
 * over buffers: no socket, no clock, no thread, no randomness.
 *
 * <ul>
 *   <li>{@link io.weft.wire.epmd}: the requests and answers of the port mapper
 *   <li>{@link io.weft.wire.handshake}: how two nodes agree to be connected
 *   <li>{@link io.weft.wire.frame}: the frames after the handshake: atom caches, fragments
 *   <li>{@link io.weft.wire.control}: what the frames mean: one type for each signal
 * </ul>
 *
 * <p>Whatever bytes a peer sends, the only exception that leaves these packages is {@link
 * io.weft.wire.WireException}, and the memory taken stays within stated limits.
 */
@NullMarked
package io.weft.wire;

import org.jspecify.annotations.NullMarked;
