package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Writes the events of a process to a file. Another process does the writing, which may block; it
 * ends with this one.
 */
final class DebugFile implements DebugOption {
  /** So many lines may wait for the disk; of more only the number is written. */
  private static final int MOST_WAITING = 100_000;

  /** What the writing process is told. */
  private sealed interface Order {
    record Write(String line) implements Order {}

    record Close() implements Order {}
  }

  /** Finds out where to write; may block. */
  interface Place {
    Path path() throws IOException;
  }

  /** Told, in a turn of the process, of the open file, or why it did not open. */
  interface Opened {
    void ended(@Nullable DebugFile file, @Nullable IOException failure);
  }

  private final Address<Order> writer;
  private final AtomicInteger waiting;
  private int lost;
  private @Nullable Runnable whenClosed;

  private DebugFile(Address<Order> writer, AtomicInteger waiting) {
    this.writer = writer;
    this.waiting = waiting;
  }

  /** Opens a file, whose former content is lost. */
  static void open(Process<?> process, Place place, Opened then) {
    var job = new Job(process, place, then, new AtomicInteger());
    Address<Order> _ =
        process.spawn(Blueprint.straightLine("log file of " + process.label(), job::run));
  }

  @Override
  public Object key() {
    return DebugFile.class;
  }

  @Override
  public boolean event(SystemEvent event, Process<?> process) {
    if (waiting.get() >= MOST_WAITING) {
      lost++;
      return true;
    }
    if (lost > 0) {
      write("*DBG* " + lost + " events are missing here");
      lost = 0;
    }
    write("*DBG* " + process + " " + event);
    return true;
  }

  private void write(String line) {
    waiting.incrementAndGet();
    writer.tell(new Order.Write(line));
  }

  @Override
  public Term term(Process<?> process) {
    Target target = Objects.requireNonNull(writer.target());
    return Tuple.of(Atom.of("log_to_file"), target.item());
  }

  @Override
  public void removed() {
    writer.tell(new Order.Close());
  }

  /** Runs {@code then}, in a turn of the process, when the file is closed. */
  void whenClosed(Runnable then) {
    whenClosed = then;
  }

  private void closed() {
    if (whenClosed != null) {
      whenClosed.run();
    }
  }

  /** What the writing process does. */
  private record Job(Process<?> process, Place place, Opened opened, AtomicInteger waiting) {
    void run(BlockingSelf<Order> self) {
      Writer out;
      try {
        out = create();
      } catch (IOException failure) {
        process.post(() -> opened.ended(null, failure));
        return;
      }
      var file = new DebugFile(self.address(), waiting);
      process.post(() -> opened.ended(file, null));
      try (out) {
        write(self, self.monitor(new Target.ByPid(process.pid())), out);
      } catch (IOException full) {
        self.self().warn("cannot go on writing: {}", full);
      }
      process.post(file::closed);
    }

    private Writer create() throws IOException {
      return new BufferedWriter(
          new OutputStreamWriter(
              Files.newOutputStream(
                  place.path(),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS),
              StandardCharsets.UTF_8));
    }

    /** Writes what it is told until it is closed or the process has ended. */
    private void write(BlockingSelf<Order> self, Reference monitor, Writer out) throws IOException {
      while (nextOf(self, monitor) instanceof Order.Write(String line)) {
        out.write(line);
        out.write('\n');
        if (waiting.decrementAndGet() == 0) {
          out.flush();
        }
      }
    }

    private static Order nextOf(BlockingSelf<Order> self, Reference monitor) {
      return self.select(
          on -> on.message(Order.class, order -> order).down(monitor, _ -> new Order.Close()));
    }
  }
}
