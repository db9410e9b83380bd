/**
 * The seams: everything that could make one run differ from another.
 *
 * <p>The scheduler, the clock, timers and randomness are reached through {@link
 * io.weft.runtime.Seams} and nowhere else. {@link io.weft.runtime.Seams#system()} gives the real
 * ones; a test kit gives others, so that a whole cluster runs on one thread, from a seed, in
 * virtual time.
 */
@NullMarked
package io.weft.runtime;

import org.jspecify.annotations.NullMarked;
