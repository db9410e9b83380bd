package io.weft.node;

import java.time.Instant;

/**
 * What a process has done since {@link Sys#statistics(Address, boolean)}: what {@code
 * sys:statistics(Process, get)} returns.
 *
 * @param startTime when counting began
 * @param currentTime when this was asked
 * @param reductions how many events were counted: the JVM knows no reductions
 * @param messagesIn how many messages it handled
 * @param messagesOut how many requests it answered while it handled them
 */
public record SystemStatistics(
    Instant startTime, Instant currentTime, long reductions, long messagesIn, long messagesOut) {}
