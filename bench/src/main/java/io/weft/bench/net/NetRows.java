package io.weft.bench.net;

import io.weft.bench.compare.Row;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is compared between two nodes, each an operating system process of its own, over loopback.
 * The far end of a row is of the same kind as the near one, except where the row says that it is
 * OTP's for all. Four rows have no ends: they are about the bytes alone.
 */
public final class NetRows {
  /** A process sends small tuples to one of the other node; an operation is a message received. */
  public static final Row ONE_WAY = Row.scaled("one-way 1 pair", "ns/message");

  /** Four such pairs at once over one connection. */
  public static final Row ONE_WAY_4 = Row.scaled("one-way 4 pairs", "ns/message");

  /** One process calls a server of the other node, again and again. */
  public static final Row CALL = Row.scaled("call 1 caller", "ns/call");

  /** Thirty processes call the same server. */
  public static final Row CALL_30 = Row.scaled("call 30 callers", "ns/call");

  /** One process calls with a megabyte, and gets it back. */
  public static final Row CALL_LARGE = Row.scaled("1 MB call", "ns/call");

  /** One process sends to a thousand of the other node in turn; an operation is a message. */
  public static final Row FAN_OUT = Row.scaled("fan-out 1000", "ns/message");

  /** As one-way with one pair, over TLS 1.3; each side checks the other's certificate. */
  public static final Row TLS_ONE_WAY = Row.scaled("tls one-way", "ns/message");

  /**
   * As one-way with one pair, of messages with {@link #compressible}, over a connection that
   * compresses; between nodes of OTP, which cannot, over a plain one.
   */
  public static final Row COMPRESSED = Row.scaled("compressed", "ns/message");

  public static final Row ONE_WAY_TO_OTP = Row.scaled("one-way 1 pair, to OTP", "ns/message");

  public static final Row CALL_TO_OTP = Row.scaled("call 1 caller, to OTP", "ns/call");

  public static final Row CALL_30_TO_OTP = Row.scaled("call 30 callers, to OTP", "ns/call");

  public static final Row CALL_LARGE_TO_OTP = Row.scaled("1 MB call, to OTP", "ns/call");

  public static final Row FAN_OUT_TO_OTP = Row.scaled("fan-out 1000, to OTP", "ns/message");

  /**
   * A list of 100 orders, records in records, becomes bytes; an operation is the whole list. In the
   * form that records have by default: maps, with the names of components as keys, as in CBOR and
   * Smile.
   */
  public static final Row ENCODE = Row.scaled("encode", "ns/100 orders");

  /** The list becomes records again. */
  public static final Row DECODE = Row.scaled("decode", "ns/100 orders");

  /**
   * The same list with each record as a tagged tuple, as Erlang's are; CBOR and Smile as before.
   */
  public static final Row ENCODE_TUPLES = Row.scaled("encode tuples", "ns/100 orders");

  public static final Row DECODE_TUPLES = Row.scaled("decode tuples", "ns/100 orders");

  /** The rows about bytes alone, without a node. */
  public static final List<Row> CODECS = List.of(ENCODE, DECODE, ENCODE_TUPLES, DECODE_TUPLES);

  /** The rows between two nodes, in the order of the table. */
  public static final List<Row> NODES =
      List.of(
          ONE_WAY,
          ONE_WAY_4,
          CALL,
          CALL_30,
          CALL_LARGE,
          FAN_OUT,
          TLS_ONE_WAY,
          COMPRESSED,
          ONE_WAY_TO_OTP,
          CALL_TO_OTP,
          CALL_30_TO_OTP,
          CALL_LARGE_TO_OTP,
          FAN_OUT_TO_OTP);

  /** All rows, in the order of the table. */
  public static final List<Row> ALL = Stream.concat(NODES.stream(), CODECS.stream()).toList();

  /** What the nodes of one contestant know of each other. */
  public static final String COOKIE = "bench";

  /** Where all nodes live. */
  public static final String HOST = "127.0.0.1";

  /** How many processes a fan-out reaches. */
  public static final int MEMBERS = 1_000;

  /** How many pairs there are at most. */
  public static final int PAIRS = 4;

  /** How large a large message is. */
  public static final int LARGE_BYTES = 1 << 20;

  /** How many messages a process sends before it lets others run, where nothing preempts it. */
  public static final int BATCH = 100;

  /** How large a message to be compressed is. */
  public static final int COMPRESSIBLE_BYTES = 10_000;

  private NetRows() {}

  /** JSON as services send it, line by line; the same in {@code otp_net_worker.erl}. */
  public static String compressible() {
    var text = new StringBuilder();
    for (int i = 1; text.length() < COMPRESSIBLE_BYTES; i++) {
      text.append(
          "{\"id\":%d,\"customer\":\"c-%d\",\"sku\":\"tea-%d\",\"pieces\":%d,\"open\":true}\n"
              .formatted(i, i * 7919 % 10_007, i * 31 % 97, i % 12));
    }
    return text.substring(0, COMPRESSIBLE_BYTES);
  }
}
