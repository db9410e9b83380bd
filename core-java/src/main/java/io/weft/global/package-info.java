/**
 * {@code global}: names and locks that all visible nodes of a cluster agree on.
 *
 * @see <a href="https://www.erlang.org/doc/apps/kernel/global.html">OTP, module global</a>
 */
@NullMarked
package io.weft.global;

import org.jspecify.annotations.NullMarked;
