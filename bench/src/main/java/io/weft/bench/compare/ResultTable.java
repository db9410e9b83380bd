package io.weft.bench.compare;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results as a table that grows a line at a time. */
final class ResultTable {
  private static final String WORKLOAD = "%-19s %-14s";
  private static final String SUBJECT = "%16s";
  private static final String PEER = "  %25s";

  private final PrintWriter out;
  private final List<String> columns;

  /**
   * @param columns the names of the contestants; the others are compared with the first
   */
  ResultTable(PrintWriter out, List<String> columns) {
    this.out = out;
    this.columns = columns;
  }

  void head() {
    var line = new StringBuilder(WORKLOAD.formatted("", ""));
    line.append(SUBJECT.formatted(columns.getFirst()));
    others().forEach(peer -> line.append(PEER.formatted(peer)));
    print(line);
  }

  void row(Row row, Map<String, Samples> samples) {
    Samples subject = samples.get(columns.getFirst());
    var line = new StringBuilder(WORKLOAD.formatted(row.name(), row.unit()));
    line.append(SUBJECT.formatted(value(subject)));
    others().forEach(peer -> line.append(PEER.formatted(compared(samples.get(peer), subject))));
    print(line);
  }

  private List<String> others() {
    return columns.subList(1, columns.size());
  }

  private static String compared(@Nullable Samples peer, @Nullable Samples subject) {
    return peer == null || subject == null
        ? value(peer) + " ".repeat(8)
        : "%s %7s".formatted(value(peer), times(peer.median() / subject.median()));
  }

  private static String value(@Nullable Samples samples) {
    return samples == null
        ? "-"
        : String.format(
            Locale.ROOT, "%s ±%2.0f%%", number(samples.median()), samples.spread() * 100);
  }

  private static String times(double ratio) {
    return String.format(Locale.ROOT, ratio < 10 ? "%.2fx" : "%.0fx", ratio);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
  }

  private void print(CharSequence line) {
    out.println(line);
    out.flush();
  }
}
