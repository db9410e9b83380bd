/** Transcripts: tests of the protocol as readable text. */
@NullMarked
package io.weft.wire.testing;

import org.jspecify.annotations.NullMarked;
