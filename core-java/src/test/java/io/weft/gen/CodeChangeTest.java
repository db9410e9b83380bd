package io.weft.gen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.Await;
import io.weft.gen.CodeChange.Report;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.Sys;
import io.weft.node.TermCodec;
import io.weft.node.TestNode;
import io.weft.node.Weft;
import io.weft.term.Atom;
import io.weft.term.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hot code change of a supervision tree, with classes of truly separate loaders. */
@Timeout(120)
class CodeChangeTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Release ONE = Release.load(1);
  private static final Release TWO = Release.load(2);
  private static final List<String> FIXED =
      List.of(
          "one0", "one1", "one2", "one3", "one4", "all0", "all1", "all2", "all3", "all4", "rest0",
          "rest1", "rest2", "rest3", "rest4", "hall");
  private static final List<String> DYNAMIC = List.of("dyn0", "dyn1", "dyn2", "dyn3");

  private final TestNode nodes = new TestNode().timersMayBeLeft();
  private final Node node = nodes.node();

  @AfterEach
  void close() {
    nodes.close();
  }

  // --- the tree
  // ------------------------------------------------------------------------------------------------

  private Address<Supervisor.Query> town(Release release) {
    Address<Supervisor.Query> town = node.start(release.town());
    for (String id : DYNAMIC) {
      startDynamic(id);
    }
    return town;
  }

  private void startDynamic(String id) {
    Address<DynamicSupervisor.Query<String, Meter>> meters =
        node.address("meters", node.name().name(), new DynamicCodec<>());
    Weft.call(meters, new DynamicSupervisor.StartChild<>(id), LONG).orThrow();
  }

  private static List<String> all() {
    List<String> all = new ArrayList<>(FIXED);
    all.addAll(DYNAMIC);
    return all;
  }

  private Address<Meter> meter(String id) {
    return node.address(id, node.name().name(), TermCodec.localOnly("meter"));
  }

  private Pid pid(String id) {
    return Objects.requireNonNull(node.whereis(Atom.of(id)), id);
  }

  private Map<String, Pid> pids() {
    Map<String, Pid> pids = new HashMap<>();
    all().forEach(id -> pids.put(id, pid(id)));
    return pids;
  }

  private Meter.Reading read(String id) {
    return Weft.call(meter(id), new Meter.Read(), LONG);
  }

  private void add(String id, long n) {
    meter(id).tell(new Meter.Add(n));
  }

  private void expect(int version, String id, long total) {
    assertEquals(new Meter.Reading(version, total), read(id), id);
  }

  private void crash(String id) {
    Pid before = pid(id);
    meter(id).tell(new Meter.Crash());
    Await.until(
        id + " runs again",
        () -> {
          Pid now = node.whereis(Atom.of(id));
          return now != null && !now.equals(before);
        });
  }

  private static CodeChangeException refusal(java.util.concurrent.CompletableFuture<?> change) {
    var failed = assertThrows(CompletionException.class, change::join);
    return assertInstanceOf(CodeChangeException.class, failed.getCause());
  }

  // --- all goes well
  // ------------------------------------------------------------------------------------------------

  @Test
  void oneCallChangesTheWholeTree() {
    Address<Supervisor.Query> town = town(ONE);
    Map<String, Pid> before = pids();
    for (String id : all()) {
      add(id, id.hashCode());
    }
    Report report = CodeChange.plan().run(town, TWO.town()).join();
    assertEquals(before, pids());
    for (String id : all()) {
      expect(2, id, id.hashCode());
    }
    var changed = new TreeSet<String>();
    report.changed().forEach(place -> changed.add(place.path().replaceAll("pid.*", "pid")));
    assertTrue(
        changed.containsAll(
            List.of(
                "town",
                "town/one",
                "town/one/one0",
                "town/rest/rest4",
                "town/meters",
                "town/meters/pid",
                "town/pool",
                "town/pool/worker2",
                "town/hall")),
        changed.toString());
    assertEquals(1 + 5 + 16 + 4 + 3, report.changed().size(), changed.toString());
    assertEquals(List.of(), report.added());
    assertEquals(List.of(), report.later());
  }

  @Test
  void whatIsStartedLaterHasTheNewCode() {
    Address<Supervisor.Query> town = town(ONE);
    all().forEach(id -> add(id, 5));
    CodeChange.plan().run(town, TWO.town()).join();
    crash("one0");
    expect(2, "one0", 0);
    expect(2, "one1", 5);
    crash("all3");
    Await.until(
        "all restarted", () -> FIXED.stream().allMatch(id -> node.whereis(Atom.of(id)) != null));
    expect(2, "all1", 0);
    crash("dyn0");
    expect(2, "dyn0", 0);
    startDynamic("dyn9");
    expect(2, "dyn9", 0);
  }

  @Test
  void noMessageIsLostUnderLoad() throws Exception {
    Address<Supervisor.Query> town = town(ONE);
    var stop = new AtomicBoolean();
    var sent = new HashMap<String, AtomicLong>();
    all().forEach(id -> sent.put(id, new AtomicLong()));
    var calls = new AtomicLong();
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      senders.add(
          Thread.ofPlatform()
              .start(() -> {
                while (!stop.get()) {
                  for (String id : all()) {
                    add(id, 1);
                    sent.get(id).incrementAndGet();
                  }
                  if (read("one0").total() > 0) {
                    calls.incrementAndGet();
                  }
                }
              }));
    }
    Release[] releases = {TWO, ONE};
    for (int i = 0; i < 200; i++) {
      CodeChange.plan().run(town, releases[i % 2].town()).join();
    }
    stop.set(true);
    for (Thread sender : senders) {
      sender.join();
    }
    for (String id : all()) {
      expect(1, id, sent.get(id).get());
    }
    assertTrue(calls.get() > 0);
  }

  @Test
  void whatWaitsInAMailboxIsHandledByTheOneOrTheOther() {
    Address<Supervisor.Query> town = town(ONE);
    for (int i = 0; i < 100_000; i++) {
      add("one0", 1);
    }
    CodeChange.plan().run(town, TWO.town()).join();
    for (int i = 0; i < 100_000; i++) {
      add("one0", 1);
    }
    expect(2, "one0", 200_000);
  }

  // --- rules
  // ------------------------------------------------------------------------------------------------

  @Test
  void aRuleReplacesWhatSpeaksItsProtocolAndNothingElse() {
    Address<Supervisor.Query> town = town(ONE);
    all().forEach(id -> add(id, 3));
    Report report =
        CodeChange.plan()
            .replace(
                Meter.class,
                place ->
                    place.path().startsWith("town/all/")
                        ? TWO.meter(place.id()).named(place.id())
                        : null)
            .run(town)
            .join();
    assertEquals(5, report.changed().size());
    expect(2, "all0", 3);
    expect(1, "one0", 3);
    expect(1, "dyn0", 3);
    crash("all0");
    expect(2, "all0", 0);
    expect(1, "one0", 3);
  }

  @Test
  void aRuleHoldsForChildrenThatComeLater() {
    town(ONE);
    Address<DynamicSupervisor.Query<String, Meter>> meters =
        node.address("meters", node.name().name(), new DynamicCodec<>());
    CodeChange.plan().replace(ONE.meter("any"), TWO.meter("any").named("later")).run(meters).join();
    expect(2, "dyn0", 0);
    startDynamic("unused name");
    expect(2, "later", 0);
  }

  @Test
  void aPoolChangesWithItsWorkers() {
    Address<Supervisor.Query> town = town(ONE);
    Address<Meter> pool = meter("pool");
    for (int i = 0; i < 3; i++) {
      pool.tell(new Meter.Add(7)); // one each, round robin
    }
    CodeChange.plan().run(town, TWO.town()).join();
    for (int i = 0; i < 3; i++) {
      assertEquals(new Meter.Reading(2, 7), Weft.call(pool, new Meter.Read(), LONG));
    }
    pool.tell(new Meter.Crash());
    var anew = new Meter.Reading(2, 0);
    Await.until(
        "a worker began anew",
        () -> {
          try {
            return Weft.call(pool, new Meter.Read(), LONG).equals(anew);
          } catch (CallException restarting) {
            return false;
          }
        });
  }

  // --- it is taken back
  // ------------------------------------------------------------------------------------------------

  @Test
  void ifOneRefusesAllGoOnWithTheCodeTheyHad() {
    Address<Supervisor.Query> town = town(ONE);
    Map<String, Pid> before = pids();
    all().forEach(id -> add(id, 2));
    var refused = refusal(CodeChange.plan().extra("rest3").run(town, TWO.town()));
    assertEquals("town/rest/rest3", refused.place().path());
    assertEquals(pid("rest3"), refused.place().pid());
    assertTrue(refused.getMessage().contains("version 2 refuses"), refused.getMessage());
    for (String id : all()) {
      expect(1, id, 2);
      assertFalse(Sys.info(meter(id)).join().suspended(), id);
    }
    assertEquals(before, pids());
    crash("one0");
    expect(1, "one0", 0);
    crash("dyn1");
    expect(1, "dyn1", 0);
    startDynamic("dyn8");
    expect(1, "dyn8", 0);
    CodeChange.plan().run(town, TWO.town()).join();
    expect(2, "one1", 2);
  }

  @Test
  void oneThatDoesNotHaltInTimeIsNamedAndTheOthersGoOn() throws Exception {
    var entered = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    Blueprint<Meter> stuck =
        GenServer.define(
            "stuck",
            Meter.class,
            (on, self) -> {
              on.cast(
                  Meter.Add.class,
                  _ -> {
                    entered.countDown();
                    go.await();
                  });
              on.castAny(Meter.Crash.class, _ -> {});
              on.call(Meter.Read.class, _ -> new Meter.Reading(1, 42));
              on.state(Long.class, () -> 42L, _ -> {});
            });
    Address<Supervisor.Query> town =
        node.start(
            Supervisor.define(
                "town",
                children -> {
                  children.add(ChildSpec.of(ONE.meter("good").named("good")).id("good"));
                  children.add(ChildSpec.of(stuck.named("stuck")).id("stuck"));
                }));
    add("good", 1);
    add("stuck", 1);
    entered.await();
    var late =
        refusal(
            CodeChange.plan()
                .replace(Meter.class, place -> TWO.meter(place.id()))
                .within(Duration.ofMillis(50))
                .run(town));
    assertEquals("town/stuck", late.place().path());
    assertTrue(
        late.getMessage().contains("did not come to a halt within PT0.05S"), late.getMessage());
    expect(1, "good", 1);
    go.countDown();
    expect(1, "stuck", 42);
  }

  @Test
  void aChildThatShowsNoStateIsRefusedUnlessItMayBeginAnew() {
    Blueprint<Meter> secret =
        GenServer.define(
            "meter",
            Meter.class,
            (on, self) -> {
              on.cast(Meter.Add.class, _ -> {});
              on.cast(Meter.Crash.class, _ -> {});
              on.call(Meter.Read.class, _ -> new Meter.Reading(1, 9));
            });
    Address<Supervisor.Query> town =
        node.start(
            Supervisor.define(
                "town", children -> children.add(ChildSpec.of(secret.named("secret")))));
    Blueprint<Meter> open =
        GenServer.define(
            "meter",
            Meter.class,
            (on, self) -> {
              on.cast(Meter.Add.class, _ -> {});
              on.cast(Meter.Crash.class, _ -> {});
              on.call(Meter.Read.class, _ -> new Meter.Reading(2, 0));
            });
    CodeChange plan = CodeChange.plan().replace(secret, open);
    var refused = refusal(plan.run(town));
    assertEquals("town/meter", refused.place().path());
    assertTrue(refused.getMessage().contains("would begin anew"), refused.getMessage());
    expect(1, "secret", 9);
    plan.beginAnew(place -> place.id().equals("meter")).run(town).join();
    expect(2, "secret", 0);
  }

  @Test
  void aSupervisorWhoseNewDefinitionFailsIsNamed() {
    Address<Supervisor.Query> town = town(ONE);
    add("one0", 4);
    Blueprint<Supervisor.Query> twice =
        Supervisor.define(
            "town",
            children -> {
              children.add(ChildSpec.of(TWO.meter("hall")).id("hall"));
              children.add(ChildSpec.of(TWO.meter("hall")).id("hall"));
            });
    var refused = refusal(CodeChange.plan().run(town, twice));
    assertEquals("town", refused.place().path());
    assertTrue(
        refused.getMessage().contains("{error,{duplicate_child_name,hall}}"), refused.getMessage());
    expect(1, "one0", 4);
    crash("hall");
    expect(1, "hall", 0);
  }

  @Test
  void codeForAnotherProtocolIsRefused() {
    Address<Supervisor.Query> town = town(ONE);
    Blueprint<Supervisor.Query> other =
        Supervisor.define(
            "town", children -> children.add(ChildSpec.of(Counter.blueprint()).id("hall")));
    var refused = refusal(CodeChange.plan().run(town, other));
    assertTrue(
        refused.getMessage().contains("child hall speaks io.weft.gen.Meter"), refused.getMessage());
    expect(1, "hall", 0);
  }

  @Test
  void whoIsNoSupervisorOrNotThereIsRefused() {
    town(ONE);
    assertTrue(
        refusal(CodeChange.plan().run(meter("hall"))).getMessage().contains("it is no supervisor"));
    assertEquals(
        "the top supervisor", refusal(CodeChange.plan().run(meter("nobody"))).place().path());
  }

  @Test
  void cancelledItIsTakenBack() {
    Address<Supervisor.Query> town = town(ONE);
    for (int i = 0; i < 20; i++) {
      var change = CodeChange.plan().run(town, TWO.town());
      if (change.cancel(false)) {
        for (String id : all()) {
          Await.until(id + " goes on", () -> !Sys.info(meter(id)).join().suspended());
          assertEquals(1, read(id).version(), id);
        }
        return;
      }
      CodeChange.plan().run(town, ONE.town()).join();
    }
  }

  @Test
  void endedItselfItLeavesNobodyHalted() throws Exception {
    var entered = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    Address<Supervisor.Query> town = town(ONE);
    Address<Meter> hall = meter("hall");
    var _ =
        Sys.with(
            hall,
            _ -> {
              entered.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return true;
            });
    entered.await();
    var change = CodeChange.plan().within(LONG).run(town, TWO.town());
    Await.until("all others are halted", () -> Sys.info(meter("rest4")).join().suspended());
    Pid changing = Sys.info(town).join().watchers().getFirst();
    node.exit(changing, ExitReason.KILL);
    assertTrue(refusal(change).getMessage().contains("was ended: killed"));
    go.countDown();
    for (String id : all()) {
      Await.until(id + " goes on", () -> !Sys.info(meter(id)).join().suspended());
      expect(1, id, 0);
    }
    crash("one1");
    expect(1, "one1", 0);
  }

  // --- deaths meanwhile
  // ------------------------------------------------------------------------------------------------

  @Test
  void childrenMayEndMeanwhile() {
    Address<Supervisor.Query> town = town(ONE);
    Release[] releases = {TWO, ONE};
    for (int i = 0; i < 40; i++) {
      var change = CodeChange.plan().run(town, releases[i % 2].town());
      node.exit(pid("one" + i % 5), ExitReason.KILL);
      Pid all = node.whereis(Atom.of("all" + i % 5));
      if (all != null) {
        node.exit(all, ExitReason.KILL);
      }
      Pid dyn = node.whereis(Atom.of("dyn" + i % 4));
      if (dyn != null) {
        node.exit(dyn, ExitReason.KILL);
      }
      change.join();
      int version = 2 - i % 2;
      for (String id : all()) {
        Await.until(
            id + " has version " + version,
            () -> {
              try {
                return read(id).version() == version;
              } catch (CallException restarting) {
                return false;
              }
            });
      }
    }
  }

  @Test
  void requestsToSupervisorsWaitAndAreAnswered() {
    Address<Supervisor.Query> town = town(ONE);
    for (int i = 0; i < 20; i++) {
      var change = CodeChange.plan().run(town, (i % 2 == 0 ? TWO : ONE).town());
      startDynamic("more" + i);
      change.join();
      expect(2 - i % 2, "more" + i, 0);
    }
  }

  // --- the old code goes
  // ------------------------------------------------------------------------------------------------

  @Test
  void theOldCodeCanBeCollected() {
    Address<Supervisor.Query> town = node.start(Release.load(3).town());
    var old = new java.lang.ref.WeakReference<>(loaderOf(town));
    startDynamic("dyn0");
    add("one0", 1);
    expect(3, "one0", 1);
    CodeChange.plan().run(town, TWO.town()).join();
    expect(2, "one0", 1);
    Await.until(
        "the old classes are gone",
        () -> {
          System.gc();
          return old.get() == null;
        });
  }

  private ClassLoader loaderOf(Address<Supervisor.Query> town) {
    var loader = new java.util.concurrent.atomic.AtomicReference<ClassLoader>();
    Sys.with(
            meter("one0"),
            behavior -> {
              loader.set(definitionOf(behavior).getClass().getClassLoader());
              return true;
            })
        .join();
    assertNotEquals(null, town);
    return loader.get();
  }

  private static Object definitionOf(Object behavior) {
    try {
      var field = GenServer.class.getDeclaredField("definition");
      field.setAccessible(true);
      return field.get(behavior);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
