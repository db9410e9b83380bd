/**
 * How two nodes agree to be connected: names, capabilities, proof of the cookie (ERTS User's Guide,
 * "Distribution Handshake", versions 5 and 6).
 */
@NullMarked
package io.weft.wire.handshake;

import org.jspecify.annotations.NullMarked;
