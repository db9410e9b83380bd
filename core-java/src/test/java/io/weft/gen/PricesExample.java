package io.weft.gen;

import io.weft.node.Blueprint;
import io.weft.node.Node;
import io.weft.node.Request;
import io.weft.node.Weft;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The event of the README. */
final class PricesExample {
  private PricesExample() {}

  // README: begin
  record Price(String sku, long cents) {}

  static final Event<Price> PRICES = Event.local("prices", Price.class);

  record SetPrice(Price price) {}

  static Blueprint<SetPrice> market() {
    return GenServer.define(
        "market",
        SetPrice.class,
        (on, self) -> {
          Producer<Price> prices = Events.producer(self, PRICES).buffer(1).register();
          on.cast(SetPrice.class, set -> prices.publish(set.price()));
        });
  }

  sealed interface Shop {
    record Heard(Notice<Price> notice) implements Shop {}

    record LastPrice() implements Shop, Request<Long> {}
  }

  static Blueprint<Shop> shop() {
    return GenServer.define(
        "shop",
        Shop.class,
        (on, self) -> {
          var last = new AtomicLong();
          Events.subscribe(self, PRICES, Shop.Heard::new); // notices come as messages of the shop
          on.cast(
              Shop.Heard.class,
              heard -> {
                switch (heard.notice()) {
                  case Notice.Published<Price>(Price price) -> last.set(price.cents());
                  case Notice.Ended<Price> ended -> self.stop(ended.reason());
                }
              });
          on.call(Shop.LastPrice.class, ask -> last.get());
        });
  }

  // README: end

  static long lastPrice(Node node) {
    var market = node.start(market());
    var shop = node.start(shop());
    market.tell(new SetPrice(new Price("tea", 250)));
    Await.until(() -> Weft.call(shop, new Shop.LastPrice(), Duration.ofSeconds(5)) == 250);
    return Weft.call(shop, new Shop.LastPrice(), Duration.ofSeconds(5));
  }
}
