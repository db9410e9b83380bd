/**
 * What tools of other nodes ask a node about itself, such as {@code observer} and {@code etop}: the
 * functions they call, answered with what is true of this one.
 */
@NullMarked
package io.weft.inspect;

import org.jspecify.annotations.NullMarked;
