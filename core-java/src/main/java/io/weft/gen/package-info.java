/**
 * The generic behaviours: gen_server, gen_statem and supervisor, built on the public face of {@link
 * io.weft.node} alone.
 *
 * @see <a href="https://www.erlang.org/doc/system/design_principles.html">OTP Design Principles</a>
 */
@NullMarked
package io.weft.gen;

import org.jspecify.annotations.NullMarked;
