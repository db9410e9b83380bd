package io.weft.bench.net.codec;

import io.weft.bench.net.NetRows;
import io.weft.bench.net.codec.Orders.Order;
import io.weft.bench.worker.Worker;
import io.weft.mapping.TermForm;
import io.weft.mapping.TermMapping;
import io.weft.mapping.TermType;
import io.weft.mapping.TypeOptions;
import java.util.List;
import java.util.Map;

/** Weft: records by its mapping to terms, terms to the external format. */
public final class MappingWorker {
  private MappingWorker() {}

  private record Mapped(TermForm<List<Order>> form) implements Codec {
    static Mapped by(TermMapping mapping) {
      return new Mapped(mapping.form(new TermType<List<Order>>() {}));
    }

    @Override
    public byte[] encode(List<Order> orders) {
      return form.toBytes(orders);
    }

    @Override
    public List<Order> decode(byte[] bytes) {
      return form.fromBytes(bytes);
    }
  }

  public static void main(String[] args) throws Exception {
    Codec maps = Mapped.by(TermMapping.standard());
    Codec tuples =
        Mapped.by(
            TermMapping.builder()
                .type(Order.class, TypeOptions::record)
                .type(Orders.Line.class, TypeOptions::record)
                .type(Orders.Address.class, TypeOptions::record)
                .build());
    List<Order> orders = Orders.make();
    Worker.serve(
        "Weft's mapping (%d bytes as maps, %d as tuples)"
            .formatted(maps.encode(orders).length, tuples.encode(orders).length),
        Map.of(
            NetRows.ENCODE, maps.encoding(),
            NetRows.DECODE, maps.decoding(),
            NetRows.ENCODE_TUPLES, tuples.encoding(),
            NetRows.DECODE_TUPLES, tuples.decoding()));
  }
}
