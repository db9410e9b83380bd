package io.weft.node;

import org.jspecify.annotations.Nullable;

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
      self.warn("dropped {}: {}", unknown.term(), unknown.why());
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

  /**
   * Returns which events {@code sys} notes of the process on its own account. A behaviour may tell
   * it of others: {@link Self#debug}.
   */
  default NotedEvents notedEvents() {
    return NotedEvents.ALL;
  }

  // --- looking inside, and replacing -------------------------------------------------------------

  /**
   * Returns the state as {@code sys:get_state} shows it: on another node as {@link ShownTerms}
   * says. Null, the default, says that there is none to show.
   */
  default @Nullable Object state(Self<M> self) throws Exception {
    return null;
  }

  /**
   * Returns what {@code sys:get_status} shows to another node: by default what it shows of a
   * gen_server with this {@link #state}.
   *
   * @param facts what is true of the process whatever its behaviour
   */
  default SystemStatus status(Self<M> self, SystemStatus.Facts facts) throws Exception {
    return SystemStatus.ofServer(facts, ShownTerms.of(state(self)));
  }

  /**
   * Takes on a state: {@code sys:replace_state}.
   *
   * @throws UnsupportedOperationException by default
   */
  default void replaceState(Self<M> self, Object state) throws Exception {
    throw new UnsupportedOperationException(self.label() + " does not let its state be replaced");
  }

  /**
   * Returns what a code change hands to the behaviour that follows: by default the {@link #state}.
   * The change may fail, and this behaviour go on.
   */
  default @Nullable Object handOver(Self<M> self) throws Exception {
    return state(self);
  }

  /**
   * Goes on after all: what it {@linkplain #handOver handed over} another behaviour had taken on,
   * but the code change as a whole has failed, in another process as a rule.
   */
  default void takeBack(Self<M> self) throws Exception {}

  /**
   * Begins to stand in for another behaviour, in a process that runs: called once, in place of
   * {@link #start}, with what the one before {@linkplain #handOver hands over}. By default takes
   * that on as the state it is.
   *
   * @param extra what the one who asked for the change gave along
   */
  default void codeChange(Self<M> self, @Nullable Object state, @Nullable Object extra)
      throws Exception {
    if (state != null) {
      replaceState(self, state);
    }
  }

  /**
   * Runs last in a process that goes on with another behaviour: ends what this one still has under
   * way. Messages, links and monitors are the process's, and stay.
   */
  default void replaced(Self<M> self) throws Exception {}
}
