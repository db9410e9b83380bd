/**
 * Functions of one node called by another: OTP's {@code rpc} and {@code erpc}, both roles, for what
 * was provided in {@link io.weft.node.Functions}.
 */
@NullMarked
package io.weft.rpc;

import org.jspecify.annotations.NullMarked;
