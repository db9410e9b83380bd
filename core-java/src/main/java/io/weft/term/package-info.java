/**
 * Erlang terms as immutable values.
 *
 * <p>{@link io.weft.term.Term} is a sealed world: a {@code switch} over its subtypes is exhaustive.
 * {@link io.weft.term.Terms} holds the literals, {@link io.weft.term.Term#parse} and {@code
 * toString} read and write Erlang syntax, {@link io.weft.term.TermOrder} compares as Erlang does.
 *
 * <p>Every term may be shared between threads without synchronisation. Equality is Erlang's {@code
 * =:=} (so {@code 1} and {@code 1.0} differ), except that {@code 0.0} and {@code -0.0} differ too,
 * as they do from OTP 27 on. {@code equals}, {@code hashCode}, {@code toString}, parsing and
 * comparing take no more native stack for a deep term than for a flat one.
 */
@NullMarked
package io.weft.term;

import org.jspecify.annotations.NullMarked;
