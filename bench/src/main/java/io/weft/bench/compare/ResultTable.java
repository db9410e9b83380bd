package io.weft.bench.compare;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results as a table that grows a line at a time. */
final class ResultTable {
  private static final int SHORT_NAME = 19;
  private static final String SUBJECT = "%16s";
  private static final String PEER = "  %25s";

  private final PrintWriter out;
  private final List<String> columns;
  private final String workload;

  /**
   * @param columns the names of the contestants; the others are compared with the first
   */
  ResultTable(PrintWriter out, List<Row> rows, List<String> columns) {
    this.out = out;
    this.columns = columns;
    int longest = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    workload = "%-" + Math.max(SHORT_NAME, longest) + "s %-14s";
  }

  void head() {
    var line = new StringBuilder(workload.formatted("", ""));
    line.append(SUBJECT.formatted(columns.getFirst()));
    others().forEach(peer -> line.append(PEER.formatted(peer)));
    print(line);
  }

  void row(Row row, Map<String, Samples> samples) {
    Samples subject = samples.get(columns.getFirst());
    var line = new StringBuilder(workload.formatted(row.name(), row.unit()));
    line.append(SUBJECT.formatted(value(subject)));
    others().forEach(peer -> line.append(PEER.formatted(compared(row, peer, samples, subject))));
    print(line);
  }

  private List<String> others() {
    return columns.subList(1, columns.size());
  }

  private static String compared(
      Row row, String name, Map<String, Samples> samples, @Nullable Samples subject) {
    Samples peer = samples.get(name);
    if (peer == null || subject == null) {
      return value(peer) + " ".repeat(8);
    }
    Double target = row.targets().get(name);
    String ratio = times(peer.median() / subject.median());
    return target == null
        ? "%s %7s".formatted(value(peer), ratio)
        : "%s %7s of %s".formatted(value(peer), ratio, wanted(target));
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

  private static String wanted(double target) {
    return String.format(Locale.ROOT, "%.3gx", target).replaceFirst("\\.?0+x$", "x");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
  }

  private void print(CharSequence line) {
    out.println(line);
    out.flush();
  }
}
