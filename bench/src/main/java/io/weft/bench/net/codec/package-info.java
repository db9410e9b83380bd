/** Records as bytes: by Weft's mapping, and by Jackson. */
@NullMarked
package io.weft.bench.net.codec;

import org.jspecify.annotations.NullMarked;
