/**
 * What a node does, for those who run it: {@link io.weft.observe.LogContext logs} that say which
 * process wrote them, {@link io.weft.observe.NodeMetrics metrics} for Micrometer, and {@link
 * io.weft.observe.Tracing spans} for OpenTelemetry. Each is an {@link io.weft.node.Observer}, given
 * to a node with its options.
 */
@NullMarked
package io.weft.observe;

import org.jspecify.annotations.NullMarked;
