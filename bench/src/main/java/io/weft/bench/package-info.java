/** What Weft costs, measured with JMH. Run one with {@code ./weft bench NAME}. */
@NullMarked
package io.weft.bench;

import org.jspecify.annotations.NullMarked;
