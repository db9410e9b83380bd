package io.weft.node;

/**
 * What a process does: the event-driven body.
 *
 * <p>All methods of one behaviour run on one thread at a time, each in a turn of its process, in
 * the order in which the signals arrived; a behaviour needs no locks. A method must not block: it
 * holds a carrier. A failure that a method lets escape ends the process with {@code {Reason,
 * Stack}}; an {@link ExitException} ends it with its reason.
 *
 * @param <M> the protocol: the messages it understands, a sealed interface as a rule
 */
public interface Behavior<M> {
  /**
   * Runs first, before any message. Whoever waits for the process to start learns of its outcome.
   */
  default void start(Self<M> self) throws Exception {}

  /** Handles a plain message, or a cast. */
  void message(Self<M> self, M message) throws Exception;

  /**
   * Handles a call: a request that is answered through {@code from}, now or later.
   *
   * <p>By default nobody answers, and the caller is told so at once.
   */
  default void call(Self<M> self, M request, From from) throws Exception {
    from.refuse("unknown_call");
  }

  /**
   * Handles an exit signal (if the process traps exits), a monitor's report, or a term that is not
   * of the protocol.
   *
   * <p>By default an unknown term is logged and forgotten.
   */
  default void info(Self<M> self, Info info) throws Exception {
    if (info instanceof Info.Unknown unknown) {
      self.warn("dropped {}: {}", unknown.term().abbreviate(500), unknown.why());
    }
  }

  /**
   * Runs when the process is about to end by its own doing: it stopped, or crashed. Not when an
   * exit signal ends it.
   *
   * @see #ended
   */
  default void terminate(Self<M> self, ExitReason reason) throws Exception {}

  /**
   * Runs last, however the process ends. A behaviour with work still under way may {@link
   * Self#hold} here: links and monitors are then told only after {@link Self#release}, or when the
   * process is killed.
   */
  default void ended(Self<M> self, ExitReason reason) throws Exception {}
}
