package io.weft.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The clauses of a selective receive: Erlang's {@code receive ... after ... end}.
 *
 * <pre>{@code
 * int sold = self.select(on -> on
 *     .message(Order.class, order -> order.count() > 10, Order::count)
 *     .down(monitor, down -> 0)
 *     .after(Duration.ofSeconds(1), () -> -1));
 * }</pre>
 *
 * <p>The mailbox is looked through from the oldest message; for each the clauses are tried in
 * order. A message that no clause matches stays where it is. Guards must be quick and must not
 * block; what a clause does runs after the message has left the mailbox, and may.
 *
 * @param <M> the protocol of the process
 * @param <R> what the receive returns
 */
public final class Select<M, R> {
  /** What is tried with a message. */
  @FunctionalInterface
  public interface Clause<M, R> {
    /** Returns what to do with the message once it has left the mailbox, or null if it stays. */
    @Nullable Supplier<R> match(Received<M> received);
  }

  private final List<Clause<M, R>> clauses = new ArrayList<>();
  private @Nullable Duration patience;
  private @Nullable Supplier<R> otherwise;

  private Select() {}

  /** Returns the clauses that {@code clauses} adds. */
  public static <M, R> Select<M, R> of(Consumer<Select<M, R>> clauses) {
    var select = new Select<M, R>();
    clauses.accept(select);
    return select;
  }

  /** Receives a message of type {@code type}. */
  public <T extends M> Select<M, R> message(Class<T> type, Function<T, R> then) {
    return message(type, _ -> true, then);
  }

  /** Receives a message of type {@code type} for which {@code guard} holds. */
  public <T extends M> Select<M, R> message(
      Class<T> type, Predicate<T> guard, Function<T, R> then) {
    return add(received -> {
      if (received instanceof Received.Message<M>(M content) && type.isInstance(content)) {
        T message = type.cast(content);
        return guard.test(message) ? () -> then.apply(message) : null;
      }
      return null;
    });
  }

  /** Receives a request of type {@code type}; {@code then} answers it, now or later. */
  public <Q extends M> Select<M, R> call(Class<Q> type, BiFunction<Q, From, R> then) {
    return add(received -> {
      if (received instanceof Received.Call<M>(M content, From from) && type.isInstance(content)) {
        Q request = type.cast(content);
        return () -> then.apply(request, from);
      }
      return null;
    });
  }

  /** Receives the report of one monitor. */
  public Select<M, R> down(io.weft.term.Reference monitor, Function<Info.Down, R> then) {
    return report(Info.Down.class, down -> down.monitor().equals(monitor), then);
  }

  /** Receives an exit signal, which the process must trap. */
  public Select<M, R> exit(Function<Info.Exit, R> then) {
    return report(Info.Exit.class, _ -> true, then);
  }

  /**
   * Receives an exit signal, a monitor's report or a foreign term for which {@code guard} holds.
   */
  public <I extends Info> Select<M, R> report(
      Class<I> type, Predicate<I> guard, Function<I, R> then) {
    return add(received -> {
      if (received instanceof Received.Report<M>(Info content) && type.isInstance(content)) {
        I info = type.cast(content);
        return guard.test(info) ? () -> then.apply(info) : null;
      }
      return null;
    });
  }

  /** Receives any message of the protocol that nobody waits for. */
  public Select<M, R> plain(Function<M, R> then) {
    return add(received ->
        received instanceof Received.Message<M>(M content) ? () -> then.apply(content) : null);
  }

  /** Receives whatever comes. */
  public Select<M, R> any(Function<Received<M>, R> then) {
    return add(received -> () -> then.apply(received));
  }

  /** Returns {@code otherwise} when nothing matched for {@code delay}; zero only looks. */
  public Select<M, R> after(Duration delay, Supplier<R> otherwise) {
    this.patience = delay;
    this.otherwise = otherwise;
    return this;
  }

  /** Receives what a clause of one's own matches. */
  public Select<M, R> add(Clause<M, R> clause) {
    clauses.add(clause);
    return this;
  }

  @Nullable Supplier<R> match(Received<M> received) {
    for (Clause<M, R> clause : clauses) {
      Supplier<R> then = clause.match(received);
      if (then != null) {
        return then;
      }
    }
    return null;
  }

  @Nullable Duration patience() {
    return patience;
  }

  @Nullable Supplier<R> otherwise() {
    return otherwise;
  }
}
