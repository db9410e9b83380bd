/** Reactor as a contestant. */
@NullMarked
package io.weft.bench.stage.reactor;

import org.jspecify.annotations.NullMarked;
