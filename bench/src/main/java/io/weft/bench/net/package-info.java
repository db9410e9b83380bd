/** The comparison between two nodes: its rows, and what all contestants agree on. */
@NullMarked
package io.weft.bench.net;

import org.jspecify.annotations.NullMarked;
