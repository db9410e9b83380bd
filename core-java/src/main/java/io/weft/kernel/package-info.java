/**
 * What a peer expects of the kernel of a node besides its processes: somebody who prints, and
 * somebody who logs.
 */
@NullMarked
package io.weft.kernel;

import org.jspecify.annotations.NullMarked;
