package io.weft.gen;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a transition does to a timeout; {@code name} is a {@link Timeout} or of {@link StateTimers}.
 */
sealed interface TimeoutAction {
  Object name();

  /** It elapses after a time; after no time at all in its turn among those of time zero. */
  record Set(Object name, @Nullable Object content, Duration time) implements TimeoutAction {}

  /** It elapses when the node's clock shows {@code nanoTime}: gen_statem's {@code {abs, true}}. */
  record SetAt(Object name, @Nullable Object content, long nanoTime) implements TimeoutAction {}

  record Update(Object name, Object content) implements TimeoutAction {}

  record Cancel(Object name) implements TimeoutAction {}
}
