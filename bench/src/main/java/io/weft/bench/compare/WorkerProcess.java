package io.weft.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A contestant's process, kept from its first sample to its last so that it stays warm.
 *
 * <p>It says {@code ready WHO} once. Then it is told {@code run OPS WORKLOAD}, a line each, and
 * answers {@code took N} (nanoseconds or bytes for all operations together), {@code absent} for a
 * workload it does not have, or {@code failed WHY}. It ends when its input does.
 */
public final class WorkerProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Contestant contestant;
  private final Process process;
  private final BufferedReader answers;
  private final Writer requests;
  private final String description;

  private WorkerProcess(Contestant contestant, Process process) throws WorkerException {
    this.contestant = contestant;
    this.process = process;
    answers = process.inputReader(UTF_8);
    requests = process.outputWriter(UTF_8);
    description = after("ready ", answer());
  }

  /** Starts the worker of a contestant and waits until it is ready. */
  public static WorkerProcess start(Contestant contestant, List<String> jvmFlags)
      throws IOException, WorkerException {
    Process process =
        new ProcessBuilder(contestant.command(jvmFlags))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new WorkerProcess(contestant, process);
  }

  /** Returns the contestant whose worker this is. */
  public Contestant contestant() {
    return contestant;
  }

  /** Returns what exactly runs, with its version. */
  public String description() {
    return description;
  }

  /** Takes one sample: what {@code ops} operations took together; empty if it has no such row. */
  public OptionalLong run(Row row, int ops) throws WorkerException {
    try {
      requests.write("run " + ops + " " + row.name() + "\n");
      requests.flush();
    } catch (IOException e) {
      throw new WorkerException(contestant.name() + " has ended");
    }
    String answer = answer();
    return answer.equals("absent")
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(after("took ", answer)));
  }

  private String answer() throws WorkerException {
    try {
      String line =
          CompletableFuture.supplyAsync(this::readLine)
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        throw new WorkerException(contestant.name() + " has ended");
      }
      return line;
    } catch (TimeoutException e) {
      process.destroyForcibly();
      throw new WorkerException(contestant.name() + " took longer than " + PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkerException("interrupted");
    } catch (ExecutionException e) {
      throw new WorkerException(contestant.name() + ": " + e.getCause());
    }
  }

  private @Nullable String readLine() {
    try {
      return answers.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String after(String prefix, String answer) throws WorkerException {
    if (!answer.startsWith(prefix)) {
      throw new WorkerException(contestant.name() + " said: " + answer);
    }
    return answer.substring(prefix.length());
  }

  /** Ends the worker. */
  @Override
  public void close() {
    try {
      requests.close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
