package io.weft.bench.net.codec;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is encoded, the same for all: a list of 100 orders of three lines each. */
final class Orders {
  /** Small, so that caches hold it as they hold a message that has just been made. */
  private static final int COUNT = 100;

  private static final int LINES = 3;

  private Orders() {}

  record Order(
      long id,
      String customer,
      Status status,
      double total,
      boolean express,
      Address address,
      List<Line> lines,
      @Nullable String note) {}

  record Line(String sku, int pieces, double unitPrice) {}

  record Address(String street, String city, int zip) {}

  enum Status {
    OPEN,
    PAID,
    SENT_OUT
  }

  static List<Order> make() {
    var random = new Random(1);
    return IntStream.range(0, COUNT).mapToObj(i -> order(i, random)).toList();
  }

  private static Order order(int i, Random random) {
    List<Line> lines =
        IntStream.range(0, LINES)
            .mapToObj(_ ->
                new Line(
                    "tea-" + random.nextInt(1_000),
                    1 + random.nextInt(12),
                    random.nextInt(10_000) / 100.0))
            .toList();
    double total = lines.stream().mapToDouble(line -> line.pieces() * line.unitPrice()).sum();
    return new Order(
        1_000_000_007L * i,
        "customer number " + random.nextInt(100_000),
        Status.values()[random.nextInt(3)],
        total,
        random.nextBoolean(),
        new Address("Main street " + random.nextInt(200), "Springfield", random.nextInt(100_000)),
        lines,
        i % 4 == 0 ? "please ring twice" : null);
  }
}
