/** Events through stages, as they are wanted. */
@NullMarked
package io.weft.bench.stage;

import org.jspecify.annotations.NullMarked;
