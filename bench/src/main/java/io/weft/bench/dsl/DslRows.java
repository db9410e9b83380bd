package io.weft.bench.dsl;

import io.weft.bench.compare.Row;
import io.weft.bench.local.LocalRows;
import java.util.List;

/** What the Kotlin DSL costs, next to the plain core: rows of {@link LocalRows}, and its own. */
public final class DslRows {
  /** As {@link LocalRows#PING_PONG}, by bodies that receive in a loop. */
  public static final Row STRAIGHT_PING_PONG =
      Row.scaled("ping-pong 1 pair, straight line", "ns/message");

  /** As {@link LocalRows#CALL}; the server suspends and resumes once before it replies. */
  public static final Row SUSPENDING_CALL = Row.scaled("call 1 caller, suspending", "ns/call");

  /** What a straight-line actor holds that waits for its first message. */
  public static final Row IDLE_STRAIGHT =
      Row.fixed("idle bytes, straight line", "bytes/process", LocalRows.MILLION);

  /** What a server holds whose handler is suspended. */
  public static final Row IDLE_IN_HANDLER =
      Row.fixed("idle bytes, in a handler", "bytes/process", LocalRows.MILLION);

  /** All rows, in the order of the table. */
  public static final List<Row> ALL =
      List.of(
          LocalRows.PING_PONG,
          LocalRows.PING_PONG_100,
          STRAIGHT_PING_PONG,
          LocalRows.CALL,
          LocalRows.CALL_30,
          SUSPENDING_CALL,
          LocalRows.SPAWN,
          LocalRows.IDLE,
          IDLE_STRAIGHT,
          IDLE_IN_HANDLER);

  private DslRows() {}
}
