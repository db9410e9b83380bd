package io.weft.examples.orders;

import io.weft.gen.GenServer;
import io.weft.mapping.EtfAtom;
import io.weft.mapping.EtfPacked;
import io.weft.mapping.EtfProplist;
import io.weft.mapping.EtfStruct;
import io.weft.mapping.EtfTag;
import io.weft.mapping.TermMapping;
import io.weft.node.Blueprint;
import io.weft.node.Request;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A desk that takes the orders of an Elixir shop: structs come in, structs go out. */
@NullMarked
public final class OrderDesk {
  private OrderDesk() {}

  // README: begin
  public sealed interface Desk {
    record Place(Order order) implements Desk, Request<Placed> {} // {:place, %Shop.Order{}}

    record Find(long id) implements Desk, Request<Optional<Order>> {} // {:find, 7}

    @EtfProplist
    record Configure(OptionalInt limit, boolean open) implements Desk {} // .. [open: true]}

    record Cancel(long id, @EtfAtom String why) implements Desk {} // {:cancel, 7, :lost}

    record Report() implements Desk, Request<Summary> {} // :report
  }

  @EtfStruct("Shop.Order") // %Shop.Order{id: 7, customer: "Ann", lines: [..], note: nil}
  public record Order(long id, String customer, List<Line> lines, @Nullable String note) {}

  @EtfStruct("Shop.Line")
  public record Line(String sku, int pieces, double price) {}

  public sealed interface Placed {
    record Ok(long id) implements Placed {} // {:ok, 7}

    @EtfTag("error")
    record Refused(@EtfAtom String why) implements Placed {} // {:error, :full}
  }

  /** A map: %{orders: .., by_customer: %{"Ann" => 1}, all: <<131, 80, ..>>}. */
  public record Summary(
      int orders,
      Map<String, Integer> byCustomer,
      @EtfPacked(thresholdBytes = 100) List<Order> all) {}

  static final TermCodec<Desk> CODEC =
      TermMapping.builder().nothing(Atom.of("nil")).build().codec(Desk.class);

  public static Blueprint<Desk> blueprint() {
    return GenServer.define(
            "desk",
            Desk.class,
            (on, self) -> {
              Map<Long, Order> orders = new LinkedHashMap<>();
              var limit = new AtomicInteger(Integer.MAX_VALUE);
              on.call(
                  Desk.Place.class,
                  place -> {
                    if (orders.size() >= limit.get()) {
                      return new Placed.Refused("full");
                    }
                    orders.put(place.order().id(), place.order());
                    return new Placed.Ok(place.order().id());
                  });
              on.call(Desk.Find.class, find -> Optional.ofNullable(orders.get(find.id())));
              on.call(Desk.Report.class, report -> summary(orders));
              on.cast(Desk.Cancel.class, cancel -> orders.remove(cancel.id()));
              on.cast(
                  Desk.Configure.class, to -> limit.set(to.open() ? to.limit().orElse(1_000) : 0));
            })
        .codec(CODEC);
  }

  // README: end

  private static Summary summary(Map<Long, Order> orders) {
    Map<String, Integer> byCustomer = new LinkedHashMap<>();
    orders.values().forEach(order -> byCustomer.merge(order.customer(), 1, Integer::sum));
    return new Summary(orders.size(), byCustomer, List.copyOf(orders.values()));
  }

  /** What an Erlang process echoes: for a look at how orders look to it. */
  public sealed interface Mirror {
    /** Goes there and comes back. */
    record Echo(Order order) implements Mirror, Request<Order> {}

    /** The whole desk's protocol. */
    record Message(Desk message) implements Mirror, Request<Desk> {}
  }

  /** Returns how a mirror is spoken with. */
  public static TermCodec<Mirror> mirror() {
    return TermMapping.builder()
        .nothing(Atom.of("nil"))
        .type(Mirror.Echo.class, as -> as.tag("echo"))
        .build()
        .codec(Mirror.class);
  }
}
