package io.weft.wire.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weft.wire.WireException;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How much is on its way through a tunnel. */
class TunnelFlowTest {

  /** Whatever the order of things: never more than the window is there, and it never gets stuck. */
  @Test
  void whatIsOnItsWayFitsTheWindowAndAllOfItArrives() {
    Random random = new Random(4);
    for (int round = 0; round < 300; round++) {
      int window = 1 + random.nextInt(2000);
      TunnelFlow sender = new TunnelFlow(1);
      TunnelFlow receiver = new TunnelFlow(window);
      sender.credited(window);
      ArrayDeque<Integer> wire = new ArrayDeque<>();
      ArrayDeque<Integer> credits = new ArrayDeque<>();
      int all = 40 * window;
      int toSend = all;
      int kept = 0;
      int consumed = 0;
      for (int idle = 0; consumed < all; idle++) {
        assertTrue(idle < 1_000_000, "stuck");
        switch (random.nextInt(4)) {
          case 0 -> {
            int size = Math.min(Math.min(sender.sendable(), toSend), 1 + random.nextInt(500));
            if (size > 0) {
              sender.sent(size);
              wire.add(size);
              toSend -= size;
            }
          }
          case 1 -> {
            if (!wire.isEmpty()) {
              int size = wire.remove();
              receiver.received(size);
              kept += size;
            }
          }
          case 2 -> {
            int size = Math.min(kept, random.nextInt(700));
            kept -= size;
            consumed += size;
            int credit = receiver.consumed(size);
            if (credit > 0) {
              credits.add(credit);
            }
          }
          default -> {
            if (!credits.isEmpty()) {
              sender.credited(credits.remove());
            }
          }
        }
        assertTrue(kept + wire.stream().mapToInt(i -> i).sum() <= window);
      }
    }
  }

  @Test
  void smallMessagesAreNotEachAnswered() {
    TunnelFlow flow = new TunnelFlow(1000);
    int told = 0;
    for (int i = 0; i < 100; i++) {
      flow.received(10);
      told += flow.consumed(10) > 0 ? 1 : 0;
    }
    assertEquals(4, told);
  }

  @Test
  void nothingMayBeSentBeforeTheTunnelIsThere() {
    TunnelFlow flow = new TunnelFlow(10);
    assertEquals(0, flow.sendable());
    assertThrows(IllegalArgumentException.class, () -> flow.sent(1));
    assertEquals(10, flow.window());
  }

  @Test
  void moreThanThereIsRoomForBreaksTheProtocol() {
    TunnelFlow flow = new TunnelFlow(10);
    flow.received(10);
    assertThrows(WireException.class, () -> flow.received(1));
    TunnelFlow generous = new TunnelFlow(10);
    generous.credited(ProxyFrame.MAX_WINDOW);
    assertThrows(WireException.class, () -> generous.credited(1));
    assertThrows(IllegalArgumentException.class, () -> new TunnelFlow(0));
  }
}
