/** What Weft costs, alone and next to its peers. {@code ./weft bench} lists what can be run. */
@NullMarked
package io.weft.bench;

import org.jspecify.annotations.NullMarked;
