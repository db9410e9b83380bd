package io.weft.observe;

import io.weft.node.ExitReason;
import io.weft.node.Observed;
import io.weft.node.Observer;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Puts the process into SLF4J's mapped diagnostic context, so that every line which its code writes
 * tells of it: in turns, in straight-line bodies on their virtual threads, and in the coroutines of
 * Kotlin actors, also where these visit other threads, as with {@code withContext(Dispatchers.IO)}.
 * What stood there before is restored after each turn and visit.
 *
 * <table>
 *   <caption>Keys</caption>
 *   <tr><td>{@value #PID}</td><td>the pid</td></tr>
 *   <tr><td>{@value #NAME}</td><td>the registered name, else the label</td></tr>
 *   <tr><td>{@value #NODE}</td><td>the node</td></tr>
 *   <tr><td>{@value #REASON}</td><td>why it crashed; in its crash report only</td></tr>
 * </table>
 *
 * A thread that code of the process starts by itself does not have it.
 */
public final class LogContext implements Observer {
  public static final String PID = "pid";
  public static final String NAME = "name";
  public static final String NODE = "node";
  public static final String REASON = "reason";

  private static final int MAX_REASON_CHARS = 2_000;

  @Override
  public Scope entered(Observed process, Work work) {
    String pid = MDC.get(PID);
    String name = MDC.get(NAME);
    String node = MDC.get(NODE);
    var registered = process.name();
    MDC.put(PID, process.pid().toString());
    MDC.put(NAME, registered == null ? process.label() : registered.name());
    MDC.put(NODE, process.node().name().name());
    return () -> {
      restore(PID, pid);
      restore(NAME, name);
      restore(NODE, node);
    };
  }

  @Override
  public Scope crashed(Observed process, ExitReason reason) {
    String before = MDC.get(REASON);
    MDC.put(REASON, reason.term().abbreviate(MAX_REASON_CHARS));
    return () -> restore(REASON, before);
  }

  private static void restore(String key, @Nullable String value) {
    if (value == null) {
      MDC.remove(key);
    } else {
      MDC.put(key, value);
    }
  }
}
