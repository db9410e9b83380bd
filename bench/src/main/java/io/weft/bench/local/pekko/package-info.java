/** The workloads within one node on Pekko's typed actors. */
@NullMarked
package io.weft.bench.local.pekko;

import org.jspecify.annotations.NullMarked;
