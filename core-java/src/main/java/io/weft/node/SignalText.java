package io.weft.node;

import io.weft.term.Term;
import io.weft.wire.control.Control;
import java.util.regex.Pattern;

/** A signal between nodes in one line for people: its name in the protocol, who, to whom, what. */
record SignalText(Control signal) {
  private static final int MAX_TERM_CHARS = 100;

  @Override
  public String toString() {
    return switch (signal) {
      case Control.Link(var from, var to) -> "LINK " + brief(from) + " with " + brief(to);
      case Control.Unlink(long id, var from, var to) ->
          "UNLINK_ID " + id + " " + brief(from) + " from " + brief(to);
      case Control.UnlinkAck(long id, var from, var to) ->
          "UNLINK_ID_ACK " + id + " " + brief(from) + " to " + brief(to);
      case Control.Send(_, var to, var message) -> "SEND to " + brief(to) + ": " + brief(message);
      case Control.RegSend(_, var name, var message) ->
          "REG_SEND to " + name + ": " + brief(message);
      case Control.AliasSend(_, var alias, var message) ->
          "ALIAS_SEND to " + brief(alias) + ": " + brief(message);
      case Control.Exit(var from, var to, var reason) ->
          "EXIT of " + brief(from) + " to " + brief(to) + ": " + brief(reason);
      case Control.Exit2(var from, var to, var reason) ->
          "EXIT2 by " + brief(from) + " to " + brief(to) + ": " + brief(reason);
      case Control.Monitor(var from, var target, var ref) ->
          "MONITOR_P of " + brief(target) + " by " + brief(from) + " as " + brief(ref);
      case Control.Demonitor(_, var target, var ref) ->
          "DEMONITOR_P of " + brief(target) + " as " + brief(ref);
      case Control.MonitorExit(var target, var to, var ref, var reason) ->
          "MONITOR_P_EXIT of "
              + brief(target)
              + " to "
              + brief(to)
              + " as "
              + brief(ref)
              + ": "
              + brief(reason);
      case Control.Awaited(var message, _) -> new SignalText(message).toString();
      case Control.Wished(var message, _) -> new SignalText(message).toString();
      default -> signal.toString();
    };
  }

  private static String brief(Term term) {
    return PidText.shorten(term.abbreviate(MAX_TERM_CHARS * 4), MAX_TERM_CHARS);
  }

  /** Pids and references as Erlang's shell shows them, without node and creation. */
  private static final class PidText {
    private static final Pattern PID = Pattern.compile("pid\\([^()]*?,(\\d+),(\\d+),\\d+\\)");
    private static final Pattern REFERENCE =
        Pattern.compile("ref\\([^()\\[]*?,\\[(\\d+)[^\\]]*\\]\\)");

    static String shorten(String text, int limit) {
      String pids = PID.matcher(text).replaceAll("<$1.$2>");
      String all = REFERENCE.matcher(pids).replaceAll("#Ref<$1>");
      return all.length() <= limit ? all : all.substring(0, limit) + "...";
    }
  }
}
