/** Pekko Streams as a contestant. */
@NullMarked
package io.weft.bench.stage.pekko;

import org.jspecify.annotations.NullMarked;
