/**
 * The node: processes and the signals between them.
 *
 * <p>A {@link io.weft.node.Node} runs processes. A process is a {@link io.weft.node.Behavior} with
 * an identity, a mailbox, links and monitors; it is reached through an {@link
 * io.weft.node.Address}. The rules are those of Erlang/OTP: see the "Processes" chapter of the
 * Erlang reference manual.
 *
 * <p>A network joins through {@link io.weft.node.NetworkProvider}; without one on the class path a
 * node stands alone.
 */
@NullMarked
package io.weft.node;

import org.jspecify.annotations.NullMarked;
