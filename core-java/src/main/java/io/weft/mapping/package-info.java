/**
 * Records, sealed interfaces and enums as terms: what a process of a typed protocol looks like to
 * other nodes, without code for each message.
 *
 * <p>{@link io.weft.mapping.TermMapping} has the table of forms and the options.
 */
@NullMarked
package io.weft.mapping;

import org.jspecify.annotations.NullMarked;
