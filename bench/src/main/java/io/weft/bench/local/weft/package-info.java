/** The workloads within one node on Weft, through its public face alone. */
@NullMarked
package io.weft.bench.local.weft;

import org.jspecify.annotations.NullMarked;
