package io.weft.bench.net.codec;

import io.weft.bench.worker.Workload;
import java.util.List;

/** One way to make bytes of the orders, and orders of the bytes. */
interface Codec {
  byte[] encode(List<Orders.Order> orders) throws Exception;

  List<Orders.Order> decode(byte[] bytes) throws Exception;

  /** A workload that encodes; fails if what it encodes does not decode to the same. */
  default Workload encoding() {
    List<Orders.Order> orders = Orders.make();
    return ops -> {
      long start = System.nanoTime();
      byte[] bytes = new byte[0];
      for (int i = 0; i < ops; i++) {
        bytes = encode(orders);
      }
      long took = System.nanoTime() - start;
      check(orders, decode(bytes));
      return took;
    };
  }

  /** A workload that decodes. */
  default Workload decoding() throws Exception {
    List<Orders.Order> orders = Orders.make();
    byte[] bytes = encode(orders);
    return ops -> {
      long start = System.nanoTime();
      List<Orders.Order> decoded = List.of();
      for (int i = 0; i < ops; i++) {
        decoded = decode(bytes);
      }
      long took = System.nanoTime() - start;
      check(orders, decoded);
      return took;
    };
  }

  private static void check(List<Orders.Order> expected, List<Orders.Order> found) {
    if (!expected.equals(found)) {
      throw new IllegalStateException("these are other orders: " + found.getFirst());
    }
  }
}
