/** What the processes of JVM contestants share: the line to the driver, clock and scales. */
@NullMarked
package io.weft.bench.worker;

import org.jspecify.annotations.NullMarked;
