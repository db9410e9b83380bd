package io.weft.gen;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a transition does to a timeout; {@code name} is a {@link Timeout} or of {@link StateTimers}.
 */
sealed interface TimeoutAction {
  Object name();

  record Set(Object name, @Nullable Object content, Duration time) implements TimeoutAction {}

  record Update(Object name, Object content) implements TimeoutAction {}

  record Cancel(Object name) implements TimeoutAction {}
}
