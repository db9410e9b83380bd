package io.weft.gen;

import io.weft.node.ExitReason;
import io.weft.node.Slot;
import io.weft.node.StartException;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of starting a child of a running supervisor.
 *
 * @param <M> the protocol of the child
 */
public sealed interface ChildStart<M> {
  /**
   * The child serves.
   *
   * @param slot its place, for all its lives
   * @param pid its first life
   * @param info what it told along in its start: see {@link io.weft.node.Self#startInfo}; null if
   *     nothing
   */
  record Ok<M>(Slot<M> slot, Pid pid, @Nullable Object info) implements ChildStart<M> {}

  /**
   * The child decided not to serve. The supervisor keeps it, to be restarted by request, unless it
   * is temporary or of a {@link DynamicSupervisor}.
   */
  record Ignored<M>(Slot<M> slot) implements ChildStart<M> {}

  /**
   * There is no such child now.
   *
   * @param reason what OTP's supervisor says in {@code {error, Reason}}: {@code {already_started,
   *     Pid}}, {@code already_present}, or why the start failed
   */
  record Refused<M>(Term reason) implements ChildStart<M> {}

  /** Returns what the child told along in its start; empty if nothing of this type. */
  default <I> Optional<I> info(Class<I> type) {
    return this instanceof Ok<M> ok && type.isInstance(ok.info())
        ? Optional.of(type.cast(ok.info()))
        : Optional.empty();
  }

  /** Returns the slot. @throws StartException if the child does not serve */
  default Slot<M> orThrow() {
    return switch (this) {
      case Ok<M> ok -> ok.slot();
      case Ignored<M> _ -> throw StartException.ignored("child");
      case Refused<M> refused -> throw new StartException("child", ExitReason.of(refused.reason()));
    };
  }
}
