package io.weft.testkit.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.gen.GenServer;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.Request;
import io.weft.testkit.TestCluster;
import io.weft.testkit.TestProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The test of the README in Java. */
@ExtendWith(WeftExtension.class)
class WeftExtensionExampleTest {
  sealed interface Account {
    record Deposit(long cents) implements Account {}

    record Balance() implements Account, Request<Long> {}
  }

  record Booked(long cents) {}

  static Blueprint<Account> account(Address<Booked> journal) {
    return GenServer.define(
        "account",
        Account.class,
        (on, self) -> {
          var total = new AtomicLong();
          on.cast(
              Account.Deposit.class,
              deposit -> {
                total.addAndGet(deposit.cents());
                self.sendAfter(Duration.ofMinutes(1), journal, new Booked(deposit.cents()));
              });
          on.call(Account.Balance.class, _ -> total.get());
        });
  }

  // README: begin
  @Test
  void aDepositIsBookedWithinAMinute(TestCluster test, TestProbe<Booked> journal) {
    Address<Account> account = test.start(account(journal));
    account.tell(new Account.Deposit(500));
    assertEquals(500L, test.call(account, new Account.Balance()));
    journal.expectNone(Duration.ofSeconds(59));
    assertEquals(500, journal.expect(Booked.class).cents());
  }

  // README: end

  @Test
  void theReadmeShowsItAsItIsCompiledHere() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("README.md"))) {
      root = root.getParent();
    }
    String source =
        Files.readString(
            root.resolve(
                "testkit/src/test/java/io/weft/testkit/junit/WeftExtensionExampleTest.java"));
    String example = source.split("// README: begin\n", 2)[1].split(" *// README: end", 2)[0];
    assertTrue(
        Files.readString(root.resolve("README.md"))
            .contains(example.stripTrailing().stripIndent().strip()));
  }
}
