package io.weft.examples.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weft.gen.GenServer;
import io.weft.node.Address;
import io.weft.node.Blueprint;
import io.weft.node.CallException;
import io.weft.node.Request;
import io.weft.node.Weft;
import io.weft.testkit.BehaviorRuns;
import io.weft.testkit.Outside;
import io.weft.testkit.TestCluster;
import io.weft.testkit.TestProbe;
import io.weft.testkit.junit.WeftExtension;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
// guide: 7-testing
@ExtendWith(WeftExtension.class)
class JavaTestingTest {
  sealed interface Rates {
    record Of(String currency) implements Rates, Request<Double> {}
  }

  sealed interface Exchange {
    record Convert(long cents, String to) implements Exchange, Request<Long> {}
  }

  static Blueprint<Exchange> exchange(Address<Rates> rates) {
    return GenServer.define(
        "exchange",
        Exchange.class,
        (on, self) ->
            on.callDeferred(
                Exchange.Convert.class,
                (convert, reply) ->
                    self.call(
                        rates,
                        new Rates.Of(convert.to()),
                        Duration.ofSeconds(2),
                        rate -> reply.send(Math.round(convert.cents() * rate.orThrow())))));
  }

  @Test
  void anExchangeConvertsByTheRateOfTheDay(TestCluster test, TestProbe<Rates> rates) {
    Address<Exchange> exchange = test.start(exchange(rates));
    var converted =
        Weft.callAsync(exchange, new Exchange.Convert(1000, "CHF"), Duration.ofSeconds(5));
    rates.expectCall(Rates.Of.class).reply(0.5);
    assertEquals(500, test.await(converted));
  }

  @Test
  void anExchangeAlone() {
    var outside = new Outside();
    var exchange = outside.run(exchange(outside.standIn("rates")));
    var converted = BehaviorRuns.ask(exchange, new Exchange.Convert(1000, "CHF"));
    exchange.answer(0.25); // what the rates say
    assertEquals(250, converted.reply());
  }

  // guide: end

  @Test
  void anExchangeThatHearsOfNoRateEnds(TestCluster test, TestProbe<Rates> rates) {
    Address<Exchange> exchange = test.start(exchange(rates));
    assertThrows(CallException.class, () -> test.call(exchange, new Exchange.Convert(1000, "CHF")));
    assertEquals(Duration.ofSeconds(2), test.getNow());
  }
}
