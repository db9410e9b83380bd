package io.weft.node;

import io.weft.term.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * What travels with a message besides its content.
 *
 * @param token the sequential trace token it has; null for none
 * @param context what an {@link Observer} gave it; null for none
 */
record Trail(@Nullable Tuple token, @Nullable Object context) {}
