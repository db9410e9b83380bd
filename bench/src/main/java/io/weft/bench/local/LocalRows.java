package io.weft.bench.local;

import io.weft.bench.compare.Row;
import java.util.List;

/** What is compared within one node. Every contestant's workloads carry these names. */
public final class LocalRows {
  /** How many of them make a crowd. */
  public static final int MILLION = 1_000_000;

  /** Two processes, one message between them; an operation is a message. */
  public static final Row PING_PONG = Row.scaled("ping-pong 1 pair", "ns/message");

  /** A hundred such pairs at once. */
  public static final Row PING_PONG_100 = Row.scaled("ping-pong 100 pairs", "ns/message");

  /** Eight processes send to one as fast as they can; an operation is a message received. */
  public static final Row FAN_IN = Row.scaled("fan-in 8", "ns/message");

  /** One message goes round a thousand processes; an operation is a hop. */
  public static final Row RING = Row.scaled("ring 1000", "ns/message");

  /** A process is spawned, gets one message and ends. */
  public static final Row SPAWN = Row.fixed("spawn", "ns/process", MILLION);

  /** One process calls a server, again and again. */
  public static final Row CALL = Row.scaled("call 1 caller", "ns/call");

  /** Thirty processes call the same server. */
  public static final Row CALL_30 = Row.scaled("call 30 callers", "ns/call");

  /** What a process holds that was spawned and has nothing to do. */
  public static final Row IDLE = Row.fixed("idle bytes", "bytes/process", MILLION);

  /** Ten times as many of them. */
  public static final Row IDLE_10_M = Row.fixed("idle bytes, 10 M", "bytes/process", 10 * MILLION);

  /** All timers are set, each for a time of its own; then all are cancelled. */
  public static final Row TIMERS = Row.fixed("timers", "ns/timer", MILLION);

  /** A process ends, and all that are linked to it with it; the links are there before. */
  public static final Row LINK_STORM = Row.fixed("link storm", "ns/link", MILLION);

  /** A message is received past ten thousand that wait in the mailbox and stay there. */
  public static final Row SELECTIVE_RECEIVE = Row.scaled("selective receive", "ns/receive");

  /** All rows, in the order of the table. */
  public static final List<Row> ALL =
      List.of(
          PING_PONG,
          PING_PONG_100,
          FAN_IN,
          RING,
          SPAWN,
          CALL,
          CALL_30,
          IDLE,
          TIMERS,
          LINK_STORM,
          SELECTIVE_RECEIVE);

  /** What a crowd of processes that wait might slow down, and the weight of a large one. */
  public static final List<Row> CROWD =
      List.of(PING_PONG, PING_PONG_100, FAN_IN, RING, SPAWN, CALL_30, IDLE_10_M);

  /** How many messages are in the way of a selective receive. */
  public static final int SKIPPED = 10_000;

  /** How many processes make the ring. */
  public static final int RING_SIZE = 1_000;

  /** How many processes send to one. */
  public static final int SENDERS = 8;

  /** How much of a long job a process does before it lets others run, where nothing preempts it. */
  public static final int BATCH = 100;

  private LocalRows() {}

  /** Returns how long timer number {@code i} would run: ten seconds to a minute, in disorder. */
  public static long timerMillis(int i) {
    return 10_000 + (i * 7_919L) % 50_000;
  }
}
