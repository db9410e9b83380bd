package io.weft.mapping;

import io.weft.node.Request;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Types of many forms, for the tests of this package. */
final class Orders {
  private Orders() {}

  /** A protocol. */
  sealed interface Shop {
    record SetPrice(long id, long cents) implements Shop {}

    record Get() implements Shop, Request<Total> {}

    record Find(String sku) implements Shop, Request<Optional<Item>> {}

    record ListAll(@EtfAtom String what) implements Shop, Request<List<Item>> {}

    @EtfTag("EXIT")
    record Leave(Pid pid, Term reason) implements Shop {}

    @EtfMap
    record Moved(int toX, @EtfTag("to-y") int toY) implements Shop {}

    @EtfProplist
    record Listen(String host, int port, boolean tls) implements Shop {}

    @EtfStruct("Shop.Refund")
    record Refund(long id, @Nullable String why) implements Shop {}

    enum Switch implements Shop, Request<Boolean> {
      ON,
      HalfOff
    }
  }

  record Total(long cents, BigInteger all) {}

  record Item(String sku, double unitPrice, @Nullable String note) {}

  record Order(
      long id, List<Item> items, Map<String, Integer> counts, Optional<Place> where, Speed speed) {}

  @EtfTuple
  record Place(double lat, double lon, Optional<String> name) {}

  @EtfRecord
  record SetColour(Atom colour, int... shades) {}

  @EtfValue
  record Sku(String code) {
    Sku {
      if (code.isEmpty()) {
        throw new IllegalArgumentException("a sku must not be empty");
      }
    }
  }

  enum Speed {
    SLOW,
    VERY_FAST,
    @EtfTag("WARP")
    WARP
  }

  /** A generic hierarchy that contains itself. */
  sealed interface Tree<T> {
    record Leaf<T>(T value) implements Tree<T> {}

    record Fork<T>(Tree<T> left, Tree<T> right) implements Tree<T> {}
  }

  /** What functions of Erlang return. */
  sealed interface Answer<V> {
    @EtfTag("ok")
    record Done<V>() implements Answer<V> {}

    @EtfTag("ok")
    record Value<V>(V value) implements Answer<V> {}

    record Error<V>(@EtfAtom String reason) implements Answer<V> {}
  }

  record Page<T>(List<T> rows, OptionalLong next) {}

  record Nest(@Nullable Nest inner) {}

  @EtfStruct("Shop.Cart")
  record Cart(@Nullable String owner, List<@Nullable Sku> skus, Map<@EtfAtom String, Long> sums) {}

  @EtfMap(keys = EtfKeys.BINARIES)
  record Json(String name, int size, @EtfRest Map<String, Term> rest) {}

  @EtfProplist
  record Options(
      @EtfCharlist String host,
      OptionalLong timeout,
      boolean verbose,
      @EtfRest Map<Atom, Term> rest) {}

  record Kinds(
      byte b,
      short s,
      char c,
      float f,
      boolean yes,
      Long boxed,
      byte[] bytes,
      Set<Speed> speeds,
      @EtfProplist Map<@EtfAtom String, Integer> keywords) {}

  record Maybe(
      @EtfPacked @Nullable List<Integer> packed,
      @EtfProplist @Nullable Map<@EtfAtom String, Integer> keywords,
      Optional<@EtfPacked String> text) {}

  record Upload(String name, @EtfPacked(level = 9, thresholdBytes = 100) List<String> rows) {}
}
