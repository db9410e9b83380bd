/** Terms for tests. */
@NullMarked
package io.weft.term.testing;

import org.jspecify.annotations.NullMarked;
