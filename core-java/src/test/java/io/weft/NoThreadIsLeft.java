package io.weft;

import static org.junit.jupiter.api.Assertions.fail;

import io.weft.runtime.RuntimeLeaks;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that leaves threads of the runtime behind: then it did not close a node, or
 * the node did not close all it had. Applies to all tests by itself.
 */
public final class NoThreadIsLeft implements BeforeAllCallback, AfterAllCallback {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
  private static final ExtensionContext.Namespace HERE =
      ExtensionContext.Namespace.create(NoThreadIsLeft.class);

  private record Before(Set<Thread> threads) {
    List<String> left() {
      return ofRuntime().stream()
          .filter(thread -> !threads.contains(thread))
          .map(Thread::getName)
          .sorted()
          .toList();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context.getStore(HERE).put(Before.class, new Before(ofRuntime()));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Before before = context.getStore(HERE).get(Before.class, Before.class);
    if (!Await.comesTrue(() -> before.left().isEmpty(), PATIENCE)) {
      fail(context.getDisplayName() + " leaves threads behind: " + before.left());
    }
  }

  private static Set<Thread> ofRuntime() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("weft-") && !RuntimeLeaks.isShared(thread))
        .collect(Collectors.toSet());
  }
}
