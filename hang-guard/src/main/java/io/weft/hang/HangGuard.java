package io.weft.hang;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Ends a test run in which no test has begun or ended for {@value #LIMIT_MINUTES} minutes, whatever
 * it waits for and whether or not that can be interrupted; says before which tests run, and where
 * the threads are that run them. JUnit finds it wherever this module is on the class path.
 */
public final class HangGuard implements TestExecutionListener {
  private static final int LIMIT_MINUTES = 5;

  private final Duration limit;
  private final Consumer<String> end;
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private volatile long lastEvent;
  private volatile @Nullable Thread watcher;

  /** For JUnit. */
  public HangGuard() {
    this(Duration.ofMinutes(LIMIT_MINUTES), HangGuard::halt);
  }

  /** A guard that gives its report to {@code end}. */
  HangGuard(Duration limit, Consumer<String> end) {
    this.limit = limit;
    this.end = end;
  }

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    lastEvent = System.nanoTime();
    watcher = Thread.ofPlatform().daemon().name("hang-guard").start(this::watch);
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    Thread watching = watcher;
    if (watching != null) {
      watching.interrupt();
    }
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    lastEvent = System.nanoTime();
    running.add(name(test));
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    lastEvent = System.nanoTime();
    running.remove(name(test));
  }

  private static String name(TestIdentifier test) {
    return test.getUniqueId();
  }

  private void watch() {
    try {
      long left = limit.toNanos();
      while (left > 0) {
        Thread.sleep(Duration.ofNanos(left));
        left = limit.toNanos() - (System.nanoTime() - lastEvent);
      }
      end.accept(report());
    } catch (InterruptedException over) {
      // the tests have ended
    }
  }

  private String report() {
    return "THE TESTS HANG: nothing has begun or ended for %s s. What runs:%n  %s%n%n%s"
        .formatted(
            limit.toSeconds(),
            String.join("%n  ".formatted(), new TreeSet<>(running)),
            Stacks.ofProject());
  }

  private static void halt(String report) {
    System.err.println(report);
    System.err.flush();
    try {
      Thread.sleep(Duration.ofSeconds(2)); // whoever collects what is printed does so
    } catch (InterruptedException now) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(1);
  }
}
