package io.weft.testkit.junit;

import static io.weft.testkit.BehaviorRuns.ask;
import static io.weft.testkit.BehaviorRuns.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.gen.GenServer;
import io.weft.gen.Reply;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.Effect;
import io.weft.node.ExitReason;
import io.weft.node.Node;
import io.weft.node.Request;
import io.weft.node.TermCodec;
import io.weft.node.Weft;
import io.weft.testkit.Outside;
import io.weft.testkit.TestCluster;
import io.weft.testkit.TestProbe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(WeftExtension.class)
class WeftExtensionTest {
  sealed interface Account {
    record Deposit(long amount) implements Account {}

    record Balance() implements Account, Request<Long> {}

    record Transfer(long amount) implements Account, Request<String> {}
  }

  sealed interface Bank {
    record Clear(long amount) implements Bank, Request<String> {}

    record Booked(long amount) implements Bank {}
  }

  static Blueprint<Account> account(Address<Bank> bank) {
    return GenServer.define(
        "account",
        Account.class,
        (on, self) -> {
          var total = new AtomicLong();
          on.cast(
              Account.Deposit.class,
              deposit -> {
                total.addAndGet(deposit.amount());
                bank.tell(new Bank.Booked(deposit.amount()));
              });
          on.call(Account.Balance.class, _ -> total.get());
          on.callDeferred(
              Account.Transfer.class,
              (Account.Transfer transfer, Reply<String> reply) ->
                  self.call(
                      bank,
                      new Bank.Clear(transfer.amount()),
                      Duration.ofSeconds(1),
                      result -> reply.send(result.orThrow())));
          on.state(Long.class, total::get, total::set);
        });
  }

  @Test
  void callsAndProbesWorkOnTheThreadOfTheTest(TestCluster test, TestProbe<Bank> bank) {
    Address<Account> account = test.start(account(bank));
    account.tell(new Account.Deposit(5));
    assertEquals(5, bank.expect(Bank.Booked.class).amount());
    assertEquals(5L, test.call(account, new Account.Balance()));
    assertEquals(5L, Weft.call(account, new Account.Balance(), Duration.ofSeconds(1)));
    bank.expectNone(Duration.ofHours(1));
    assertEquals(Duration.ofHours(1), test.getNow());
  }

  @Test
  void aProbeAnswersWhatItIsAsked(TestCluster test, Node node, TestProbe<Bank> bank) {
    Address<Account> account = node.start(account(bank));
    var transfer = Weft.callAsync(account, new Account.Transfer(3), null);
    bank.expectCall(Bank.Clear.class).reply("cleared");
    assertEquals("cleared", test.await(transfer));
    bank.answer(Bank.Clear.class, clear -> "again " + clear.amount());
    assertEquals("again 4", test.call(account, new Account.Transfer(4)));
  }

  @Test
  void aProbeHearsOfEnds(TestCluster test, TestProbe<Bank> bank) {
    Address<Account> account = test.start(account(bank));
    bank.watch(account);
    test.crash(account, new IllegalStateException("injected"));
    assertEquals("injected", bank.expectDown(account).reason().cause().getMessage());
    Address<Account> other = test.start(account(bank));
    bank.link(other);
    test.kill(other);
    assertEquals(ExitReason.KILLED, bank.expectExit().reason());
  }

  @Test
  void fishSkipsAndFailuresTellWhatCame(TestCluster test, TestProbe<Bank> bank) {
    for (long i = 1; i < 5; i++) {
      bank.tell(new Bank.Booked(i));
    }
    bank.fish(Bank.Booked.class, Duration.ofSeconds(1), booked -> booked.amount() == 2);
    bank.expectMessage(new Bank.Booked(3));
    var failure = assertThrows(AssertionError.class, () -> bank.expectMessage(new Bank.Booked(5)));
    String text = String.valueOf(failure.getMessage());
    assertTrue(
        text.startsWith("probe \"bank\" ")
            && text.contains("expected Booked[amount=5], but this came first")
            && text.contains("at 0s: Booked[amount=4]"),
        text);
  }

  @Test
  void severalNodesAndPartings(TestCluster test, TestProbe<Bank> bank) {
    Node there = test.node("there@weft");
    there.start(account(bank).named("account"));
    bank.watch(test.node().address("account", "there@weft", TermCodec.identity()));
    test.part(test.node(), there);
    assertEquals(ExitReason.NOCONNECTION, bank.expectDown().reason());
    test.heal(test.node(), there);
  }

  @Test
  void eventuallyLetsTimeGoBy(TestCluster test, TestProbe<Bank> bank) {
    Address<Account> account = test.start(account(bank));
    test.node()
        .seams()
        .timers()
        .after(Duration.ofMinutes(5), () -> account.tell(new Account.Deposit(1)));
    test.eventually(
        Duration.ofHours(1), () -> assertEquals(1L, test.call(account, new Account.Balance())));
    assertEquals(Duration.ofMinutes(5), test.getNow());
  }

  @Test
  @Seed(7)
  void aSeedIsGivenByItsAnnotation(TestCluster test) {
    assertEquals(7, test.getSeed());
  }

  @Test
  void leaksAreNamed() {
    try (var test = new TestCluster(1)) {
      Blueprint<String> helper = Blueprint.<String>of("helper", () -> (_, _) -> {});
      test.start(
              Blueprint.<String>of(
                  "careless",
                  () ->
                      (self, _) -> {
                        var _ = self.spawn(helper);
                      }))
          .tell("go");
      var failure = assertThrows(AssertionError.class, test::checkLeaks);
      String text = String.valueOf(failure.getMessage());
      assertTrue(text.contains("the process helper <"), text);
      assertTrue(text.contains("started by careless <"), text);
    }
  }

  @Test
  void oneBehaviourAlone() {
    var outside = new Outside();
    Address<Bank> bank = outside.standIn("bank");
    var account = outside.run(account(bank));
    account.tell(new Account.Deposit(5));
    assertEquals(5L, call(account, new Account.Balance()));
    assertEquals(5L, account.state(Long.class));
    assertEquals(List.of(new Effect.Told(bank, new Bank.Booked(5))), account.takeEffects());
    var transfer = ask(account, new Account.Transfer(2));
    account.answer("cleared");
    assertEquals("cleared", transfer.reply());
  }
}
