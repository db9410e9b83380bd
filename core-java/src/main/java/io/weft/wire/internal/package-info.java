/** What the packages of the protocol share; not exported. */
@NullMarked
package io.weft.wire.internal;

import org.jspecify.annotations.NullMarked;
