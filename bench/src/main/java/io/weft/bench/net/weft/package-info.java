/** Weft as a contestant between two nodes: the near end that measures, and the far end. */
@NullMarked
package io.weft.bench.net.weft;

import org.jspecify.annotations.NullMarked;
