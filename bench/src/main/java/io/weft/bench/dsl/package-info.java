/** The Kotlin DSL next to the core that it stands on. */
@NullMarked
package io.weft.bench.dsl;

import org.jspecify.annotations.NullMarked;
