/**
 * Runs contestants side by side: each in a process of its own, taking turns, so that whatever the
 * machine does meanwhile happens to all of them.
 */
@NullMarked
package io.weft.bench.compare;

import org.jspecify.annotations.NullMarked;
