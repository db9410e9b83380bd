package io.weft.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Requests under way whose answers are taken in the order in which they come: the request id
 * collection of {@code gen_server}.
 *
 * <pre>{@code
 * var prices = new RequestCollection<String, Long>();
 * shops.forEach((name, shop) -> prices.add(name, PendingRequest.send(shop, new PriceOf("tea"))));
 * while (prices.receive(Duration.ofSeconds(5)) instanceof Answer(String name, var price)) {
 *   // the fastest shop first
 * }
 * }</pre>
 *
 * <p>For one thread, or one process, at a time.
 *
 * @param <L> what tells one request from another
 * @param <R> the type of the replies
 */
public final class RequestCollection<L, R> {
  /** What waiting for an answer came to. */
  public sealed interface Next<L, R> {}

  /** A request was answered, and is no longer in the collection. */
  public record Answer<L, R>(L label, CallResult<R> result) implements Next<L, R> {}

  /** The collection is empty. */
  public record NoRequest<L, R>() implements Next<L, R> {}

  /** None was answered in time. */
  public record Timeout<L, R>() implements Next<L, R> {}

  private record Entry<L, R>(L label, PendingRequest<R> request) {}

  private final List<Entry<L, R>> pending = new ArrayList<>();
  private final Queue<Entry<L, R>> answered = new ConcurrentLinkedQueue<>();
  private volatile CompletableFuture<Boolean> arrival = new CompletableFuture<>();

  /** Makes an empty collection. */
  public RequestCollection() {}

  /** Adds a request; the collection owns it from now on. */
  public void add(L label, PendingRequest<R> request) {
    var entry = new Entry<>(label, request);
    pending.add(entry);
    request.whenAnswered(_ -> {
      answered.add(entry);
      arrival.complete(true);
    });
  }

  /** Returns how many requests have not been taken out. */
  public int size() {
    return pending.size();
  }

  /** Returns the next answer if one is there. */
  public Optional<Answer<L, R>> check() {
    Entry<L, R> first = answered.poll();
    if (first == null) {
      return Optional.empty();
    }
    pending.remove(first);
    return first.request().check().map(result -> new Answer<>(first.label(), result));
  }

  /**
   * Waits for the next answer. After {@code within} all requests stay as they are.
   *
   * @throws IllegalStateException inside a process that must not block
   */
  public Next<L, R> await(Duration within) {
    if (pending.isEmpty()) {
      return new NoRequest<>();
    }
    Node node = pending.getFirst().request().node();
    node.refuseToBlock("RequestCollection.await");
    arrival = new CompletableFuture<>(); // before the check: what comes after it completes this one
    if (answered.isEmpty()) {
      PendingRequest.waitFor(node, arrival, within);
    }
    return check().<Next<L, R>>map(answer -> answer).orElseGet(Timeout::new);
  }

  /** As {@link #await}, but abandons all requests after {@code within}. */
  public Next<L, R> receive(Duration within) {
    Next<L, R> next = await(within);
    if (next instanceof Timeout<L, R>) {
      pending.forEach(entry -> entry.request().abandon());
      pending.clear();
    }
    return next;
  }
}
