package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;

/**
 * Tells the process that supervises a handler that the handler is gone: gen_event's {@code
 * {gen_event_EXIT, Handler, Reason}}.
 *
 * @param handler which it was
 * @param reason {@code normal} if it was deleted or removed itself, {@code shutdown} if the manager
 *     ended, {@code {swapped, NewHandler, Pid}} if another took its place that {@code Pid}
 *     supervises, {@code {'EXIT', Reason}} if it failed
 */
public record HandlerExit(HandlerId<?> handler, ExitReason reason) {
  /** Returns {@code {gen_event_EXIT, Handler, Reason}}. */
  public Term term() {
    return Tuple.of(Atom.of("gen_event_EXIT"), handler.term(), reason.term());
  }
}
