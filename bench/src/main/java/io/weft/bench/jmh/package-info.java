/** What single operations of Weft cost, measured with JMH. Run with {@code ./weft bench jmh}. */
@NullMarked
package io.weft.bench.jmh;

import org.jspecify.annotations.NullMarked;
