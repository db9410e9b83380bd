/**
 * Programs that run for minutes and watch that nothing goes wrong meanwhile, and that nothing is
 * left at the end.
 */
@NullMarked
package io.weft.bench.soak;

import org.jspecify.annotations.NullMarked;
