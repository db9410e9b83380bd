/**
 * Tunnels: how Weft nodes pass on, over the connections that they have, what two nodes say to each
 * other that cannot reach one another. Weft's own; OTP has nothing like it.
 */
@NullMarked
package io.weft.wire.proxy;

import org.jspecify.annotations.NullMarked;
