package io.weft.node;

import org.jspecify.annotations.Nullable;

/** How a start ended: what proc_lib's acknowledgement is in OTP. */
public sealed interface Started<M> {
  /** Returns the address of the process. @throws StartException if it does not serve */
  default Address<M> orThrow(String label) {
    return switch (this) {
      case Ok<M> ok -> ok.address();
      case Failed<M> failed -> throw new StartException(label, failed.reason());
      case Ignored<M> _ -> throw StartException.ignored(label);
    };
  }

  /**
   * {@link Behavior#start} came back; the process serves.
   *
   * @param info what it told along: see {@link Self#startInfo}; null if nothing
   */
  record Ok<M>(Address<M> address, @Nullable Object info) implements Started<M> {}

  /**
   * The process decided in its start not to serve, and ended {@code normal}: see {@link
   * Self#ignore}.
   */
  record Ignored<M>() implements Started<M> {}

  /** The process ended before it served, for {@code reason}; its name is free again. */
  record Failed<M>(ExitReason reason) implements Started<M> {}
}
