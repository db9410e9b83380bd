/**
 * What two nodes say to each other when others carry their bytes: sealed, so that those can neither
 * read nor change it. Weft's own; OTP has nothing like it.
 */
@NullMarked
package io.weft.wire.seal;

import org.jspecify.annotations.NullMarked;
