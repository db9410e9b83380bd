package io.weft.hang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class HangGuardTest {
  /** Without the guards that are found on the class path, of which this very test has one. */
  private static final LauncherConfig PLAIN =
      LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build();

  private static final CountDownLatch RELEASED = new CountDownLatch(1);
  private static final AtomicInteger RAN = new AtomicInteger();

  static class Hangs {
    @Test
    void forGood() {
      Thread waiting = Thread.ofVirtual().start(Hangs::awaitRelease);
      boolean interrupted = true;
      while (interrupted) {
        try {
          waiting.join();
          interrupted = false;
        } catch (InterruptedException again) {
          // as many a wait does
        }
      }
    }

    private static void awaitRelease() {
      try {
        RELEASED.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  static class Ends {
    @Test
    void atOnce() {
      RAN.incrementAndGet();
    }
  }

  private static void run(Class<?> tests, HangGuard guard) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build();
    Launcher launcher = LauncherFactory.create(PLAIN);
    launcher.execute(request, guard);
  }

  @Test
  void whatHangsIsNamedAndWhereItWaits() throws Exception {
    var report = new CompletableFuture<String>();
    var guard = new HangGuard(Duration.ofMillis(300), report::complete);
    Thread run = Thread.ofPlatform().start(() -> run(Hangs.class, guard));
    try {
      String text = report.get(60, TimeUnit.SECONDS);
      assertTrue(text.contains("forGood()"), text);
      assertTrue(text.contains("HangGuardTest$Hangs.forGood"), text);
      assertTrue(text.contains("HangGuardTest$Hangs.awaitRelease"), text);
    } finally {
      RELEASED.countDown();
      run.join();
    }
  }

  @Test
  void whatEndsIsLeftAlone() {
    var report = new CompletableFuture<String>();
    run(Ends.class, new HangGuard(Duration.ofHours(1), report::complete));
    assertEquals(1, RAN.get());
    assertFalse(report.isDone());
  }
}
