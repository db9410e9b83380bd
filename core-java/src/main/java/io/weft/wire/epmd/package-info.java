/**
 * The protocol of EPMD, the Erlang Port Mapper Daemon: requests, answers and their bytes (ERTS
 * User's Guide, Distribution Protocol, "EPMD Protocol").
 */
@NullMarked
package io.weft.wire.epmd;

import org.jspecify.annotations.NullMarked;
