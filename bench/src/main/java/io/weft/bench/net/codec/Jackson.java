package io.weft.bench.net.codec;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.weft.bench.net.NetRows;
import io.weft.bench.net.codec.Orders.Order;
import io.weft.bench.worker.Worker;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A binary format of Jackson, as it comes, with reader and writer made once. */
final class Jackson implements Codec {
  private final ObjectWriter writer;
  private final ObjectReader reader;

  private Jackson(ObjectMapper mapper) {
    var type = new TypeReference<List<Order>>() {};
    writer = mapper.writerFor(type);
    reader = mapper.readerFor(type);
  }

  static void serve(String format, ObjectMapper mapper) throws Exception {
    var codec = new Jackson(mapper);
    Worker.serve(
        "Jackson %s %s (%d bytes)"
            .formatted(format, mapper.version(), codec.encode(Orders.make()).length),
        Map.of(
            NetRows.ENCODE, codec.encoding(),
            NetRows.DECODE, codec.decoding(),
            NetRows.ENCODE_TUPLES, codec.encoding(),
            NetRows.DECODE_TUPLES, codec.decoding()));
  }

  @Override
  public byte[] encode(List<Order> orders) throws IOException {
    return writer.writeValueAsBytes(orders);
  }

  @Override
  public List<Order> decode(byte[] bytes) throws IOException {
    return reader.readValue(bytes);
  }
}
