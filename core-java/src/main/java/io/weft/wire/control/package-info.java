/**
 * The signals that connected nodes exchange: {@link io.weft.wire.control.Control} says what a
 * signal means, {@link io.weft.wire.control.ControlCodec} which of its wire forms is used.
 */
@NullMarked
package io.weft.wire.control;

import org.jspecify.annotations.NullMarked;
