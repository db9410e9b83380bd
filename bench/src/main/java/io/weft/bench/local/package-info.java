/** Processes and messages within one node. */
@NullMarked
package io.weft.bench.local;

import org.jspecify.annotations.NullMarked;
