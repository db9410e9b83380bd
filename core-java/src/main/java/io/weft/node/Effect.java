package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a process does to the world outside of it, as an {@link Isolation} records it. */
public sealed interface Effect {
  /** It sent a message or a cast. */
  record Told(Address<?> to, Object message) implements Effect {}

  /** It began a call, which waits for an answer. Two are equal when whom and what they ask is. */
  final class Called implements Effect {
    private final Address<?> server;
    private final Object request;
    private final @Nullable Duration within;
    private @Nullable From from;
    private boolean answered;

    Called(Address<?> server, Object request, @Nullable Duration within) {
      this.server = server;
      this.request = request;
      this.within = within;
    }

    /** Returns whom it calls. */
    public Address<?> server() {
      return server;
    }

    /** Returns what it asks. */
    public Object request() {
      return request;
    }

    /** Returns for how long it waits; null for ever. */
    public @Nullable Duration within() {
      return within;
    }

    /** Returns whom to answer; null until the request has arrived. */
    @Nullable From from() {
      return from;
    }

    void from(From caller) {
      from = caller;
    }

    /** Returns whom to answer, once. */
    From toAnswer() {
      if (answered) {
        throw new IllegalStateException(this + " has its answer already");
      }
      answered = true;
      return Objects.requireNonNull(from, "the request is still under way");
    }

    /** Whether it was answered, in one way or the other. */
    public boolean isAnswered() {
      return answered;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Called that
          && server.equals(that.server)
          && request.equals(that.request);
    }

    @Override
    public int hashCode() {
      return Objects.hash(server, request);
    }

    @Override
    public String toString() {
      return "Called[server=" + server + ", request=" + request + ", within=" + within + "]";
    }
  }

  /** It started a process, which is not run. */
  record Spawned(Blueprint<?> blueprint, Address<?> process, boolean linked) implements Effect {}

  /** It asked a node for a process. */
  record SpawnRequested(Atom node, String function) implements Effect {}

  /** It linked itself. */
  record Linked(Pid other) implements Effect {}

  /** It took a link back. */
  record Unlinked(Pid other) implements Effect {}

  /** It began to watch a process. */
  record Monitored(Target target, Reference monitor) implements Effect {}

  /** It ended a monitor. */
  record Demonitored(Target target, Reference monitor) implements Effect {}

  /** It sent an exit signal. */
  record SentExit(Pid to, ExitReason reason) implements Effect {}

  /**
   * It set a timer.
   *
   * @param message what will be sent to {@code to}; both are null where it runs code of its own
   */
  record TimerSet(Duration delay, @Nullable Address<?> to, @Nullable Object message)
      implements Effect {}

  /** It registered itself. */
  record Registered(String name) implements Effect {}

  /** It began to watch the connection with a node. */
  record NodeMonitored(Atom node) implements Effect {}

  /** It ended; the last effect. */
  record Ended(ExitReason reason) implements Effect {}
}
