package io.weft.bench.compare;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of those compared, and how its worker is started. */
public interface Contestant {
  /** Returns what the table calls it. */
  String name();

  /** Returns why it cannot take part on this machine and what would help; null if it can. */
  @Nullable String missing();

  /** Whether its worker has a workload for the row; if for none that is run, it is not started. */
  default boolean takesPartIn(Row row) {
    return true;
  }

  /** Returns it with a worker that has workloads for some rows only. */
  default Contestant only(List<Row> rows) {
    return new Partial(this, List.copyOf(rows));
  }

  /**
   * A contestant with a worker for some rows.
   *
   * @param rows those it has a workload for
   */
  record Partial(Contestant whole, List<Row> rows) implements Contestant {
    @Override
    public String name() {
      return whole.name();
    }

    @Override
    public @Nullable String missing() {
      return whole.missing();
    }

    @Override
    public boolean takesPartIn(Row row) {
      return rows.contains(row);
    }

    @Override
    public List<String> command(List<String> jvmFlags) throws IOException {
      return whole.command(jvmFlags);
    }
  }

  /**
   * Makes its worker ready to start and returns the command, which then speaks as {@link
   * WorkerProcess} says.
   *
   * @param jvmFlags for a worker that is a JVM
   */
  List<String> command(List<String> jvmFlags) throws IOException;
}
