package io.weft.gen;

import io.weft.node.ExitReason;

/**
 * Tells the process that supervises a handler that the handler is gone: gen_event's {@code
 * {gen_event_EXIT, Handler, Reason}}.
 *
 * @param handler which it was
 * @param reason {@code normal} if it was deleted or removed itself, {@code shutdown} if the manager
 *     ended, {@code {swapped, NewHandler, Pid}} if another took its place, else why it failed
 */
public record HandlerExit(HandlerId<?> handler, ExitReason reason) {}
