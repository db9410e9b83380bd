/**
 * {@code pg}: groups of processes that all nodes of a cluster know.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/pg.html">OTP, module pg</a>
 */
@NullMarked
package io.weft.pg;

import org.jspecify.annotations.NullMarked;
