/** Ends a test run that hangs. */
@NullMarked
package io.weft.hang;

import org.jspecify.annotations.NullMarked;
