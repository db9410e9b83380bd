package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.Await;
import io.weft.term.Atom;
import io.weft.term.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ProcessTableTest {
  private static final Atom NAME = Atom.of("n@h");
  private static final int CREATION = 7;

  private static ProcessTable table(int limit) {
    return new ProcessTable(NAME, CREATION, limit, 2);
  }

  @Test
  void noPidRepeats() throws Exception {
    ProcessTable table = table(10_000);
    Set<Pid> dealt = ConcurrentHashMap.newKeySet();
    var repeated = new AtomicInteger();
    onThreads(
        4,
        thread -> {
          var random = new Random(thread);
          List<Pid> mine = new ArrayList<>();
          for (int i = 0; i < 30_000; i++) {
            if (mine.size() > 500 || !mine.isEmpty() && random.nextBoolean()) {
              table.release(mine.remove(random.nextInt(mine.size())));
            } else {
              Pid pid = table.reserve();
              mine.add(pid);
              if (!dealt.add(pid)) {
                repeated.incrementAndGet();
              }
            }
          }
          mine.forEach(table::release);
        });
    assertEquals(0, repeated.get());
    assertEquals(0, table.count());
  }

  @Test
  void noPidIsThatOfTheNodeItself() {
    ProcessTable table = table(1_000);
    for (int i = 0; i < 1_000; i++) {
      assertTrue(table.reserve().id() != 0);
    }
  }

  @Test
  void asManyAsTheLimitAndNotOneMore() {
    for (int limit : new int[] {1, 2, 16, 1_000, 5_000, 70_000}) {
      ProcessTable table = table(limit);
      List<Pid> pids = new ArrayList<>();
      for (int i = 0; i < limit; i++) {
        pids.add(table.reserve());
      }
      var refused = assertThrows(SystemLimitException.class, table::reserve);
      assertTrue(String.valueOf(refused.getMessage()).contains(String.valueOf(limit)));
      assertEquals(limit, table.count());
      table.release(pids.getFirst());
      assertNotNull(table.reserve(), "a place was free");
    }
  }

  @Test
  void placesThatOtherThreadsGaveBackCanBeTaken() throws Exception {
    int limit = 40;
    ProcessTable table = table(limit);
    List<Pid> pids = new ArrayList<>();
    onThreadsInTurn(
        20,
        () -> {
          pids.add(table.reserve());
          pids.add(table.reserve());
        });
    assertThrows(SystemLimitException.class, table::reserve);
    pids.forEach(table::release);
    assertEquals(0, table.count());
    for (int i = 0; i < limit; i++) {
      table.reserve();
    }
    assertEquals(limit, table.count());
  }

  @Test
  void theLimitHoldsWhateverThreadsDo() throws Exception {
    int limit = 64;
    ProcessTable table = table(limit);
    var alive = new AtomicInteger();
    var most = new AtomicInteger();
    var refused = new AtomicInteger();
    onThreads(
        4,
        thread -> {
          List<Pid> mine = new ArrayList<>();
          var random = new Random(thread);
          for (int i = 0; i < 50_000; i++) {
            if (random.nextInt(100) < 55) {
              try {
                mine.add(table.reserve());
                most.accumulateAndGet(alive.incrementAndGet(), Math::max);
              } catch (SystemLimitException full) {
                refused.incrementAndGet();
              }
            } else if (!mine.isEmpty()) {
              alive.decrementAndGet();
              table.release(mine.removeLast());
            }
          }
          mine.forEach(pid -> {
            alive.decrementAndGet();
            table.release(pid);
          });
        });
    assertTrue(most.get() <= limit, () -> most + " of " + limit);
    assertTrue(refused.get() > 0, "the limit was never reached");
    assertEquals(0, table.count());
  }

  @Test
  void findsExactlyWhoIsThere() {
    try (Node node = Node.start(NodeOptions.local())) {
      ProcessTable table = table(1 << 20);
      Map<Pid, Process<?>> model = new HashMap<>();
      List<Pid> gone = new ArrayList<>();
      var random = new Random(1);
      for (int i = 0; i < 20_000; i++) {
        if (model.isEmpty() || random.nextInt(100) < 60) {
          Pid pid = table.reserve();
          assertNull(table.find(pid), "reserved, but not put");
          var process = new Process<>(node, pid, TestNode.idle(), null, true);
          table.put(pid, process);
          model.put(pid, process);
        } else {
          Pid pid = model.keySet().iterator().next();
          model.remove(pid);
          table.remove(pid);
          gone.add(pid);
          assertNull(table.find(pid), "removed");
          table.release(pid);
        }
      }
      model.forEach((pid, process) -> {
        assertSame(process, table.find(pid));
        assertNull(table.find(new Pid(NAME, pid.id(), pid.serial(), CREATION + 1)), "former life");
        assertNull(table.find(new Pid(NAME, pid.id(), pid.serial() + 1, CREATION)), "to come");
        assertNull(table.find(new Pid(Atom.of("m@h"), pid.id(), pid.serial(), CREATION)), "peer");
      });
      gone.forEach(pid -> assertNull(table.find(pid)));
      assertNull(table.find(new Pid(NAME, Integer.MAX_VALUE, 0, CREATION)));
      assertNull(table.find(new Pid(NAME, -1, 0, CREATION)));
      Set<Process<?>> seen = ConcurrentHashMap.newKeySet();
      table.forEach(seen::add);
      assertEquals(Set.copyOf(model.values()), seen);
      assertEquals(model.size(), table.count());
    }
  }

  // --- the limit and the end of a node -----------------------------------------------------------

  @Test
  void aNodeAtItsLimitRefusesOneMoreAndGoesOn() {
    var options = NodeOptions.builder("nonode@nohost").maxProcesses(5).build();
    try (Node node = Node.start(options)) {
      for (int i = 0; i < 4; i++) {
        node.spawn(TestNode.idle());
      }
      Address<Object> fifth = node.start(TestNode.idle());
      assertThrows(SystemLimitException.class, () -> node.spawn(TestNode.idle()));
      node.exit(((Target.ByPid) fifth.target()).pid(), ExitReason.KILL);
      Await.until("it has ended", () -> node.processCount() == 4);
      node.start(TestNode.idle());
    }
  }

  @Test
  void aNodeThatIsClosedWhileOthersSpawnDoesNotWaitForTheGrace() throws Exception {
    for (int round = 0; round < 100; round++) {
      Node node = Node.start(NodeOptions.local());
      var begun = new CountDownLatch(1);
      Thread spawner =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  while (true) {
                    node.spawn(TestNode.idle());
                    begun.countDown();
                  }
                } catch (IllegalStateException stopping) {
                  // as it must be
                }
              });
      assertTrue(begun.await(10, TimeUnit.SECONDS));
      long before = System.nanoTime();
      node.close();
      spawner.join();
      Duration took = Duration.ofNanos(System.nanoTime() - before);
      assertTrue(took.toSeconds() < 8, () -> "a process was overlooked; closing took " + took);
      Await.until("all have ended", () -> node.processCount() == 0);
    }
  }

  // --- threads -----------------------------------------------------------------------------------

  private interface Body {
    void run(int thread) throws Exception;
  }

  private static void onThreads(int count, Body body) throws Exception {
    List<Thread> threads = new ArrayList<>();
    var failure = new ConcurrentHashMap<Integer, Throwable>();
    for (int i = 0; i < count; i++) {
      int thread = i;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  body.run(thread);
                } catch (Throwable failed) {
                  failure.put(thread, failed);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(Map.of(), failure);
  }

  private static void onThreadsInTurn(int count, Runnable body) throws Exception {
    for (int i = 0; i < count; i++) {
      onThreads(1, _ -> body.run());
    }
  }
}
