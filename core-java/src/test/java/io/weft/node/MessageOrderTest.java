package io.weft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessageOrderTest {
  private static final int SENDERS = 8;
  private static final int MESSAGES = 20_000;

  private record Numbered(int sender, int number) {}

  /**
   * Fails, and with it the process, when a sender's messages are out of order or one is missing.
   */
  private static final class Checker implements Behavior<Numbered> {
    final CompletableFuture<ExitReason> ended = new CompletableFuture<>();
    private final Map<Integer, Integer> last = new HashMap<>();
    private int left = SENDERS * MESSAGES;
    private boolean busy;

    @Override
    public void message(Self<Numbered> self, Numbered message) {
      assertEquals(false, busy, "two turns at once");
      busy = true;
      int before = last.getOrDefault(message.sender(), -1);
      assertEquals(before + 1, message.number());
      last.put(message.sender(), message.number());
      left--;
      busy = false;
      if (left == 0) {
        self.stop(ExitReason.NORMAL);
      }
    }

    @Override
    public void ended(Self<Numbered> self, ExitReason reason) {
      ended.complete(reason);
    }
  }

  @Test
  void messagesOfEachSenderArriveInOrderAndNoneIsLost() {
    try (Node node = Node.start(NodeOptions.local())) {
      var checker = new Checker();
      Address<Numbered> address = node.start(Blueprint.of("checker", () -> checker));
      IntStream.range(0, SENDERS)
          .mapToObj(sender -> CompletableFuture.runAsync(() -> send(address, sender)))
          .toList()
          .forEach(CompletableFuture::join);
      assertEquals(ExitReason.NORMAL, TestNode.await(checker.ended));
    }
  }

  private static void send(Address<Numbered> to, int sender) {
    for (int i = 0; i < MESSAGES; i++) {
      to.tell(new Numbered(sender, i));
    }
  }
}
